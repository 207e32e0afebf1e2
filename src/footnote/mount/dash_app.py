"""``Footnote(app)``: the whole page, its requests and its files, mounted into a Dash app that is there already."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask

from footnote.chat import Model
from footnote.errors import SettingsError
from footnote.mount import shown
from footnote.mount.given import models_of, retriever_of
from footnote.passages import Retriever
from footnote.setting_values import MODEL
from footnote.settings import Settings, load
from footnote.web.mounted import mount

if TYPE_CHECKING:
    from dash import Dash

    from footnote.page.index import Page

_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)+", re.ASCII)


class Footnote:
    """Footnote below ``path`` of a Dash app; what is asked for anywhere else is answered by that app alone.

    It stays a Dash app of its own, which the other one shows in a frame: neither sees the other's callbacks, ids,
    styles, scripts or hooks. With ``use_pages``, ``path`` is a page of the other app that holds it; without, ``path``
    is the page itself.

    Args:
        app: the Dash app, on Flask.
        retriever: a Footnote ``Retriever`` or a LangChain retriever; by default what the settings choose.
        model: a Footnote ``Model``, or the setting ``FOOTNOTE_MODEL`` as a string.
        path: where the page is, below the app's own prefix.
        name: what the page is called where the app lists its pages.
        drawer: whether a button on every page opens it beside what is there.
        user: the name of who is asking, by the app's own login, None where nobody is signed in; without it, the
            headers of the platform's proxy count, as they do for Footnote alone; where they don't, all are one user.
        settings: by default the environment's.

    Raises ``SettingsError`` for what can't be used.
    """

    def __init__(
        self,
        app: Dash,
        *,
        retriever: Any = None,
        model: Any = None,
        path: str = "/ask",
        name: str = "Ask",
        drawer: bool = True,
        user: Callable[[], str | None] | None = None,
        settings: Settings | None = None,
    ) -> None:
        host = _flask(app)
        if not _PATH.fullmatch(path):
            raise SettingsError(f"path={path!r} can't be used. Allowed: an address such as /ask.")
        self.base: str = app.config.requests_pathname_prefix + path[1:] + "/"
        at = app.config.routes_pathname_prefix + path[1:] + "/"
        chosen = _chosen(settings or load(), model, named_by_host=user is not None)
        self._inner = _page(chosen, self.base, retriever_of(retriever), models_of(model))
        mount(host, self._inner.server.wsgi_app, at, self.base, user)
        self._app, self._drawer, self._joined = app, drawer, False
        self._files = shown.serve_files(self._inner.server)
        if app.use_pages:
            shown.make_page(app, self.page, path, at, name)
        if drawer or app.use_pages:
            self._join()

    @property
    def server(self) -> Flask:
        """Footnote's own Flask app, for its extensions; what it serves is below ``base`` of the other one."""
        server: Flask = self._inner.server
        return server

    def page(self, **properties: Any) -> Any:
        """The page as a component, for a layout of the app's own; ``properties`` are those of an ``html.Iframe``.

        With neither drawer nor pages, make one before the app serves: a browser's page loads what talks to it then.
        """
        self._join()
        return shown.frame(self.base, **properties)

    def _join(self) -> None:
        """From now on the app's pages load what talks to Footnote's frames."""
        if not self._joined:
            self._joined = True
            shown.add_scripts(self._app, self._files, self.base, drawer=self._drawer)


def _flask(app: Dash) -> Flask:
    if not isinstance(app.server, Flask):
        raise SettingsError("Footnote mounts into a Dash app on Flask; this one has another backend, or no server yet.")
    return app.server


def _chosen(settings: Settings, model: Any, *, named_by_host: bool) -> Settings:
    """The settings with what the call says in place of what they say; what the host says of users is trusted."""
    given: dict[str, Any] = {"trust_identity": settings.trust_identity or named_by_host}
    if isinstance(model, str):
        if not re.fullmatch(MODEL, model):
            raise SettingsError(
                f"model={model!r} can't be used. Allowed: {Settings.model_fields['model'].description}."
            )
        given |= {"model": model, "models": ()}
    return settings.model_copy(update=given)


def _page(settings: Settings, base: str, retriever: Retriever | None, models: Mapping[str, Model] | None) -> Page:
    from footnote.page.isolated import isolated

    with isolated():  # the page's libraries are imported in here
        from footnote.app import create_app
        from footnote.parts import parts

        page = create_app(parts(settings, retriever=retriever, models=models), base=base)
        page.settle()
    return page

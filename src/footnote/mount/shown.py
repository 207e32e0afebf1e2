"""Where a Dash app shows Footnote: a page in its own shell, and a button on every page that opens a drawer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from dash import html, register_page
from flask import Flask

from footnote.page.texts import LANGUAGES, catalogue
from footnote.web import bundle
from footnote.web.bundle import Bundle
from footnote.web.mounted import answer

if TYPE_CHECKING:
    from dash import Dash

_DRAWER = "drawer."
_FRAME = "footnote-frame"


def frame(base: str, **properties: Any) -> html.Iframe:
    """The page in a frame, as wide as its place and as high as the window leaves it."""
    classes = f"{_FRAME} {properties.pop('className', '')}".strip()  # the scripts know it by its class
    return html.Iframe(src=base, className=classes, **{"title": "Footnote", "allow": "clipboard-write"} | properties)


def make_page(app: Dash, layout: Callable[[], Any], path: str, at: str, name: str) -> None:
    """One more of the app's pages, whose address is ``path``."""
    register_page(  # type: ignore[no-untyped-call]
        f"footnote{path}", path=path, name=name, title=name, layout=lambda **_: layout()
    )
    answer(app.server, at, app.index)


@dataclass(frozen=True, slots=True)
class Files:
    """What shows the drawer and talks to Footnote's frames: a few kB."""

    script: Bundle
    style: Bundle
    drawer: Bundle


def serve_files(inner: Flask) -> Files:
    """Have Footnote's own server send them; only before its first request may it learn to."""
    folder = bundle.ASSETS / "host"
    files = Files(bundle.script(folder), bundle.style(folder), bundle.style(folder / "drawer"))
    for own in (files.script, files.style, files.drawer):
        own.serve(inner, f"/assets/{own.name}")
    return files


def add_scripts(app: Dash, files: Files, base: str, *, drawer: bool) -> None:
    """Have every page of the app load them, from now on."""
    at = f"{base}assets/"
    data = {
        "base": base,
        "style": at + files.drawer.name,
        "drawer": "true" if drawer else "false",
        "texts": json.dumps(_texts()),
    }
    tag = {"src": at + files.script.name} | {f"data-{name}": escape(value) for name, value in data.items()}
    app.config.external_scripts = [*app.config.external_scripts, tag]
    app.config.external_stylesheets = [*app.config.external_stylesheets, at + files.style.name]


def _texts() -> dict[str, dict[str, Any]]:
    """The drawer's texts in each language: the page around it may be in any."""
    of_drawer = {key: forms for key, forms in catalogue().items() if key.startswith(_DRAWER)}
    return {language: {key: forms[language] for key, forms in of_drawer.items()} for language in LANGUAGES}

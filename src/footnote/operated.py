"""The operations page beside the app: for its operators; everybody else gets what an address has where nothing is.

It is made when an operator first asks for it: its component library takes as long to import as all of Dash. Where
operators are named it is imported before the workers are forked (``gunicorn_settings.py``): who asks for it while a
model's client is loaded would wait for that.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed

from footnote import requested
from footnote.loading import load
from footnote.page.alone import LIBRARY_FILES
from footnote.page.index import Page
from footnote.parts import Parts
from footnote.web import bundle
from footnote.web.compression import compress
from footnote.web.library_files import serve_libraries
from footnote.web.mounted import mount
from footnote.web.ops import Overseeing
from footnote.web.security import secure

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from footnote.page.ops.app import OpsPage

PATH = "ops/"
_READ = ("GET", "HEAD", "OPTIONS")
_PAGE = "footnote.page.ops.layout"
_LIBRARY = "dash_mantine_components"


def add(page: Page, made: Parts, base: str) -> None:
    """Put the operations page below the address ``base`` of the main one."""
    overseeing = requested.overseeing(made)

    def refused() -> Any:
        if overseeing.is_operator():
            return None
        if request.method not in _READ:  # as the page's own address for anything that is not there
            raise MethodNotAllowed(_READ)
        return page.index(PATH)

    ops = _MadeOnce(lambda: _made(made, overseeing, base))
    if base != "/":  # as long as what the process's apps share is kept apart from it
        ops.make().settle()
    mount(page.server, ops, f"/{PATH}", base + PATH, refused=refused)


class _MadeOnce:
    """The page as a WSGI application, made by its first request; others go on meanwhile."""

    def __init__(self, build: Callable[[], OpsPage]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._page: OpsPage | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answered: Iterable[bytes] = self.make().server.wsgi_app(environ, start_response)
        return answered

    def make(self) -> OpsPage:
        """The page."""
        with self._lock:
            if self._page is None:
                self._page = self._build()
            return self._page


def _made(made: Parts, overseeing: Overseeing, base: str) -> OpsPage:
    if _PAGE not in sys.modules:  # a server that has named operators has it from its beginning
        load([_LIBRARY], whole=())
    from footnote.page.ops.layout import callbacks, layout

    ops = _page(Flask(__name__), base)
    ops.layout = lambda: layout(base, requested.texts())
    callbacks(ops, overseeing.counted, requested.texts)
    secure(ops.server, made.settings, scripts=ops.csp_hashes, mounted=True)  # hosts are the main page's business
    compress(ops.server)
    return ops


def _page(server: Flask, base: str) -> OpsPage:
    from footnote.page.ops.app import OpsPage

    script = bundle.script(bundle.ASSETS / "ops")
    styles = [bundle.style(bundle.ASSETS), bundle.style(bundle.ASSETS / "ops")]
    for own in (script, *styles):
        own.serve(server, f"/assets/{own.name}")
    page = OpsPage(
        __name__,
        texts=requested.texts,
        server=server,
        requests_pathname_prefix=base + PATH,
        routes_pathname_prefix="/",
        title="Footnote",
        update_title="",
        assets_folder=str(bundle.ASSETS),
        script=script.name,
        styles=[style.name for style in styles],
        compress=False,
        enable_mcp=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    serve_libraries(server, LIBRARY_FILES, page.library_file)
    return page

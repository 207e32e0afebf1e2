"""The operations page beside the app: for its operators; everybody else gets what an address has where nothing is."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed

from footnote import requested
from footnote.page.alone import LIBRARY_FILES
from footnote.page.index import Page
from footnote.page.ops.app import OpsPage
from footnote.page.ops.layout import callbacks, layout
from footnote.parts import Parts
from footnote.web import bundle
from footnote.web.compression import compress
from footnote.web.library_files import serve_libraries
from footnote.web.mounted import mount
from footnote.web.security import secure

PATH = "ops/"
_READ = ("GET", "HEAD", "OPTIONS")


def add(page: Page, made: Parts, base: str) -> None:
    """Put the operations page below the address ``base`` of the main one."""
    overseeing = requested.overseeing(made)

    def refused() -> Any:
        if overseeing.is_operator():
            return None
        if request.method not in _READ:  # as the page's own address for anything that is not there
            raise MethodNotAllowed(_READ)
        return page.index(PATH)

    ops = _page(Flask(__name__), base)
    ops.layout = lambda: layout(base, requested.texts())
    callbacks(ops, overseeing.counted, requested.texts)
    secure(ops.server, made.settings, scripts=ops.csp_hashes, mounted=True)  # hosts are the main page's business
    compress(ops.server)
    if base != "/":
        ops.settle()
    mount(page.server, ops.server, f"/{PATH}", base + PATH, refused=refused)


def _page(server: Flask, base: str) -> OpsPage:
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

"""The product with its floors beside it, in the same process: ``/`` is Footnote, ``/bare/`` a page that only reads.

Also notes when the last word of an answer goes onto the wire, in the file that ``BENCH_WIRE`` names.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import bare_stream
from fixed_markdown import LAST
from flask import Flask, Response, send_from_directory
from werkzeug.middleware.dispatcher import DispatcherMiddleware

HERE = Path(__file__).resolve().parent
Wsgi = Callable[..., Iterable[bytes]]


def create_server() -> Flask:
    """The WSGI application, which gunicorn treats as Footnote's own."""
    from footnote.app import create_server

    server = create_server(prepared=True)
    bare = bare_stream.create_server()
    bare.add_url_rule("/<any('bare_page.html', 'bare_page.js'):name>", "page", _file)
    both: Any = DispatcherMiddleware(server.wsgi_app, {"/bare": bare})
    server.wsgi_app = _noted(both, Path(os.environ["BENCH_WIRE"]))  # type: ignore[method-assign]
    return server


def _file(name: str) -> Response:
    return send_from_directory(HERE, name)


def _noted(application: Wsgi, wire: Path) -> Wsgi:
    """The application; when the last word is handed to the socket is written down."""

    def watched(response: Iterable[bytes]) -> Iterator[bytes]:
        try:
            for piece in response:
                if LAST.encode() in piece:
                    with wire.open("a", encoding="utf-8") as log:
                        log.write(f"{time.monotonic()}\n")
                yield piece
        finally:
            getattr(response, "close", lambda: None)()

    def noted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        response = application(environ, start_response)
        return watched(response) if environ["PATH_INFO"].endswith("/stream") else response

    return noted

"""How the page is served: gunicorn with gevent, as ``footnote serve`` starts it."""

from __future__ import annotations

import os
import sys
from typing import Any

from footnote.settings import Settings


def serve(settings: Settings) -> int:
    """Become gunicorn; on a system without it, serve from gevent's own server."""
    host, port = address(settings)
    print(f"Footnote is at http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}", flush=True)  # noqa: S104, T201
    if os.name == "nt":
        return _serve_here(host, port)
    arguments = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings", "footnote.app:create_server()"]
    sys.stdout.flush()
    return os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - the interpreter that runs already


def address(settings: Settings) -> tuple[str, int]:
    """Where to listen: on Databricks Apps every address, for the proxy comes from outside."""
    if settings.on_databricks and settings.host == "127.0.0.1":
        return "0.0.0.0", settings.port  # noqa: S104
    return settings.host, settings.port


def _serve_here(host: str, port: int) -> int:
    from gevent import monkey

    monkey.patch_all()
    from gevent.pywsgi import WSGIServer

    from footnote.app import create_server

    server: Any = WSGIServer((host, port), create_server())
    server.serve_forever()
    return 0

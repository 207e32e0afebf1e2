"""How the page is served: gunicorn with gevent, as ``footnote serve`` starts it."""

from __future__ import annotations

import errno
import os
import runpy
import socket
import sys
from typing import Any

from footnote.errors import FootnoteError
from footnote.settings import Settings

MOST_OPEN_FILES = 65_536
"""No process needs more; some systems take none that is not named."""


def serve(settings: Settings) -> int:
    """Become gunicorn; on a system without it, serve from gevent's own server.

    Raises ``FootnoteError`` where nothing can listen on the address.
    """
    host, port = address(settings)
    _check_free(host, port)
    if os.name == "nt":
        return _serve_here(host, port)
    # In this very process: another interpreter would read the settings and all that they need once more.
    sys.argv[1:] = ["--config", "python:footnote.gunicorn_settings", "footnote.app:create_server(prepared=True)"]
    runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)
    return 0


def allow_open_files() -> None:
    """Let this process and those that it starts open as many files as it may: each reader and each model is one.

    Many systems begin with 1,024, which is less than a worker may have connections.
    """
    import resource  # not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    if resource.RLIM_INFINITY != soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def announce(host: str, port: int) -> None:
    """Say where the page is, once it can be asked for."""
    name = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104
    print(f"Footnote is at http://{name}:{port}", flush=True)  # noqa: T201


def address(settings: Settings) -> tuple[str, int]:
    """Where to listen: on Databricks Apps every address, for the proxy comes from outside."""
    if settings.on_databricks and settings.host == "127.0.0.1":
        return "0.0.0.0", settings.port  # noqa: S104
    return settings.host, settings.port


def _check_free(host: str, port: int) -> None:
    """Say what is wrong in one line; gunicorn would log it six times, and this page's address before it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if os.name != "nt":
            # As gunicorn has it: a port whose last connections are still dying away is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise FootnoteError(
                    f"Port {port} is in use. Stop what runs there, or set FOOTNOTE_PORT to another one."
                ) from error
            raise FootnoteError(
                f"Nothing can listen on {host!r}, port {port}. Check FOOTNOTE_HOST and FOOTNOTE_PORT."
            ) from error


def _serve_here(host: str, port: int) -> int:
    from gevent import monkey

    monkey.patch_all()
    from gevent.pywsgi import WSGIServer

    from footnote.app import create_server

    server: Any = WSGIServer((host, port), create_server())
    announce(host, port)
    server.serve_forever()
    return 0

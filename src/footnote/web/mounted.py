"""Footnote behind an address of another Flask app: what is asked for below it is handed on, whole, as it is.

The other app's hooks run around each request as around its own, so its login keeps these addresses too; nothing of
Footnote's own, its hooks, headers, errors and limits, runs for any other address. In the same way Footnote hands on
what is asked of its operations page.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from footnote.web.identity import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Who = Callable[[], str | None]
"""The name of who is asking, by the other app's own login; None where nobody is signed in."""

Refused = Callable[[], Any]
"""What is answered to who may not see what is there; None lets them in."""


def mount(
    host: Flask, inner: WSGIApplication, at: str, base: str, who: Who | None = None, refused: Refused = lambda: None
) -> None:
    """Answer every address below ``at``, such as ``/ask/``, by ``inner``; ``base`` is where a browser finds that.

    ``at`` without its last slash leads there, unless the host says something else of it. What ``refused`` gives is
    answered in place of all of it.
    """

    def footnote(path: str = "") -> Any:  # noqa: ARG001 - it is taken from the environment, as it was sent
        if (instead := refused()) is not None:
            return instead
        environ = _below(request.environ, at)
        if who is not None:
            _name(environ, who())
        # Dash remembers the app of a request in its thread; the host's next one must not find this one there.
        return copy_context().run(Response.from_app, inner, environ)

    for rule in (at, f"{at}<path:path>"):
        host.add_url_rule(rule, f"footnote {at}", footnote, methods=METHODS, provide_automatic_options=False)
    host.add_url_rule(at.rstrip("/"), f"footnote to {at}", lambda: refused() or redirect(base, 308), methods=METHODS)


def answer(host: Flask, at: str, view: Callable[[], Any]) -> None:
    """Have ``view`` answer the address ``at`` without its last slash, in place of the redirection."""
    host.view_functions[f"footnote to {at}"] = view


def _below(environ: dict[str, Any], at: str) -> dict[str, Any]:
    """The environment of the same request, for an app that begins at ``at``."""
    own = {name: value for name, value in environ.items() if not name.startswith("werkzeug.request")}
    path = environ["PATH_INFO"]
    own["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + at.rstrip("/")
    own["PATH_INFO"] = path[len(at) - 1 :]
    return own


def _name(environ: dict[str, Any], user: str | None) -> None:
    """Only what the host says counts: whatever the client says of who it is goes."""
    for name in (*HEADERS, "X-Forwarded-Access-Token"):
        environ.pop(_sent(name), None)
    if user:
        environ[_sent(HEADERS[0])] = user


def _sent(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"

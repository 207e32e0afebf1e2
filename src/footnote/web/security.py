"""Headers that keep hostile text harmless, and hosts that this page does not answer to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, request

from footnote.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def secure(server: Flask, settings: Settings, *, scripts: Callable[[], Sequence[str]], mounted: bool = False) -> None:
    """Put the headers on every response; ``scripts`` gives the hashes of the inline scripts allowed.

    Which hosts are answered to is the business of the app that it is ``mounted`` in, unless the settings name some.
    """
    policy: list[str] = []

    def headers(response: Response) -> Response:
        if not policy:
            # Known only once the page is complete, and dear: made with the first response.
            policy.append(_policy(scripts(), settings.media_url))
        response.headers.setdefault("Content-Security-Policy", policy[0])
        # What says nothing else is for who asked: the page's own document tells which documents they may read.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    server.after_request(headers)
    if allowed := _hosts(settings, mounted=mounted):
        server.before_request(lambda: _refuse_other_hosts(allowed))


def _policy(scripts: Sequence[str], media_url: str | None) -> str:
    media = urlsplit(media_url or "")
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *scripts]),
        # Mantine writes its theme into style elements; a style can't run or send anything here.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "media-src": f"'self' {media.scheme}://{media.netloc}" if media_url else "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _refuse_other_hosts(allowed: frozenset[str]) -> Response | None:
    """Another site's name that was made to resolve to this address gets nothing."""
    if urlsplit(f"//{request.host}").hostname in allowed:
        return None
    return Response("This page does not answer to that host name; see FOOTNOTE_ALLOWED_HOSTS.\n", 400)


def _hosts(settings: Settings, *, mounted: bool) -> frozenset[str]:
    """The host names that are answered to; none named means all of them."""
    if settings.allowed_hosts:
        return frozenset(settings.allowed_hosts)
    here_alone = settings.host in LOOPBACK and not settings.on_databricks and not mounted
    return LOOPBACK if here_alone else frozenset()

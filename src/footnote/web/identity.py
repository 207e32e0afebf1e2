"""Who is asking: from the proxy's headers where they are its own, else the one local user."""

from __future__ import annotations

from werkzeug.datastructures import Headers

from footnote.errors import Code, RequestError

LOCAL_USER = "local"
_HEADERS = ("X-Forwarded-Email", "X-Forwarded-Preferred-Username", "X-Forwarded-User")


class NotSignedIn(RequestError):
    """The proxy in front of the page did not say who is asking."""

    code = Code.AUTH_ERROR
    status = 401
    message = "You are not signed in. Reload the page to sign in again; nothing is lost."
    retryable = False


def user_of(headers: Headers, *, trusted: bool) -> str:
    """The user's name, as the proxy gives it; raises ``NotSignedIn`` where a trusted one gives none."""
    if not trusted:
        return LOCAL_USER
    for name in _HEADERS:
        if value := headers.get(name, "").strip():
            return value.casefold()[:320]
    raise NotSignedIn

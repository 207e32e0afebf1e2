"""Who is asking: from the proxy's headers where they are its own, else the one local user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from flask import request
from werkzeug.datastructures import Headers

from footnote.callers import ActsForCallers, Caller, acting_for
from footnote.errors import Code, RequestError

LOCAL_USER = "local"
HEADERS = ("X-Forwarded-Email", "X-Forwarded-Preferred-Username", "X-Forwarded-User")
_TOKEN = "X-Forwarded-Access-Token"  # noqa: S105 - the header's name

T = TypeVar("T")


class NotSignedIn(RequestError):
    """The proxy in front of the page did not say who is asking."""

    code = Code.AUTH_ERROR
    status = 401
    message = "You are not signed in. Reload the page to sign in again; nothing is lost."
    retryable = False


class NoToken(RequestError):
    """The proxy sends no token of the user's, though the page is to act with the user's own rights."""

    code = Code.AUTH_ERROR
    status = 403
    why = "no_token"
    message = (
        "This page works with your own rights, and the platform doesn't pass them on. "
        "Whoever runs this page has to switch on user authorization for the app, and restart it."
    )
    retryable = False


@dataclass(frozen=True, slots=True)
class Identity:
    """By what it is known who asks, and whether things are done with their own rights."""

    trusted: bool = False
    """Whether the identity headers are the proxy's own."""
    user_authorization: bool = False

    def user(self) -> str:
        """Who makes the request; raises ``NotSignedIn`` where the proxy did not say."""
        return user_of(request.headers, trusted=self.trusted)

    def is_one_of(self, names: frozenset[str]) -> bool:
        """Whether who makes the request is one of these; anybody is where nobody says who asks: there is one user."""
        try:
            return not self.trusted or self.user() in names
        except NotSignedIn:
            return False

    def caller(self) -> Caller:
        """The same with their token, where there is to be one; raises ``NoToken`` where it is missing."""
        user = self.user()
        return Caller(user, token_of(request.headers) if self.trusted and self.user_authorization else None)

    def acting(self, part: T) -> T:
        """A part as who makes the request may use it; one that knows of no callers as it is."""
        return acting_for(part, self.caller()) if isinstance(part, ActsForCallers) else part


def user_of(headers: Headers, *, trusted: bool) -> str:
    """The user's name, as the proxy gives it; raises ``NotSignedIn`` where a trusted one gives none."""
    if not trusted:
        return LOCAL_USER
    for name in HEADERS:
        if value := headers.get(name, "").strip():
            return value.casefold()[:320]
    raise NotSignedIn


def token_of(headers: Headers) -> str:
    """The user's access token, as a trusted proxy gives it; raises ``NoToken``."""
    token = headers.get(_TOKEN, "").strip()
    # A line break or a space in it would be another header, or none that can be sent.
    if not token.isascii() or not token.isprintable() or not token or " " in token:
        raise NoToken
    return token

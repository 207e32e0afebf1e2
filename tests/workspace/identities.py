"""Whom the workspace knows: tokens, whose they are, what they may be used for, and until when."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

TOKEN = "loopback-token"  # noqa: S105 - of no use anywhere else


def refusal(code: str | int, message: str) -> dict[str, Any]:
    """The body of a refusal."""
    return {"error_code": code, "message": message}


class Refused(Exception):
    """A request that Databricks would refuse."""

    def __init__(self, status: int, code: str | int, message: str) -> None:
        self.status, self.body = status, refusal(code, message)
        super().__init__(message)


@dataclass(frozen=True)
class Identity:
    """Whose a token is; ``scopes`` of None are all of them, and ``expires_at`` is in monotonic seconds."""

    user: str
    scopes: frozenset[str] | None = None
    expires_at: float | None = None


class Identities:
    """The tokens that are good, by themselves."""

    def __init__(self) -> None:
        self._known = {TOKEN: Identity("app")}

    def grant(
        self, token: str, user: str, *, scopes: Collection[str] | None = None, expires_in_s: float | None = None
    ) -> Identity:
        """Make a token good, or good for something else."""
        expires_at = None if expires_in_s is None else time.monotonic() + expires_in_s
        self._known[token] = Identity(user, None if scopes is None else frozenset(scopes), expires_at)
        return self._known[token]

    def revoke(self, token: str) -> None:
        """From now on the token is good for nothing."""
        self._known.pop(token, None)

    def of(self, authorization: str, scope: str | None = None) -> Identity:
        """Whose the header's token is; raises ``Refused``."""
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer" or not token:
            raise Refused(401, "UNAUTHENTICATED", "Credential was not sent or was of an unsupported type for this API.")
        known = self._known.get(token)
        if known is None or (known.expires_at is not None and known.expires_at < time.monotonic()):
            # One that has expired is refused in the same way, with a number for the code.
            raise Refused(403, 403, "Invalid access token. [ReqId: 0b54a6a1-secret-host]")
        if scope is not None and known.scopes is not None and scope not in known.scopes:
            missing = f"Provided OAuth token does not have required scopes: {scope} [ReqId: 0b54a6a1-secret-host]"
            raise Refused(403, "PERMISSION_DENIED", missing)
        return known

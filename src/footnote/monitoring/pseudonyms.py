"""Users in the log: the same name for the same one, from which nobody who has the log alone can tell who it is."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from footnote.errors import StorageFailed

LENGTH = 16
"""Letters of a pseudonym: 64 bits, of which no two users will have the same."""


class Pseudonyms:
    """Names in place of users' own, made with a secret of the installation's.

    A plain digest of an e-mail address is found by trying all addresses of a company. The secret stands in the
    database, beside the names themselves: who may read it there has no need to guess.
    """

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._read = secret
        self._secret: bytes | None = None

    def of(self, user: str) -> str | None:
        """The user's pseudonym; None while the database, which has the secret, is away."""
        try:
            self._secret = self._secret or self._read()
        except StorageFailed:
            return None
        return hmac.new(self._secret, user.encode(), hashlib.sha256).hexdigest()[:LENGTH]

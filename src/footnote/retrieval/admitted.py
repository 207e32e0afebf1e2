"""Who was let in to an index lately: what is kept of a user's rights, for so long and of so many at most."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from footnote.callers import Caller

MOST = 1000
GOOD_S = 300.0
"""How long somebody is let in; no longer than their token is good."""


class Admitted:
    """Who was let in, and with which token: it is not kept here, and another one is somebody else's."""

    def __init__(self, *, most: int = MOST, clock: Callable[[], float] = time.time) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def __contains__(self, caller: Caller | None) -> bool:
        with self._lock:
            return self._until.get(_key(caller), 0.0) > self._clock()

    def add(self, caller: Caller | None) -> None:
        """Let somebody in; None is the app itself."""
        now, key = self._clock(), _key(caller)
        ends = expiry(caller.token) if caller and caller.token else None
        with self._lock:
            self._until[key] = now + GOOD_S if ends is None else min(ends, now + GOOD_S)
            self._until.move_to_end(key)
            while len(self._until) > self._most:
                self._until.popitem(last=False)

    def __len__(self) -> int:
        return len(self._until)


def _key(caller: Caller | None) -> bytes:
    """The app's is that of nobody's token: who comes without one is asked for as the app."""
    told = (caller.user, caller.token) if caller and caller.token else ()
    return hashlib.sha256(json.dumps(told).encode()).digest()


def expiry(token: str) -> float | None:
    """When a token expires by its own word (``exp`` of RFC 7519, seconds since 1970); None where it doesn't say.

    Nothing is verified: whoever is asked with it does that.
    """
    _, _, rest = token.partition(".")
    claims, dot, _ = rest.partition(".")
    if not dot:
        return None
    try:
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        ends = float(told["exp"])
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return ends if math.isfinite(ends) else None

"""What is made for each caller's token and kept as long as that is good, of so many callers at most."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

MOST = 200
"""Callers for whom something is kept: a client of the SDK's takes some 40 kB."""
SHORT_S = 600.0
"""How long it is kept for a token that doesn't say how long it is good."""
LONGEST_S = 3600.0

T = TypeVar("T")


class PerCaller(Generic[T]):
    """One ``T`` a user, made of their newest token; the token itself is not kept here."""

    def __init__(self, make: Callable[[str], T], *, most: int = MOST, clock: Callable[[], float] = time.time) -> None:
        """``make`` has to be quick: others wait meanwhile."""
        self._make = make
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[bytes, float, T]] = OrderedDict()

    def of(self, user: str, token: str) -> T:
        """What is made of this token, newly where another one or none was known of the user."""
        digest = hashlib.sha256(token.encode()).digest()
        now = self._clock()
        with self._lock:
            if (known := self._kept.get(user)) is not None:
                self._kept.move_to_end(user)
                if known[0] == digest and now < known[1]:
                    return known[2]
            for other in [name for name, (_, until, _) in self._kept.items() if until <= now]:
                del self._kept[other]
            made = self._make(token)
            self._kept[user] = digest, _until(token, now), made
            self._kept.move_to_end(user)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return made

    def __len__(self) -> int:
        return len(self._kept)


def _until(token: str, now: float) -> float:
    """When something made of a token is let go: at its end, where it tells of that."""
    ends = expiry(token)
    return now + SHORT_S if ends is None else min(ends, now + LONGEST_S)


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

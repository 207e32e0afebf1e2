"""What the soak holds to be right: how an answer may end, and which refusals its faults explain."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

KILLED = "a worker killed"
LASTS_S = 20.0
"""How long after its beginning a fault may still be felt: a lock of some seconds, behind which all stand in line."""

ENDS_BY = {
    "fast": "done",
    "steady": "done",
    "429-once": "done",
    "500-once": "done",
    "cut": "TRUNCATED",
    "reset": "TRUNCATED",
    "stall": "TIMEOUT",
    "malformed": "GENERATION_FAILED",
    "error-frame": "GENERATION_FAILED",
}
"""What each kind of model does to an answer that nobody stops: ``done``, or an error's code."""


@dataclass
class Faults:
    """The faults so far, each with its time of the monotonic clock; safe to use from any thread."""

    began: float = field(default_factory=time.monotonic)
    seen: list[tuple[float, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begins(self, what: str) -> None:
        """To be told before anybody can feel it."""
        with self._lock:
            self.seen.append((time.monotonic(), what))

    def since(self, moment: float) -> list[str]:
        """Those that came between then and now."""
        with self._lock:
            return [what for at, what in self.seen if at >= moment]

    def told(self) -> list[tuple[float, str]]:
        """Each with its seconds from the beginning."""
        with self._lock:
            return [(at - self.began, what) for at, what in self.seen]


def wrong_end(kind: str, end: str, code: str | None, *, stopped: bool, faults: Sequence[str]) -> str | None:
    """What is wrong with an answer's end, if anything: ``done``, ``cancelled`` or ``error``, that with its code."""
    came = code or end
    if came == "cancelled":
        return None if stopped else "was cancelled, and nobody has stopped it"
    if came == "INTERRUPTED":
        return None if KILLED in faults else "was interrupted, and no worker was killed"
    return None if came == ENDS_BY[kind] else f"of the model {kind!r} ended by {came}, not by {ENDS_BY[kind]}"


def unexplained(said: int | str, faults: Sequence[str]) -> bool:
    """Whether a refusal (its status) or a broken connection (its words) is no fault's doing."""
    if isinstance(said, int):
        return said != 503 or not faults
    return KILLED not in faults

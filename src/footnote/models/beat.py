"""When text that has come goes on: for all of a process's answers in the same moment.

What comes of all of them then goes into one commit, and none waits twice: for more of its own, and for the others'.
"""

from __future__ import annotations

import time

GATHER_S = 0.05
"""How long text waits for more of it, at most, once an answer has begun."""
MANY = 8
"""So many answers of a process share its time: their text waits a little longer, and each piece of work is for more."""
MANY_GATHER_S = 0.075


class Beat:
    """A clock that beats as long as text comes. Safe to use from any thread: at worst one piece waits for less."""

    def __init__(self) -> None:
        self._at = 0.0
        self._answers = 0

    def next(self) -> float:
        """The moment, by the monotonic clock, at which an answer that has just handed on its text does so again."""
        now = time.monotonic()
        if now >= self._at:
            self._at = now + (GATHER_S if self._answers < MANY else MANY_GATHER_S)
            self._answers = 0
        self._answers += 1
        return self._at


BEAT = Beat()

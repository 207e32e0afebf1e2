"""An answer that is being written here, and what it may take."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from footnote.answers.places import Place
from footnote.chat import Cancellation


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may take: seconds in all and without a chunk, passages, answers at once and in the queue."""

    answer_s: float = 110.0
    idle_s: float = 30.0
    passages: int = 8
    running: int = 64
    waiting: int = 16


@dataclass(slots=True)
class Running:
    """Its place, what calls it off, and since when it has been silent."""

    place: Place
    cancellation: Cancellation = field(default_factory=Cancellation)
    created: threading.Event = field(default_factory=threading.Event)
    """Set once it is known whether this one stands in the log."""
    began: float | None = None
    """When it had its place: what waits in the queue has no deadline."""
    heard: float = 0.0

    def hear(self) -> None:
        """The answer is getting on: its idle time begins anew."""
        self.heard = time.monotonic()

    def begin(self) -> None:
        """The answer has its place: its time begins."""
        self.hear()
        self.began = self.heard

    def is_late(self, now: float, limits: Limits) -> bool:
        """Whether it has taken too long, or was silent for too long."""
        return self.began is not None and (now - self.began > limits.answer_s or now - self.heard > limits.idle_s)

"""A request for an answer, as the workspace remembers it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workspace.identities import Identity


@dataclass
class Request:
    """One request for an answer, and what became of it; times are monotonic seconds."""

    scenario: str
    endpoint: str
    body: dict[str, Any]
    headers: dict[str, str] = field(repr=False)
    identity: Identity
    started_at: float
    sent: list[tuple[float, str]] = field(default_factory=list)
    finished_at: float | None = None
    closed_at: float | None = None
    closed: threading.Event = field(default_factory=threading.Event, repr=False)

    def wait_sent(self, chunks: int, timeout_s: float = 5) -> None:
        """Return once so many chunks were sent."""
        wait_until(lambda: len(self.sent) >= chunks, timeout_s)

    def wait_closed(self, timeout_s: float = 5) -> float | None:
        """When the client was seen to leave; None if it has not within the time."""
        self.closed.wait(timeout_s)
        return self.closed_at

    def told(self) -> dict[str, Any]:
        """Tell it the way ``GET /_requests`` does."""
        names = ("scenario", "endpoint", "body", "started_at", "sent", "finished_at", "closed_at")
        return {name: getattr(self, name) for name in names}


def wait_until(holds: Callable[[], bool], timeout_s: float) -> None:
    """Return once it holds; raises ``TimeoutError``."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.002)

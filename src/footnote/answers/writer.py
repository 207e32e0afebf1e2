"""One committing writer for all running answers of a process: write first, then show."""

from __future__ import annotations

import threading
import time

from footnote.conversations import AnswerLog
from footnote.events import Event, gathered

GATHER_S = 0.05


class Writer:
    """Gathers events for at most ``gather_s`` and commits those of all answers together.

    What comes after silence is committed at once, and so is everything ``urgent`` (a handful of
    events an answer). All else waits for the next commit, of which there are at most 20 a second,
    however many answers are running.
    The thread starts with the first event (a process that forks after import is safe).
    """

    def __init__(self, log: AnswerLog, *, gather_s: float = GATHER_S) -> None:
        self._log = log
        self._gather_s = gather_s
        self._changed = threading.Condition()
        self._pending: dict[str, list[Event]] = {}
        self._urgent = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def write(self, answer_id: str, event: Event, *, urgent: bool = False) -> None:
        """Take an event for an answer's log; returns before it is committed."""
        with self._changed:
            # A thread that gathers wakes by the clock: woken for each event, it would only look at the clock.
            wakes = urgent or not self._pending
            self._pending.setdefault(answer_id, []).append(event)
            self._urgent |= urgent
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="footnote-writer", daemon=True)
                self._thread.start()
            if wakes:
                self._changed.notify()

    def close(self) -> None:
        """Commit what is pending and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        committed = -self._gather_s
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed)
                if not self._pending:
                    return
                due = committed + self._gather_s - time.monotonic()
                self._changed.wait_for(lambda: self._urgent or self._closed, timeout=max(due, 0))
                pending, self._pending, self._urgent = self._pending, {}, False
            committed = time.monotonic()
            self._log.append([(answer_id, list(gathered(events))) for answer_id, events in pending.items()])

"""Which conversations have been kept long enough: those that nobody used for so many days are deleted for good."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from footnote.conversations import AnswerLog
from footnote.errors import StorageFailed

FIRST_S = 60.0
"""So that a process which is just starting has something better to do."""
EVERY_S = 3600.0

log = logging.getLogger(__name__)


class Retention:
    """Deletes old conversations, hourly, from a thread of its own.

    Every process may have one: what one has deleted is gone for all, and nothing is deleted
    twice. ``days`` of 0 keeps everything. The thread begins with ``start`` in the process
    that calls it, so that a process may fork after this was made.
    """

    def __init__(
        self,
        answers: AnswerLog,
        days: float,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._answers = answers
        self._days = days
        self._now = now
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process: int | None = None

    def start(self) -> None:
        """Begin, once in a process; cheap enough to be called with every request."""
        if not self._days or self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._thread = threading.Thread(target=self._run, name="footnote-retention", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread, if it has begun."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def delete_old(self) -> int:
        """Delete what was not used for ``days``; how many conversations. Raises ``StorageFailed``."""
        if not self._days:
            return 0
        deleted = self._answers.delete_before(self._now() - timedelta(days=self._days))
        if deleted:
            log.info("%d conversations were deleted that nobody had used for %g days", deleted, self._days)
        return deleted

    def _run(self) -> None:
        closed = self._wait(FIRST_S)
        while not closed:
            try:
                self.delete_old()
            except StorageFailed:
                log.warning("old conversations were not deleted, the database is away; the next try is in an hour")
            closed = self._wait(EVERY_S)

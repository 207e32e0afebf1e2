"""How many answers a user watches at once, over all processes, and that each is counted no longer than it lasts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from footnote.conversations import AnswerLog
from footnote.errors import StorageFailed, TooManyStreams

RETRY_S = 5.0

log = logging.getLogger(__name__)


class Streams:
    """Counts a user's open streams in the log, ``most`` at once."""

    def __init__(self, answers: AnswerLog, most: int) -> None:
        self._answers = answers
        self._most = most
        self._lock = threading.Lock()
        self._owed: set[str] = set()

    @contextmanager
    def open(self, user: str) -> Iterator[None]:
        """One stream, counted inside the block; raises ``TooManyStreams`` where as many are open as may.

        Where the database is away nobody is kept out: the stream is let through and not counted.
        """
        ticket = self._ticket(user)
        try:
            yield
        finally:
            if ticket is not None:
                self._give_back(ticket)

    def _ticket(self, user: str) -> str | None:
        try:
            for owed in self._taken_over():
                self._give_back(owed)
            ticket = self._answers.open_stream(user, self._most)
        except StorageFailed:
            log.warning("a stream is not counted: the database is away")
            return None
        if ticket is None:
            raise TooManyStreams(retry_after_s=RETRY_S)
        return ticket

    def _give_back(self, ticket: str) -> None:
        try:
            self._answers.close_stream(ticket)
        except StorageFailed:
            # Counted for ever, it would take a place from its user until this process ends.
            log.warning("a stream that ended is still counted, until the database is back")
            with self._lock:
                self._owed.add(ticket)

    def _taken_over(self) -> set[str]:
        with self._lock:
            owed, self._owed = self._owed, set()
        return owed

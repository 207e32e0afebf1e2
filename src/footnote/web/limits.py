"""How many answers a user watches at once, over all processes, and that each is counted no longer than it lasts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from footnote.answers.observing import Observers
from footnote.conversations import AnswerLog
from footnote.errors import StorageFailed, TooManyStreams

RETRY_S = 5.0

log = logging.getLogger(__name__)


class Streams:
    """Counts a user's open streams in the log, ``most`` at once."""

    def __init__(self, answers: AnswerLog, most: int, observers: Observers | None = None) -> None:
        self._answers = answers
        self._most = most
        self._observers = observers or Observers()

    @contextmanager
    def open(self, user: str, *, resumed: bool = False) -> Iterator[None]:
        """One stream, counted inside the block; raises ``TooManyStreams`` where as many are open as may.

        Where the database is away nobody is kept out: the stream is let through and not counted.
        """
        ticket = self._ticket(user)
        self._observers.stream_opened(resumed=resumed)
        try:
            yield
        finally:
            self._observers.stream_closed()
            if ticket is not None:
                self._answers.close_stream(ticket)

    def _ticket(self, user: str) -> str | None:
        try:
            ticket = self._answers.open_stream(user, self._most)
        except StorageFailed:
            log.warning("a stream is not counted: the database is away")
            return None
        if ticket is None:
            raise TooManyStreams(retry_after_s=RETRY_S)
        return ticket

"""Ends the answers of processes that died: one heartbeat a process, watched by all others.

No wall clock decides about life and death. A process is dead when its heartbeat has stood still
for ``DEAD_S`` of the observer's own monotonic clock, in which all of the observer's own beats
succeeded: where nobody can write, nobody is dead, and an observer that slept knows nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from footnote.conversations import AnswerLog, Lease
from footnote.correlation import answering
from footnote.errors import StorageFailed

BEAT_S = 2.0
DEAD_S = 8.0
LATE = 2
"""After so many times the usual pause an observer must have slept itself, or waited for the database."""

log = logging.getLogger(__name__)

Work = TypeVar("Work")


@dataclass(frozen=True, slots=True)
class _Seen:
    lease: Lease
    since: float


class Keeper:
    """Beats for this process, and hands the answers of dead ones to ``end``, in a thread of its own."""

    def __init__(
        self,
        answers: AnswerLog,
        end: Callable[[str], None],
        *,
        beat_s: float = BEAT_S,
        dead_s: float = DEAD_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = answers
        self._end = end
        self._beat_s = beat_s
        self._dead_s = dead_s
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._orphans: set[str] = set()
        self._looked = float("-inf")
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to beat, once; a process that forks does so afterwards."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="footnote-keeper", daemon=True)
                self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """End the thread; it may be waiting for the database."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._closed.is_set():
            due = self._clock() + self._beat_s
            try:
                self.look()
            except Exception:  # whatever it is, the next beat is due all the same
                log.exception("a look at other processes' answers failed")
            self._closed.wait(max(0.0, due - self._clock()))

    def look(self) -> None:
        """Beat once, and until the next beat is due end the answers whose process is dead by now."""
        try:
            self._observe(self._log.beat())
            for lease in self._in_time(self._dead()):
                if self._log.take_over(lease):
                    with answering(lease.answer_id):
                        log.warning("an answer whose process died is ended")
                    self._orphans.add(lease.answer_id)
            for answer_id in self._in_time(self._orphans):  # where it fails it is tried again: nobody else will
                with answering(answer_id):
                    self._end(answer_id)
                self._orphans.discard(answer_id)
        except StorageFailed:
            self._seen.clear()

    def _in_time(self, due: Iterable[Work]) -> Iterator[Work]:
        """Of what is to be done as much as there is time for: who ends many answers must not seem dead meanwhile."""
        for work in list(due):
            if self._clock() - self._looked >= self._beat_s:
                return
            yield work

    def _observe(self, leases: Sequence[Lease]) -> None:
        now = self._clock()
        if now - self._looked > LATE * self._beat_s:
            self._seen.clear()
        self._looked = now
        self._seen = {lease.answer_id: self._seen_of(lease, now) for lease in leases}

    def _dead(self) -> list[Lease]:
        return [seen.lease for seen in self._seen.values() if self._looked - seen.since >= self._dead_s]

    def _seen_of(self, lease: Lease, now: float) -> _Seen:
        seen = self._seen.get(lease.answer_id)
        return seen if seen is not None and seen.lease == lease else _Seen(lease, now)

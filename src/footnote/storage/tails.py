"""The logs that this process has in memory: those it writes, those somebody waits on, and the last that ended."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf

from footnote.errors import NotFound, StorageFailed
from footnote.events import Done, Error, Stopped
from footnote.storage.transactions import GONE
from footnote.wire import Entry

LINGER_S = 2.0
"""How long a log is kept up to date after the last who waited for it went: a reader waits again and again."""
MOST_ENDED = 64
"""Ended logs that are kept, so that who reads one in steps doesn't fetch and decode it each time."""


@dataclass(slots=True)
class Tail:
    """A log's entries as far as they are known.

    ``number`` tells it from another that stands under the same id later; None while nothing was read.
    """

    grown: threading.Condition
    number: int | None = None
    own: bool = False
    """Whether this process writes it: then nobody else does, and what is here is all there is."""
    entries: list[Entry] = field(default_factory=list)
    gone: bool = False
    suspended: bool = False
    waiting: int = 0
    left_at: float = -inf

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.entries) and isinstance(self.entries[-1].event, Done | Error | Stopped)

    def is_watched(self, now: float) -> bool:
        """Whether somebody waits on it, or did just now."""
        return self.waiting > 0 or now - self.left_at < LINGER_S


class Tails:
    """Tails by their answers' ids. No method waits for the database."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._tails: OrderedDict[str, Tail] = OrderedDict()

    def own(self, answer_id: str, number: int, entries: Sequence[Entry] = ()) -> None:
        """From now on this process writes the answer."""
        with self._lock:
            tail = self._of(answer_id, number)
            tail.own = True
            self._extend(tail, entries)

    def owned(self, answer_id: str) -> Tail | None:
        """The log of an answer that this process writes."""
        with self._lock:
            tail = self._tails.get(answer_id)
            return tail if tail is not None and tail.own and not tail.gone else None

    def disown(self, answer_id: str) -> None:
        """Another process writes it now; what is here is still true, and grows from there."""
        with self._lock:
            if (tail := self._tails.get(answer_id)) is not None:
                tail.own = False

    def grow(self, answer_id: str, number: int, entries: Sequence[Entry]) -> None:
        """Add what was read or written of a log, and wake who waits for it."""
        with self._lock:
            self._extend(self._of(answer_id, number), entries)
            self._forget(self._clock())  # who only reads has nobody else to see to it

    def extend(self, answer_id: str, entries: Sequence[Entry]) -> None:
        """Show what was written, unless the answer was deleted meanwhile."""
        with self._lock:
            if (tail := self._tails.get(answer_id)) is not None:
                self._extend(tail, entries)

    def known(self, answer_id: str, after: int) -> list[Entry] | None:
        """The entries after a cursor, where they can be had without asking the database; else None.

        Of another process's answer only what follows a cursor that a reader already has: whoever
        begins to read is told how it stands now, not how it stood a moment ago.
        """
        with self._lock:
            tail = self._tails.get(answer_id)
            if tail is None:
                return None
            if tail.own or (tail.is_watched(self._clock()) and 0 < after < len(tail.entries)):
                return tail.entries[after:]
            return None

    def ended(self, answer_id: str) -> Tail | None:
        """A log that has come to its end, if it is here; its answer may have been deleted since."""
        with self._lock:
            tail = self._tails.get(answer_id)
            return tail if tail is not None and tail.ended else None

    @contextmanager
    def waiting(self, answer_id: str) -> Iterator[tuple[Tail, bool]]:
        """Keep a log up to date as long as somebody waits on it; it, and whether it is up to date now."""
        with self._lock:
            tail = self._of(answer_id)
            known = tail.number is not None and not tail.suspended
            fresh = tail.own or (known and tail.is_watched(self._clock()))
            tail.waiting += 1
        try:
            yield tail, fresh
        finally:
            with self._lock:
                tail.waiting -= 1
                tail.left_at = self._clock()

    def wait(self, tail: Tail, after: int, timeout_s: float) -> list[Entry]:
        """The entries after a cursor, once there are some. Raises ``NotFound``, ``StorageFailed``."""
        with self._lock:
            tail.grown.wait_for(lambda: tail.gone or tail.suspended or len(tail.entries) > after, timeout_s)
            if tail.gone:
                raise NotFound
            if tail.suspended and len(tail.entries) <= after:
                raise StorageFailed(GONE)
            return tail.entries[after:]

    def drop(self, answer_ids: Iterable[str]) -> None:
        """These are gone, for all who wait."""
        with self._lock:
            for answer_id in answer_ids:
                if (tail := self._tails.pop(answer_id, None)) is not None:
                    tail.gone = True
                    tail.grown.notify_all()

    def suspend(self, answer_ids: Iterable[str]) -> None:
        """Who waits for these learns that the database is away."""
        with self._lock:
            for answer_id in answer_ids:
                if (tail := self._tails.get(answer_id)) is not None:
                    tail.suspended = True
                    tail.grown.notify_all()

    def resume(self, *, own: bool) -> None:
        """The database is back for what this process writes, or for what others do."""
        with self._lock:
            for tail in self._tails.values():
                if tail.own == own:
                    tail.suspended = False

    def written(self) -> list[str]:
        """The unfinished answers that this process writes."""
        with self._lock:
            return [id for id, tail in self._tails.items() if tail.own]

    def watched(self) -> dict[str, int]:
        """Of other processes' unfinished answers those that somebody waits on, and how far each is known."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            watched = {id: tail for id, tail in self._tails.items() if not tail.own and tail.is_watched(now)}
            return {id: len(tail.entries) for id, tail in watched.items() if not tail.ended or tail.waiting}

    def _of(self, answer_id: str, number: int | None = None) -> Tail:
        tail = self._tails.get(answer_id)
        if tail is not None and number is not None and tail.number not in {None, number}:
            self.drop([answer_id])
            tail = None
        if tail is None:
            if len(self._tails) > 2 * MOST_ENDED:
                self._forget(self._clock())
            tail = self._tails[answer_id] = Tail(threading.Condition(self._lock))
        tail.number = tail.number if number is None else number
        self._tails.move_to_end(answer_id)
        return tail

    def _extend(self, tail: Tail, entries: Sequence[Entry]) -> None:
        # Two may have read the same, one of them longer ago, or for a tail that was forgotten meanwhile.
        new = [e for e in entries if e.seq > len(tail.entries)]
        if not new or new[0].seq != len(tail.entries) + 1:
            return
        tail.entries.extend(new)
        if tail.ended:
            tail.own = False
            tail.suspended = False
            tail.left_at = self._clock()
        tail.grown.notify_all()

    def _forget(self, now: float) -> None:
        unused = [id for id, tail in self._tails.items() if not tail.own and not tail.is_watched(now)]
        ended = [id for id in unused if self._tails[id].ended]
        for answer_id in {*unused} - {*ended[-MOST_ENDED:]}:
            del self._tails[answer_id]

"""One committing writer for all running answers of a process: write first, then show."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from footnote.answers.observing import Observers
from footnote.conversations import AnswerLog
from footnote.errors import InternalError, StorageFailed
from footnote.events import Error, Event, gathered

GATHER_S = 0.05
MOST_TOGETHER_S = 0.02
"""How much longer a commit waits, at most, for others that write in the same moment."""
PATIENCE_S = 15.0
"""How long a database may be away before answers are called off."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 0.5
CLOSE_S = 5.0

log = logging.getLogger(__name__)

Batches = Sequence[tuple[str, Sequence[Event]]]
Told = Callable[[Sequence[str]], None]


class Writer:
    """Gathers events for at most ``gather_s`` and commits those of all answers together.

    What comes after silence is committed at once, and so is everything ``urgent`` (a handful of
    events an answer). All else waits for the next commit, of which there are at most 20 a second,
    however many answers are running.

    Where the database is away the same events are tried again until they are kept; what comes
    meanwhile waits behind them. After ``patience_s``, ``on_stuck`` is told once of each answer that
    waits, and so are its readers; in time only where ``look`` is called now and then. ``on_lost`` is
    told of answers that are this process's no more, and what waits of them is dropped. Neither may raise.
    The thread starts with the first event (a process that forks after import is safe).
    """

    def __init__(
        self,
        log: AnswerLog,
        observers: Observers | None = None,
        *,
        on_lost: Told = lambda _ids: None,
        on_stuck: Told = lambda _ids: None,
        gather_s: float = GATHER_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._log = log
        self._observers = observers or Observers()
        self._on_lost = on_lost
        self._on_stuck = on_stuck
        self._gather_s = gather_s
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._pending: dict[str, list[Event]] = {}
        self._since = 0.0
        """When the oldest of what is pending came."""
        self._written = 0
        """How many events have come."""
        self._urgent = False
        self._closed = False
        self._give_up_at = float("inf")
        self._trouble: _Trouble | None = None
        self._thread: threading.Thread | None = None

    def write(self, answer_id: str, event: Event, *, urgent: bool = False) -> None:
        """Take an event for an answer's log; returns before it is committed."""
        with self._changed:
            # A thread that gathers wakes by the clock: woken for each event, it would only look at the clock.
            if not self._pending:
                self._since = time.monotonic()
            wakes = urgent or not self._pending
            self._pending.setdefault(answer_id, []).append(event)
            self._urgent |= urgent
            self._written += 1
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="footnote-writer", daemon=True)
                thread.start()
                self._thread = thread
            if wakes:
                self._changed.notify()

    def close(self, timeout_s: float = CLOSE_S) -> None:
        """Commit what is pending and end the thread; what can't be committed in ``timeout_s`` is given up."""
        with self._changed:
            self._closed = True
            self._give_up_at = min(self._give_up_at, time.monotonic() + timeout_s)
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def look(self) -> None:
        """Tell of what has waited for too long; for a thread that doesn't wait for the database itself."""
        self._tell(self._stuck())

    def _run(self) -> None:
        committed = -self._gather_s
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed)
                if not self._pending:
                    return
                due = committed + self._gather_s - time.monotonic()
                self._changed.wait_for(lambda: self._urgent or self._closed, timeout=max(due, 0))
            self._let_others_write()
            with self._changed:
                pending, self._pending, self._urgent = self._pending, {}, False
                since = self._since
            committed = time.monotonic()
            batches = [(answer_id, list(gathered(events))) for answer_id, events in pending.items()]
            if not self._commit(batches):
                return
            self._observers.saved(time.monotonic() - since)

    def _let_others_write(self) -> None:
        """Give way as long as others write: many answers go on in the same moment (``models/upstream.py``)."""
        until = time.monotonic() + MOST_TOGETHER_S
        known = None
        while known != self._written and time.monotonic() < until:
            known = self._written
            time.sleep(0)

    def _commit(self, batches: Batches, behind: Sequence[str] = ()) -> bool:
        """Whether they were kept, while those ``behind`` wait; only a process that ends gives up."""
        with self._changed:
            trouble = self._trouble = _Trouble(self._patience_s, [*(answer_id for answer_id, _ in batches), *behind])
        try:
            return self._tried(batches, trouble)
        finally:
            with self._changed:
                self._trouble = None

    def _tried(self, batches: Batches, trouble: _Trouble) -> bool:
        while failure := self._append(batches):
            self._observers.unsaved()
            if trouble.is_new:
                log.error("events of %d answers are not written yet", len(batches), exc_info=failure)
            if not isinstance(failure, StorageFailed):  # nobody foresaw it: no other answer may suffer from it
                if len(batches) > 1:
                    ids = [answer_id for answer_id, _ in batches]
                    return all(self._commit([batch], ids[n:]) for n, batch in enumerate(batches, 1))
                if self._ended_instead(batches[0][0]):
                    return True
            if time.monotonic() >= self._give_up_at:
                log.error("the last events of %d answers could not be kept", len(batches))
                return False
            self.look()
            time.sleep(trouble.wait_s())
        return True

    def _append(self, batches: Batches) -> Exception | None:
        """Keep them; what kept them from it."""
        try:
            lost = self._log.append(batches)
        except Exception as failure:  # noqa: BLE001 - the thread has to go on; it is logged, once, by who asked
            return failure
        self._drop(lost)
        return None

    def _ended_instead(self, answer_id: str) -> bool:
        """Whether an answer whose events can't be written could be ended: if not, it is not they that are at fault."""
        error = InternalError()
        if self._append([(answer_id, [Error(error.code, error.message, error.retryable)])]):
            return False
        self._drop([answer_id])
        return True

    def _drop(self, lost: Sequence[str]) -> None:
        """These are not this process's any more, or have ended: nothing more of them is written."""
        if not lost:
            return
        with self._changed:
            for answer_id in lost:
                self._pending.pop(answer_id, None)
        self._on_lost(lost)

    def _stuck(self) -> list[str]:
        with self._changed:
            return [] if self._trouble is None else self._trouble.stuck([*self._pending])

    def _tell(self, stuck: Sequence[str]) -> None:
        if stuck:
            log.error("the database has been away for too long: %d answers are called off", len(stuck))
            self._log.suspend(stuck)
            self._on_stuck(stuck)


class _Trouble:
    """One commit that may not succeed: how long to wait for the next try, and who is to be told."""

    def __init__(self, patience_s: float, answer_ids: Sequence[str]) -> None:
        self._until = time.monotonic() + patience_s
        self._answer_ids = answer_ids
        self._wait_s = FIRST_WAIT_S
        self._told: set[str] = set()

    @property
    def is_new(self) -> bool:
        """Whether it has not been waited for yet."""
        return self._wait_s == FIRST_WAIT_S

    def wait_s(self) -> float:
        now, self._wait_s = self._wait_s, min(self._wait_s * 2, LONGEST_WAIT_S)
        return now

    def stuck(self, behind: Sequence[str]) -> list[str]:
        """Those of its answers, and of those behind it, that are stuck by now and were not told of yet."""
        if time.monotonic() < self._until:
            return []
        new = [id for id in dict.fromkeys([*self._answer_ids, *behind]) if id not in self._told]
        self._told.update(new)
        return new

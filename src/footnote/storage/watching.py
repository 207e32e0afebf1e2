"""One thread a process that sees what other processes do: logs that grow, stops, deletions."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, false, select

from footnote.storage import logs, schema
from footnote.storage.bells import bell
from footnote.storage.tails import Tails
from footnote.storage.transactions import reading

LOOK_S = 0.25
"""At the latest after this time everything that matters here is looked at, whatever rang or did not."""
IDLE_S = 10.0
"""How long the database is listened to after the last answer here; then the connection is given back."""
AWAY_S = 3.0
"""How long the database may be away before who waits for other processes' answers is told."""

log = logging.getLogger(__name__)


class Watching:
    """Keeps the tails of other processes' answers up to date, and hears the stops of this one's.

    The thread starts when there is something to watch (a process that forks before is safe).
    """

    def __init__(self, engine: Engine, process: str, tails: Tails) -> None:
        self._engine = engine
        self._process = process
        self._bell = bell(engine, process)
        self._tails = tails
        self._on_stop: list[Callable[[str], None]] = []
        self._told: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._seen_at = time.monotonic()
        self._heard_at = self._looked_at = 0.0

    def call(self, on_stop: Callable[[str], None]) -> None:
        """Also tell ``on_stop`` of each answer of this process's that is to be stopped, or is gone."""
        self._on_stop.append(on_stop)

    def stop(self, answer_id: str) -> None:
        """Tell all."""
        for on_stop in self._on_stop:
            on_stop(answer_id)

    def tell(self, answer_ids: Sequence[str]) -> None:
        """Let the other processes know that these have changed, now that it is committed."""
        self._bell.ring(answer_ids)

    def wake(self) -> None:
        """There is something to watch now."""
        with self._changed:
            if self._thread is None and not self._closed:
                self._seen_at = time.monotonic()
                self._thread = threading.Thread(target=self._run, name="footnote-watching", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join()

    def refresh(self, cursors: dict[str, int]) -> None:
        """Read on in these logs; who is gone is dropped. Raises ``StorageFailed``."""
        if not cursors:
            return
        with reading(self._engine) as connection:
            found = logs.read(connection, cursors)
        for answer_id, read in found.items():
            self._tails.grow(answer_id, read.number, read.entries)
        self._tails.drop(cursors.keys() - found.keys())
        self._tails.resume(own=False)

    def _run(self) -> None:
        try:
            failing = False
            while self._has_work():
                rung = self._bell.wait(max(0.0, self._looked_at + LOOK_S - time.monotonic()))
                try:
                    self._look(rung)
                    failing = False
                except Exception:  # whatever it is: without this thread no stop from elsewhere would be heard
                    if not failing:
                        log.warning("the database can't be read; it is tried again", exc_info=True)
                    failing = True
                    self._bell.close()
                    self._bear_it()
        finally:
            self._bell.close()
            with self._changed:
                self._thread = None
        self._begin_again()

    def _has_work(self) -> bool:
        """Whether to go on; waits a while where nothing is to be watched."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._is_needed(), IDLE_S)
            return not self._closed and self._is_needed()

    def _begin_again(self) -> None:
        """Where something came to be watched while the thread was about to end."""
        if not self._closed and self._is_needed():
            self.wake()

    def _is_needed(self) -> bool:
        return bool(self._tails.written() or self._tails.watched())

    def _look(self, rung: set[str] | None) -> None:
        now = time.monotonic()
        if rung is None or now - self._looked_at >= LOOK_S:
            rung, self._looked_at = None, now
        watched = self._tails.watched()
        self.refresh({id: seq for id, seq in watched.items() if rung is None or id in rung})
        written = self._tails.written()
        rang = bool(written) and (rung is None or not rung.isdisjoint(written))
        # Who was deleted or taken over is found out four times a second; a stop is heard as soon as it rings.
        if rang and (now - self._heard_at >= LOOK_S or self._bell.may_stop()):
            self._hear_stops(written)
            self._heard_at = now
        self._seen_at = now

    def _hear_stops(self, written: list[str]) -> None:
        own = select(schema.answers.c.id, schema.answers.c.stop).where(
            schema.answers.c.owner == self._process, schema.answers.c.ended == false()
        )
        with reading(self._engine) as connection:
            standing = {row.id: row.stop for row in connection.execute(own)}
            missing = [id for id in written if id not in standing]
            kept = select(schema.answers.c.id, schema.answers.c.owner).where(schema.answers.c.id.in_(missing))
            owners = {row.id: row.owner for row in connection.execute(kept)} if missing else {}
        gone = {*missing} - owners.keys()
        self._tails.drop(gone)
        taken = {id for id, owner in owners.items() if owner != self._process}
        for answer_id in taken:  # its readers here follow who writes it now, however long the writer here is silent
            self._tails.disown(answer_id)
        stopped = {id for id in written if standing.get(id)} | gone | taken
        for answer_id in stopped - self._told:
            self.stop(answer_id)
        self._told = stopped

    def _bear_it(self) -> None:
        """Who has waited in vain for too long is told."""
        if time.monotonic() - self._seen_at > AWAY_S:
            self._tails.suspend(self._tails.watched())

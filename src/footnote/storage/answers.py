"""Answers, their logs and conversations in a database that several processes share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, Engine, false, select, update

from footnote.conversations import Allowance, Answer, Lease, Session
from footnote.errors import StorageFailed
from footnote.events import Event
from footnote.storage import asking, history, logs, processes, schema
from footnote.storage.database import truncate
from footnote.storage.logs import Addition
from footnote.storage.tails import Tail, Tails
from footnote.storage.transactions import reading, writing
from footnote.storage.watching import Watching
from footnote.wire import Entry, entry


class _Stands(Exception):
    """Another process made the answer in the same moment."""


class SqlLog:
    """An ``AnswerLog`` in SQLite or Postgres.

    What this process writes, its readers get from memory, once it is committed; what others
    write, from one thread that reads it for all. One a process: not to be carried over a fork.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._now = now
        self._process = str(uuid4())
        self._tails = Tails()
        self._watching = Watching(engine, self._process, self._tails)
        self._pulse = processes.Pulse(clock)
        self._appending = threading.Lock()
        self._made = threading.Condition()
        self._making: set[str] = set()
        self._tickets: set[str] = set()
        self._returned: set[str] = set()
        self._unsure: set[str] = set()
        self._deleted: list[Callable[[Sequence[str]], None]] = []

    def create(self, answer: Answer, allowance: Allowance | None = None) -> tuple[Answer, bool]:
        with self._alone(answer.id):
            return self._create(answer, allowance)

    @contextmanager
    def _alone(self, answer_id: str) -> Iterator[None]:
        """One making of an id at a time here: what was made a moment ago would else look like one that was lost."""
        with self._made:
            self._made.wait_for(lambda: answer_id not in self._making)
            self._making.add(answer_id)
        try:
            yield
        finally:
            with self._made:
                self._making.remove(answer_id)
                self._made.notify_all()

    def _create(self, answer: Answer, allowance: Allowance | None) -> tuple[Answer, bool]:
        while True:
            if (kept := self.answer(answer.id)) is not None:
                return kept, self._adopt(answer.id)
            try:
                with writing(self._engine) as connection:
                    number = asking.make(connection, answer, allowance, owner=self._process, now=self._now())
                    if number is None:
                        raise _Stands
            except _Stands:
                continue
            except StorageFailed:
                self._unsure.add(answer.id)
                raise
            self._unsure.discard(answer.id)
            self._own(answer.id, number)
            return answer, True

    def _adopt(self, answer_id: str) -> bool:
        """Whether an answer was made by an earlier call here, which could not know it: the connection was lost."""
        if answer_id not in self._unsure:
            return False
        taken = self.take_over(Lease(answer_id, self._process, 0))
        self._unsure.discard(answer_id)
        return taken

    def _own(self, answer_id: str, number: int, entries: Sequence[Entry] = ()) -> None:
        self._tails.own(answer_id, number, entries)
        self._watching.wake()

    def append(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> list[str]:
        with self._appending:
            additions, lost = self._additions(batches)
            if additions:
                refused = logs.append(self._engine, additions, owner=self._process, now=self._now())
                self._show(additions, refused)
                self._watching.tell([a.answer_id for a in additions if a.answer_id not in refused])
                lost += refused
            self._tails.resume(own=True)
            return lost

    def _additions(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> tuple[list[Addition], list[str]]:
        """What the batches add to this process's answers, and the ids of answers that are not."""
        events: dict[str, list[Event]] = {}
        for answer_id, batch in batches:
            events.setdefault(answer_id, []).extend(batch)
        owned = {id: tail for id in events if (tail := self._tails.owned(id)) is not None}
        in_order = sorted(owned.items(), key=lambda each: each[1].number or 0)  # all lock rows in one order
        return [_addition(id, tail, events[id]) for id, tail in in_order if events[id]], [*(events.keys() - owned)]

    def _show(self, additions: Sequence[Addition], refused: Mapping[str, bool]) -> None:
        # Nothing here may fail: the same batches, given again, would be numbered behind what is shown.
        for addition in additions:
            if addition.answer_id not in refused:
                self._tails.extend(addition.answer_id, addition.new)
        for answer_id, stands in refused.items():
            if stands:
                self._tails.disown(answer_id)
            else:
                self._tails.drop([answer_id])

    def suspend(self, answer_ids: Sequence[str]) -> None:
        self._tails.suspend(answer_ids)

    def read(self, answer_id: str, after: int = 0) -> list[Entry]:
        if (known := self._tails.known(answer_id, after)) is not None:
            return known
        if (tail := self._tails.ended(answer_id)) is not None and tail.number == self._number(answer_id):
            return tail.entries[after:]
        with reading(self._engine) as connection:
            found = logs.read(connection, {answer_id: after}).get(answer_id)
        if found is None:
            return []
        if after == 0:
            self._tails.grow(answer_id, found.number, found.entries)
        return found.entries

    def _number(self, answer_id: str) -> int | None:
        with reading(self._engine) as connection:
            return connection.scalar(select(schema.answers.c.number).where(schema.answers.c.id == answer_id))

    def wait(self, answer_id: str, after: int, timeout_s: float) -> list[Entry]:
        with self._tails.waiting(answer_id) as (tail, is_fresh):
            if not is_fresh:
                self._watching.refresh({answer_id: len(tail.entries)})
            if not tail.own:
                self._watching.wake()
            return self._tails.wait(tail, after, timeout_s)

    def answer(self, answer_id: str) -> Answer | None:
        with reading(self._engine) as connection:
            return asking.find(connection, answer_id)

    def session(self, session_id: str) -> Session | None:
        with reading(self._engine) as connection:
            return history.session(connection, session_id)

    def sessions(self, user: str, search: str = "") -> list[Session]:
        with reading(self._engine) as connection:
            return history.sessions(connection, user, search)

    def answers(self, session_id: str) -> list[Answer]:
        with reading(self._engine) as connection:
            return history.answers(connection, session_id)

    def conversation(self, session_id: str, only: Collection[str] | None = None) -> list[tuple[Answer, list[Entry]]]:
        with reading(self._engine) as connection:
            asked = [a for a in history.answers(connection, session_id) if only is None or a.id in only]
            found = logs.read_all(connection, [answer.id for answer in asked])
        # What this process writes is further on in memory than in what was just read.
        known = {answer.id: self._tails.known(answer.id, 0) for answer in asked}
        return [(answer, known[answer.id] or found.get(answer.id, [])) for answer in asked]

    def asked(self, user: str, seconds: int) -> int:
        with reading(self._engine) as connection:
            return asking.count(connection, user, seconds, self._now())

    def rename(self, session_id: str, title: str) -> None:
        with writing(self._engine) as connection:
            history.rename(connection, session_id, title)

    def delete(self, session_id: str) -> None:
        with writing(self._engine) as connection:
            ids = history.remove(connection, session_id)
            logs.tell(connection, ids, sender=self._process)
        self._tails.drop(ids)
        self._watching.tell(ids)
        truncate(self._engine)
        self._tell_deletion(ids)

    def delete_before(self, moment: datetime) -> int:
        with writing(self._engine) as connection:
            count, ids = history.remove_before(connection, moment)
        if count:
            truncate(self._engine)
            self._tell_deletion(ids)
        return count

    def on_deletion(self, call: Callable[[Sequence[str]], None]) -> None:
        self._deleted.append(call)

    def _tell_deletion(self, answer_ids: Sequence[str]) -> None:
        for call in self._deleted:
            call(answer_ids)

    def request_stop(self, answer_id: str) -> None:
        if self._tails.owned(answer_id) is not None:
            self._watching.stop(answer_id)
            return
        running = update(schema.answers).where(schema.answers.c.id == answer_id, schema.answers.c.ended == false())
        with writing(self._engine) as connection:
            if connection.execute(running.values(stop=True)).rowcount:
                logs.tell(connection, [answer_id], sender=self._process)
        self._watching.tell([answer_id])

    def watch(self, on_stop: Callable[[str], None]) -> None:
        self._watching.call(on_stop)

    def beat(self) -> list[Lease]:
        if not (self._tails.written() or self._tickets or self._returned):
            with reading(self._engine) as connection:
                if not processes.unfinished(connection, self._process, ()):
                    return []  # nobody needs to know that this process lives: an idle one writes nothing
        with self._returning() as connection:
            processes.live(connection, self._process)
            return processes.unfinished(connection, self._process, self._tails.written())

    def take_over(self, lease: Lease) -> bool:
        if self._tails.owned(lease.answer_id) is not None:
            return False
        with writing(self._engine) as connection:
            if not processes.take_over(connection, lease, self._process):
                return False
            found = logs.read(connection, {lease.answer_id: 0})[lease.answer_id]
        self._own(lease.answer_id, found.number, found.entries)
        return True

    def open_stream(self, user: str, most: int) -> str | None:
        ticket = str(uuid4())
        try:
            with self._returning() as connection:
                is_open = processes.open_stream(connection, ticket, user, most, self._process)
                if not is_open:
                    # Those who were killed could not say that they close theirs.
                    beats = processes.holders(connection, user, self._process)
                    for process in self._pulse.still(beats):
                        processes.leave(connection, process)
                    is_open = processes.open_stream(connection, ticket, user, most, self._process)
        except StorageFailed:
            self._returned.add(ticket)  # it may be counted all the same
            raise
        if not is_open:
            return None
        self._tickets.add(ticket)
        return ticket

    def close_stream(self, ticket: str) -> None:
        self._tickets.discard(ticket)
        self._returned.add(ticket)
        with suppress(StorageFailed), self._returning():
            pass

    @contextmanager
    def _returning(self) -> Iterator[Connection]:
        """A transaction that also counts the closed streams no more: what the database did not take is remembered."""
        tickets = {*self._returned}
        with writing(self._engine) as connection:
            if tickets:
                processes.close_streams(connection, tickets)
            yield connection
        self._returned -= tickets

    def close(self) -> None:
        self._watching.close()
        with suppress(StorageFailed), writing(self._engine) as connection:
            processes.leave(connection, self._process)
        self._engine.dispose()


def _addition(answer_id: str, tail: Tail, events: Sequence[Event]) -> Addition:
    kept = len(tail.entries)
    return Addition(answer_id, tail.entries, [entry(kept + n, event) for n, event in enumerate(events, 1)])

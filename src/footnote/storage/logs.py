"""Answers' logs in the database: how they grow, and how they are read in one look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, bindparam, case, delete, false, func, insert, select, update

from footnote.events import Done, Error, Stopped
from footnote.outcomes import Outcome, outcome_of
from footnote.storage import outcomes, schema
from footnote.storage.doorbells import MOST_NAMED
from footnote.storage.titles import folded
from footnote.storage.transactions import writing
from footnote.wire import Entry, decode, text_of

CHANNEL = "footnote"
"""Where Postgres tells the processes which answers have changed."""
_MOST_READ = 500  # logs in one statement: each takes three of a statement's variables

_READ = ("id", "number", "session_id", "owner", "seq", "ended", "model", "profile", "created_at", "query")
_EVENTS = insert(schema.events)
_SEQ = update(schema.answers).where(schema.answers.c.id == bindparam("answer_id")).values(seq=bindparam("upto"))
_GROW = _SEQ.where(
    schema.answers.c.owner == bindparam("writer"),
    schema.answers.c.seq == bindparam("behind"),
    schema.answers.c.ended == false(),
)
_END = (
    update(schema.answers)
    .where(schema.answers.c.id == bindparam("answer_id"))
    .values(seq=bindparam("upto"), log=bindparam("lines"), searchable=bindparam("words"), ended=True, stop=False)
)


@dataclass(frozen=True, slots=True)
class Addition:
    """An answer's log, and the entries that come next."""

    answer_id: str
    entries: Sequence[Entry]
    new: Sequence[Entry]

    @property
    def behind(self) -> int:
        """The last number that is kept."""
        return self.new[0].seq - 1

    @property
    def whole(self) -> list[Entry]:
        """The log with what comes next."""
        return [*self.entries[: self.behind], *self.new]

    @property
    def ends(self) -> bool:
        """Whether the log is whole with it."""
        return isinstance(self.new[-1].event, Done | Error | Stopped)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of a log: its answer's number, and the entries behind the cursor."""

    number: int
    entries: list[Entry]


class _Otherwise(Exception):
    """An answer does not stand as its writer left it: nothing of this transaction may be kept."""


def append(engine: Engine, additions: Sequence[Addition], *, owner: str, now: datetime) -> dict[str, bool]:
    """Write what isn't written yet; the ids of answers that ``owner`` may not write, and whether each still stands.

    Written already is what an earlier call has kept whose end was lost with the connection.
    """
    if not any(a.ends for a in additions):
        with suppress(_Otherwise):
            with writing(engine) as connection:
                _grow(connection, additions, owner)
            return {}
    with writing(engine) as connection:
        return _append(connection, additions, owner, now)


def _grow(connection: Connection, additions: Sequence[Addition], owner: str) -> None:
    """What nearly every commit is: all of them run on as ``owner`` left them, which is asked as they are changed."""
    told = [{"answer_id": a.answer_id, "writer": owner, "behind": a.behind, "upto": a.new[-1].seq} for a in additions]
    if connection.execute(_GROW, told).rowcount != len(additions):
        raise _Otherwise
    connection.execute(_EVENTS, [_event_row(a, e) for a in additions for e in a.new])
    tell(connection, [a.answer_id for a in additions], sender=owner)


def _append(connection: Connection, additions: Sequence[Addition], owner: str, now: datetime) -> dict[str, bool]:
    """However they stand: each is looked at first."""
    rows = _rows(connection, [a.answer_id for a in additions])
    refused = {a.answer_id: a.answer_id in rows for a in additions if not _may_write(rows.get(a.answer_id), a, owner)}
    unwritten = [a for a in additions if a.answer_id not in refused and rows[a.answer_id].seq < a.new[-1].seq]
    growing = [a for a in unwritten if not a.ends]
    ending = [a for a in unwritten if a.ends]
    if growing:
        lines = [_event_row(a, e) for a in growing for e in a.new if e.seq > rows[a.answer_id].seq]
        connection.execute(_EVENTS, lines)
        connection.execute(_SEQ, [{"answer_id": a.answer_id, "upto": a.new[-1].seq} for a in growing])
    if ending:
        _compact(connection, ending, rows, now)
        sessions = {rows[a.answer_id].session_id for a in ending}
        used = update(schema.sessions).where(schema.sessions.c.id.in_(sessions))
        connection.execute(used.values(updated_at=now))
    tell(connection, [a.answer_id for a in unwritten], sender=owner)
    return refused


def _event_row(addition: Addition, entry: Entry) -> dict[str, Any]:
    return {"answer_id": addition.answer_id, "seq": entry.seq, "line": entry.line}


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    columns = [schema.answers.c[name] for name in _READ]
    # Locked, so that a commit whose end was lost on the way, but which is still under way, is waited for.
    rows = select(*columns).where(schema.answers.c.id.in_(ids)).order_by(schema.answers.c.number).with_for_update()
    return {row.id: row for row in connection.execute(rows)}


def _may_write(row: Row[Any] | None, addition: Addition, owner: str) -> bool:
    if row is None or row.owner != owner or row.seq < addition.behind:
        return False
    return not row.ended or row.seq == addition.new[-1].seq


def _compact(connection: Connection, ending: Sequence[Addition], rows: Mapping[str, Row[Any]], now: datetime) -> None:
    connection.execute(
        _END,
        [
            {
                "answer_id": a.answer_id,
                "upto": a.new[-1].seq,
                "lines": "\n".join(e.line for e in a.whole),
                "words": folded(f"{rows[a.answer_id].query}\n{text_of(a.whole)}"),
            }
            for a in ending
        ],
    )
    connection.execute(delete(schema.events).where(schema.events.c.answer_id.in_([a.answer_id for a in ending])))
    outcomes.keep(connection, dict(_outcome(rows[a.answer_id], a, now) for a in ending if _counts(rows[a.answer_id])))


def _counts(row: Row[Any]) -> bool:
    """Whether an answer is one of the library's, and not a question to who asks."""
    return row.profile is None


def _outcome(row: Row[Any], addition: Addition, now: datetime) -> tuple[int, Outcome]:
    events = (e.event for e in addition.whole)
    return row.number, outcome_of(events, model=row.model, asked_at=row.created_at, ended_at=now)


def read(connection: Connection, cursors: Mapping[str, int]) -> dict[str, Found]:
    """The logs of answers, each after its cursor; one statement, so that none is seen half compacted."""
    answers, events = schema.answers, schema.events
    behind = and_(events.c.answer_id == answers.c.id, events.c.seq > case(cursors, value=answers.c.id))
    rows = connection.execute(
        select(answers.c.id, answers.c.number, answers.c.log, events.c.line)
        .select_from(answers.outerjoin(events, behind))
        .where(answers.c.id.in_(cursors))
        .order_by(answers.c.id, events.c.seq)
    )
    found: dict[str, Found] = {}
    for row in rows:
        log = found.setdefault(row.id, Found(row.number, []))
        if row.log is not None:
            log.entries.extend(map(decode, row.log.split("\n")[cursors[row.id] :]))
        elif row.line is not None:
            log.entries.append(decode(row.line))
    return found


def read_all(connection: Connection, answer_ids: Sequence[str]) -> dict[str, list[Entry]]:
    """The whole logs of any number of answers."""
    found: dict[str, Found] = {}
    for start in range(0, len(answer_ids), _MOST_READ):
        found |= read(connection, dict.fromkeys(answer_ids[start : start + _MOST_READ], 0))
    return {id: log.entries for id, log in found.items()}


def tell(connection: Connection, answer_ids: Iterable[str], *, sender: str) -> None:
    """Let the other processes know, with the transaction's end, which answers have changed.

    On SQLite nothing can be said with it: they are told once it is committed (``bells.py``).
    """
    if connection.dialect.name != "postgresql":
        return
    ids = list(answer_ids)
    for start in range(0, len(ids), MOST_NAMED):
        payload = f"{sender}:{','.join(ids[start : start + MOST_NAMED])}"
        connection.execute(select(func.pg_notify(CHANNEL, payload)))

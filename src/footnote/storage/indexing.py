"""SQLite's full-text index over the passages: a long document is written into it piece by piece, before it stands.

To index 40,000 passages takes 10 s and more, in which nobody else could write. In pieces it doesn't matter, for a row
of the index without a passage is found by nobody: `unsearched` names such rows from before the first is written until
the last is gone. So document and passages change in one short transaction, and where a process is killed, what it left
in the index is cleared by the next one that changes something, an hour later.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, or_, select, text, update

from footnote.errors import StorageFailed
from footnote.passages import Passage
from footnote.storage import schema
from footnote.storage.full_text import indexed
from footnote.storage.transactions import BUSY, writing

PIECE = 300
"""Passages that one transaction indexes or clears: in some 50 ms, and in half a second where the index is merged."""
PAUSE_S = 0.03
"""Between two pieces: who waits for the lock looks again within 20 ms."""
ABANDONED = timedelta(hours=1)
"""How long nobody takes to write a document."""

SEARCHED = (
    "(NOT EXISTS (SELECT 1 FROM unsearched) OR NOT EXISTS "
    "(SELECT 1 FROM unsearched WHERE passages_fts.rowid BETWEEN unsearched.first AND unsearched.last))"
)
"""The condition that a row of the index is a passage's; nearly always all are, which is seen once, not for each row."""

Row = dict[str, object]

_unsearched = schema.unsearched
_since = _unsearched.c.since
# Made once, here: to put a statement together takes as long as to carry it out.
_LEFT = select(_unsearched).where(or_(_since.is_(None), _since < bindparam("abandoned"))).limit(1)
_HIGHEST = select(func.max(schema.passages.c.number)).union_all(select(func.max(_unsearched.c.last)))
_INDEX = "INSERT INTO passages_fts (rowid, title, speaker, text) VALUES (?, ?, ?, ?)"
_COLUMNS = ("id", "document_id", "ordinal", "title", "text", "page")
_PUT = f"INSERT INTO passages (number, segments, {', '.join(_COLUMNS)}) VALUES (?, ?{', ?' * len(_COLUMNS)})"  # noqa: S608
_NOTE = text("INSERT OR REPLACE INTO changes (document_id) VALUES (:document_id)")
_CLEAR = text("DELETE FROM passages_fts WHERE rowid BETWEEN :first AND :last")
# Each run of numbers without a gap is one row; a document's are one run.
_LET_GO = text(
    "INSERT INTO unsearched (first, last) SELECT min(number), max(number) FROM (SELECT number, number - row_number() "
    "OVER (ORDER BY number) AS run FROM passages WHERE document_id = :document_id) WHERE true GROUP BY run"
)


class Index:
    """The full-text index of the embedded database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def write_ahead(self, passages: Sequence[Passage]) -> int | None:
        """Index the passages of a long document that is to come; the number of the first, None where it isn't long."""
        if len(passages) <= PIECE:
            return None
        with writing(self._engine) as connection:
            first = _next(connection)
            last = first + len(passages) - 1
            connection.execute(insert(_unsearched).values(first=first, last=last, since=self._now()))
        for start in range(0, len(passages), PIECE):
            with writing(self._engine) as connection:
                if not connection.scalar(select(func.count()).where(_unsearched.c.first == first)):
                    raise StorageFailed(BUSY)  # it slept for an hour
                _enter(connection, first + start, passages[start : start + PIECE])
            time.sleep(PAUSE_S)
        return first

    def hold(self, connection: Connection, document_id: str) -> None:
        """Nothing: there is one writer."""

    def enter(
        self, connection: Connection, passages: Sequence[Passage], made: Sequence[Row], ahead: int | None
    ) -> None:
        """Insert these passages, to be found from this transaction's end on."""
        if not passages:
            return
        first = self._begun(connection, passages, ahead)
        connection.exec_driver_sql(_PUT, [_values(number, row) for number, row in enumerate(made, first)])

    def let_go(self, connection: Connection, document_id: str) -> None:
        """Have a document's passages, which this transaction removes, not found any more."""
        connection.execute(_LET_GO, {"document_id": document_id})

    def note(self, connection: Connection, document_id: str | None) -> None:
        """Number this change of a document, or the removal of one, for the index that follows (``changes.py``)."""
        if document_id is None:  # which is no conflict for the database
            connection.execute(delete(schema.changes).where(schema.changes.c.document_id.is_(None)))
        connection.execute(_NOTE, {"document_id": document_id})

    def give_up(self, connection: Connection, ahead: int | None) -> None:
        """What was written ahead is not wanted."""
        connection.execute(update(_unsearched).where(_unsearched.c.first == ahead).values(since=None))

    def is_anything_left(self, connection: Connection) -> bool:
        """Whether something stands in the index that nobody finds, and nobody is writing."""
        return connection.execute(_LEFT, {"abandoned": self._abandoned()}).first() is not None

    def clear(self) -> None:
        """Take what nobody finds out of the index; what is in the way keeps it for the next time."""
        with suppress(StorageFailed):
            while self._clear_some():
                time.sleep(PAUSE_S)

    def _begun(self, connection: Connection, passages: Sequence[Passage], ahead: int | None) -> int:
        """The number of the first of these in the index, where they stand now."""
        if ahead is None:
            first = _next(connection)
            _enter(connection, first, passages)
            return first
        if not connection.execute(delete(_unsearched).where(_unsearched.c.first == ahead)).rowcount:
            raise StorageFailed(BUSY)
        return ahead

    def _abandoned(self) -> datetime:
        return self._now() - ABANDONED

    def _clear_some(self) -> bool:
        """Clear a piece of what is left; whether there was any."""
        with writing(self._engine) as connection:
            row = connection.execute(_LEFT, {"abandoned": self._abandoned()}).one_or_none()
            if row is None:
                return False  # another process was here
            upto = min(row.last, row.first + PIECE - 1)
            connection.execute(_CLEAR, {"first": row.first, "last": upto})
            own = _unsearched.c.first == row.first
            if upto == row.last:
                connection.execute(delete(_unsearched).where(own))
            else:
                connection.execute(update(_unsearched).where(own).values(first=upto + 1, since=None))
            return True


def _next(connection: Connection) -> int:
    """The number behind all that passages and rows of the index have."""
    return 1 + max(number or 0 for number in connection.scalars(_HIGHEST))


def _values(number: int, row: Row) -> tuple[object, ...]:
    # For the driver itself, as below: what SQLAlchemy does with each row costs as much as to insert it.
    return number, json.dumps(row["segments"]), *(row[name] for name in _COLUMNS)


def _enter(connection: Connection, first: int, passages: Sequence[Passage]) -> None:
    rows = [
        (number, indexed(passage.title), indexed(" ".join(passage.speakers)), indexed(passage.text))
        for number, passage in enumerate(passages, first)
    ]
    connection.exec_driver_sql(_INDEX, rows)

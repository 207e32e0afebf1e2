"""What a second index over the embedded library follows: how the library stands, and its passages in slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, func, select, text

from footnote.passages import Passage
from footnote.storage import rows, schema
from footnote.storage.transactions import reading

SLICE = 1000
"""Passages that are held in memory at once."""

_STANDING = text(
    "SELECT (SELECT coalesce(max(number), 0) FROM changes) AS newest, "
    "coalesce((SELECT max(number) FROM passages) - (SELECT min(number) FROM passages) + 1, 0) AS numbers"
)
_COLUMNS: Sequence[Column[Any]] = [
    *rows.PASSAGE_COLUMNS,
    schema.passages.c.number,
    schema.documents.c.kind,
    schema.documents.c.date,
]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a library stands: its newest change, and how many numbers its passages span, at least as many as they are."""

    newest: int
    numbers: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a library holds after its newest change: how many passages, and what their numbers come to."""

    newest: int
    passages: int
    total: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """A passage under its number, with what its document is filtered by."""

    number: int
    passage: Passage
    kind: str
    date: str | None
    tags: tuple[str, ...]
    speakers: tuple[str, ...]


def standing(connection: Connection) -> Standing:
    """How the library stands in this transaction."""
    row = connection.execute(_STANDING).one()
    return Standing(row.newest, row.numbers)


def held(engine: Engine) -> Held:
    """What the library holds."""
    numbers = schema.passages.c.number
    with reading(engine) as connection:
        row = connection.execute(select(func.count(), func.coalesce(func.sum(numbers), 0))).one()
        return Held(standing(connection).newest, *row)


def document_ids(engine: Engine) -> set[str]:
    """The ids of all documents."""
    with reading(engine) as connection:
        return set(connection.scalars(select(schema.documents.c.id)))


def changed_since(engine: Engine, number: int) -> list[str]:
    """The documents that stand and were changed after this number."""
    changes = schema.changes.c
    newer = select(changes.document_id).where(changes.number > number, changes.document_id.is_not(None))
    with reading(engine) as connection:
        return list(connection.scalars(newer))


def numbered(engine: Engine, document_id: str | None = None) -> Iterator[list[Numbered]]:
    """All passages, or a document's, in slices; each is read by itself, so that nothing is kept from a checkpoint."""
    own = [] if document_id is None else [schema.passages.c.document_id == document_id]
    after = -1
    while found := _slice(engine, [*own, schema.passages.c.number > after]):
        yield found
        after = found[-1].number


def _slice(engine: Engine, conditions: list[ColumnElement[bool]]) -> list[Numbered]:
    labels = schema.labels
    wanted = (
        select(*_COLUMNS)
        .join(schema.documents, schema.documents.c.id == schema.passages.c.document_id)
        .where(*conditions)
        .order_by(schema.passages.c.number)
        .limit(SLICE)
    )
    with reading(engine) as connection:
        found = connection.execute(wanted).all()
        ids = {row.document_id for row in found}
        labelled: dict[tuple[str, str], list[str]] = {}
        for label in connection.execute(select(labels).where(labels.c.document_id.in_(ids))):
            labelled.setdefault((label.document_id, label.kind), []).append(label.value)
    return [
        Numbered(
            row.number,
            rows.passage_of(row),
            row.kind,
            row.date,
            tuple(labelled.get((row.document_id, "tag"), ())),
            tuple(labelled.get((row.document_id, "speaker"), ())),
        )
        for row in found
    ]

"""The library in a database: documents, their passages and the index over them change together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from footnote.passages import Document, Passage
from footnote.storage import rows, schema
from footnote.storage.indexing import Index
from footnote.storage.transactions import reading, writing
from footnote.storage.word_index import WordIndex

MOST_SPEAKERS = 300
"""That a document is found and listed by, the first who are heard: each page holds those of all documents."""


class SqlLibrary:
    """A ``Library`` in a database, with its full-text index.

    Its changes raise ``StorageFailed`` where another process writes for too long or the disk
    is full; what stood there then still stands. ``changed`` is called after each.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._now = now
        self._changed = changed
        self._index = Index(engine, now) if engine.dialect.name == "sqlite" else WordIndex()

    def documents(self) -> list[Document]:
        """All documents, by title."""
        by_title = select(schema.documents).order_by(schema.documents.c.title, schema.documents.c.id)
        with reading(self._engine) as connection:
            labels = _labels(connection)
            return [rows.document_of(row, *labels(row.id)) for row in connection.execute(by_title)]

    def document(self, document_id: str) -> Document | None:
        """The document under an id."""
        own = select(schema.documents).where(schema.documents.c.id == document_id)
        with reading(self._engine) as connection:
            row = connection.execute(own).one_or_none()
            return rows.document_of(row, *_labels(connection, document_id)(document_id)) if row else None

    def digests(self) -> Mapping[str, str]:
        """Document id to digest, to tell what has changed."""
        with reading(self._engine) as connection:
            found = connection.execute(select(schema.documents.c.id, schema.documents.c.digest))
            return {row.id: row.digest for row in found}

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Put a document and its passages in place of what stood under its id, all in one moment.

        The tags of the one that stood there stay.
        """
        self._place(document, passages, lambda _: True)

    def swap(self, before: Document | None, document: Document, passages: Sequence[Passage]) -> bool:
        """Do the same only where ``before``, or nothing, still stands under the id; whether it did."""
        stands = select(schema.documents.c.source, schema.documents.c.digest).where(
            schema.documents.c.id == document.id
        )
        expected = (before.source, before.digest) if before else None

        def still_stands(connection: Connection) -> bool:
            found = connection.execute(stands).one_or_none()
            return (tuple(found) if found else None) == expected

        return self._place(document, passages, still_stands)

    def set_tags(self, document_id: str, tags: Sequence[str]) -> bool:
        """Give a document these tags in place of those that it has; whether it was there."""
        labels = schema.labels.c
        with writing(self._engine) as connection:
            self._index.hold(connection, document_id)
            known = select(schema.documents.c.id).where(schema.documents.c.id == document_id)
            if connection.execute(known).one_or_none() is None:
                return False
            connection.execute(delete(schema.labels).where(labels.document_id == document_id, labels.kind == "tag"))
            _put_labels(connection, document_id, "tag", tags)
            self._index.note(connection, document_id)
            return True

    def remove(self, document_id: str) -> bool:
        """Take a document and all its passages away; whether it was there."""
        with writing(self._engine) as connection:
            self._index.hold(connection, document_id)
            was_there = self._remove(connection, document_id)
            self._index.note(connection, None)
            left = self._index.is_anything_left(connection)
        if left:
            self._index.clear()
        return was_there

    def passages(self, document_id: str, first: int = 0, most: int | None = None) -> list[Passage]:
        """One document's passages in order, from the ``first`` on at most so many; [] where there is none."""
        own = (
            select(*rows.PASSAGE_COLUMNS)
            .where(schema.passages.c.document_id == document_id, schema.passages.c.ordinal >= first)
            .order_by(schema.passages.c.ordinal)
            .limit(most)
        )
        with reading(self._engine) as connection:
            return [rows.passage_of(row) for row in connection.execute(own)]

    def passage(self, passage_id: str) -> Passage | None:
        """The passage under an id."""
        own = select(*rows.PASSAGE_COLUMNS).where(schema.passages.c.id == passage_id)
        with reading(self._engine) as connection:
            row = connection.execute(own).one_or_none()
            return rows.passage_of(row) if row else None

    def _place(self, document: Document, passages: Sequence[Passage], may: Callable[[Connection], bool]) -> bool:
        """Put a document in its place, where it may still be put there; whether it was."""
        made = [rows.passage_row(passage) for passage in passages]
        ahead = self._index.write_ahead(passages)
        with writing(self._engine) as connection:
            self._index.hold(connection, document.id)
            placed = may(connection)
            if placed:
                self._put_document(connection, document, passages)
                self._index.enter(connection, passages, made, ahead)
                self._index.note(connection, document.id)
            else:
                self._index.give_up(connection, ahead)
            left = self._index.is_anything_left(connection)
        if left:
            self._index.clear()
        self._changed()
        return placed

    def _put_document(self, connection: Connection, document: Document, passages: Sequence[Passage]) -> None:
        tags = _labels(connection, document.id)(document.id)[1]
        if not self._remove(connection, document.id):
            tags = document.tags
        connection.execute(insert(schema.documents), rows.document_row(replace(document, indexed_at=self._now())))
        _put_labels(connection, document.id, "tag", tags)
        heard = dict.fromkeys(speaker for passage in passages for speaker in passage.speakers)
        _put_labels(connection, document.id, "speaker", list(heard)[:MOST_SPEAKERS])

    def _remove(self, connection: Connection, document_id: str) -> bool:
        self._index.let_go(connection, document_id)
        # Its labels, passages and changes go with it.
        return connection.execute(delete(schema.documents).where(schema.documents.c.id == document_id)).rowcount > 0


def _labels(
    connection: Connection, document_id: str | None = None
) -> Callable[[str], tuple[Sequence[str], Sequence[str]]]:
    """The speakers and the tags of a document, from one read of all that are asked for."""
    asked = select(schema.labels).order_by(schema.labels.c.value)
    if document_id is not None:
        asked = asked.where(schema.labels.c.document_id == document_id)
    found: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(asked):
        found.setdefault((row.document_id, row.kind), []).append(row.value)
    return lambda id: (found.get((id, "speaker"), ()), found.get((id, "tag"), ()))


def _put_labels(connection: Connection, document_id: str, kind: str, values: Iterable[str]) -> None:
    made = [{"document_id": document_id, "kind": kind, "value": value} for value in dict.fromkeys(values)]
    if made:
        connection.execute(insert(schema.labels), made)

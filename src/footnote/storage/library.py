"""The library in a database: documents, their passages and the index over them change together."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from footnote.passages import Document, Passage
from footnote.storage import rows, schema
from footnote.storage.full_text import indexed
from footnote.storage.transactions import reading, writing

MOST_SPEAKERS = 300
"""That a document is found and listed by, the first who are heard: each page holds those of all documents."""
MOST_REMOVED = 200
"""Passages that one transaction takes away: in some 50 ms, and in half a second where the index is merged."""
_FORGET = text("DELETE FROM passages_fts WHERE rowid IN (SELECT number FROM passages WHERE document_id = :document_id)")
_FORGET_SOME = text("DELETE FROM passages_fts WHERE rowid IN (SELECT value FROM json_each(:numbers))")
_INDEX = text("INSERT INTO passages_fts (rowid, title, speaker, text) VALUES (:number, :title, :speaker, :text)")


class SqlLibrary:
    """A ``Library`` in a database; only the embedded one has a full-text index.

    Its changes raise ``StorageFailed`` where another process writes for too long or the disk
    is full; what stood there then still stands, but for a removal, which goes on where it is asked for again.
    """

    def __init__(self, engine: Engine, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

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
        """Put a document and its passages in place of what stood under its id, in one transaction.

        The tags of the one that stood there stay.
        """
        with writing(self._engine) as connection:
            self._put(connection, document, passages)

    def swap(self, before: Document | None, document: Document, passages: Sequence[Passage]) -> bool:
        """Do the same only where ``before``, or nothing, still stands under the id; whether it did."""
        stands = select(schema.documents.c.source, schema.documents.c.digest).where(
            schema.documents.c.id == document.id
        )
        expected = (before.source, before.digest) if before else None
        with writing(self._engine) as connection:
            found = connection.execute(stands).one_or_none()
            if (tuple(found) if found else None) != expected:
                return False
            self._put(connection, document, passages)
            return True

    def set_tags(self, document_id: str, tags: Sequence[str]) -> bool:
        """Give a document these tags in place of those that it has; whether it was there."""
        labels = schema.labels.c
        with writing(self._engine) as connection:
            known = select(schema.documents.c.id).where(schema.documents.c.id == document_id)
            if connection.execute(known).one_or_none() is None:
                return False
            connection.execute(delete(schema.labels).where(labels.document_id == document_id, labels.kind == "tag"))
            _put_labels(connection, document_id, "tag", tags)
            return True

    def remove(self, document_id: str) -> bool:
        """Take a document and all its passages away; whether it was there.

        Its digest goes first: what is left of it where the process is killed meanwhile counts as changed.
        """
        mark = uuid4().hex
        marked = update(schema.documents).where(schema.documents.c.id == document_id).values(digest=mark)
        with writing(self._engine) as connection:
            if not connection.execute(marked).rowcount:
                return False
        while self._remove_some(document_id, mark):
            time.sleep(0)
        return True

    def _remove_some(self, document_id: str, mark: str) -> bool:
        """Take the last passages of a marked document away, and itself with the first; whether more are left."""
        passages = schema.passages.c
        digest = select(schema.documents.c.digest).where(schema.documents.c.id == document_id)
        own = select(passages.number).where(passages.document_id == document_id)
        with writing(self._engine) as connection:
            if connection.scalar(digest) != mark:
                return False  # it was put in anew meanwhile, or another process has removed it
            last = [*connection.scalars(own.order_by(passages.ordinal.desc()).limit(MOST_REMOVED))]
            if len(last) < MOST_REMOVED:
                _remove(connection, document_id)
                return False
            if _has_index(connection):
                connection.execute(_FORGET_SOME, {"numbers": json.dumps(last)})
            connection.execute(delete(schema.passages).where(passages.number.in_(last)))
            return True

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

    def _put(self, connection: Connection, document: Document, passages: Sequence[Passage]) -> None:
        tags = _labels(connection, document.id)(document.id)[1]
        if not _remove(connection, document.id):
            tags = document.tags
        connection.execute(insert(schema.documents), rows.document_row(replace(document, indexed_at=self._now())))
        _put_labels(connection, document.id, "tag", tags)
        heard = dict.fromkeys(speaker for passage in passages for speaker in passage.speakers)
        _put_labels(connection, document.id, "speaker", list(heard)[:MOST_SPEAKERS])
        if passages:
            connection.execute(insert(schema.passages), [rows.passage_row(passage) for passage in passages])
        if passages and _has_index(connection):
            connection.execute(_INDEX, _index_rows(connection, document.id, passages))


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


def _remove(connection: Connection, document_id: str) -> bool:
    if _has_index(connection):
        connection.execute(_FORGET, {"document_id": document_id})
    connection.execute(delete(schema.labels).where(schema.labels.c.document_id == document_id))
    connection.execute(delete(schema.passages).where(schema.passages.c.document_id == document_id))
    return connection.execute(delete(schema.documents).where(schema.documents.c.id == document_id)).rowcount > 0


def _has_index(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _index_rows(connection: Connection, document_id: str, passages: Sequence[Passage]) -> list[dict[str, object]]:
    numbers = connection.execute(
        select(schema.passages.c.id, schema.passages.c.number).where(schema.passages.c.document_id == document_id)
    )
    number_of = {row.id: row.number for row in numbers}
    return [
        {
            "number": number_of[passage.id],
            "title": indexed(passage.title),
            "speaker": indexed(" ".join(passage.speakers)),
            "text": indexed(passage.text),
        }
        for passage in passages
    ]

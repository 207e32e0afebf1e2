"""The library in a database: documents, their passages and the index over them change together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, delete, insert, select, text

from footnote.passages import Document, Passage
from footnote.storage import rows, schema
from footnote.storage.full_text import indexed
from footnote.storage.transactions import reading, writing

_FORGET = text("DELETE FROM passages_fts WHERE rowid IN (SELECT number FROM passages WHERE document_id = :document_id)")
_INDEX = text("INSERT INTO passages_fts (rowid, title, speaker, text) VALUES (:number, :title, :speaker, :text)")


class SqlLibrary:
    """A ``Library`` in a database; only the embedded one has a full-text index.

    Its changes raise ``StorageFailed`` where another process writes for too long or the disk
    is full; what stood there then still stands.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def documents(self) -> list[Document]:
        """All documents, by title."""
        by_title = select(schema.documents).order_by(schema.documents.c.title, schema.documents.c.id)
        with reading(self._engine) as connection:
            return [rows.document_of(row) for row in connection.execute(by_title)]

    def digests(self) -> Mapping[str, str]:
        """Document id to digest, to tell what has changed."""
        with reading(self._engine) as connection:
            found = connection.execute(select(schema.documents.c.id, schema.documents.c.digest))
            return {row.id: row.digest for row in found}

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Put a document and its passages in place of what stood under its id, in one transaction."""
        made = [rows.passage_row(passage) for passage in passages]
        with writing(self._engine) as connection:
            _remove(connection, document.id)
            connection.execute(insert(schema.documents), rows.document_row(document))
            if made:
                connection.execute(insert(schema.passages), made)
            if made and _has_index(connection):
                connection.execute(_INDEX, _index_rows(connection, document.id, passages))

    def remove(self, document_id: str) -> bool:
        """Take a document and all its passages away; whether it was there."""
        with writing(self._engine) as connection:
            return _remove(connection, document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """One document's passages in order; [] where there is no such document."""
        own = (
            select(*rows.PASSAGE_COLUMNS)
            .where(schema.passages.c.document_id == document_id)
            .order_by(schema.passages.c.ordinal)
        )
        with reading(self._engine) as connection:
            return [rows.passage_of(row) for row in connection.execute(own)]


def _remove(connection: Connection, document_id: str) -> bool:
    if _has_index(connection):
        connection.execute(_FORGET, {"document_id": document_id})
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

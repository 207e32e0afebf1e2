"""The tables, and how the project's values stand in their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple
from typing import Any

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, MetaData, Row, String, Table, Text

from footnote.passages import Document, Kind, Passage, Segment

SCHEMA_NUMBER = 1
"""Goes up with every change of the tables; SQLite keeps it as ``user_version``."""

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("date", String),
    Column("duration_s", Float),
    Column("words", Integer, nullable=False),
)

# `number` is the row of the passage in the full-text index; `segments` is a list of
# [offset, index, speaker, start_s, end_s].
passages = Table(
    "passages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer),
    Column("segments", JSON, nullable=False),
    Index("passages_by_document", "document_id", "ordinal"),
)


def document_row(document: Document) -> dict[str, object]:
    """The row of a document."""
    return asdict(document)


def document_of(row: Row[Any]) -> Document:
    """The document of a row."""
    fields = row._asdict()
    return Document(**fields | {"kind": Kind(fields["kind"])})


def passage_row(passage: Passage) -> dict[str, object]:
    """The row of a passage, without its number."""
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "ordinal": passage.ordinal,
        "title": passage.title,
        "text": passage.text,
        "page": passage.page,
        "segments": [astuple(segment) for segment in passage.segments],
    }


PASSAGE_COLUMNS: Sequence[Column[Any]] = [column for column in passages.columns if column.name != "number"]


def passage_of(row: Row[Any]) -> Passage:
    """The passage of a row of ``PASSAGE_COLUMNS``, whatever stands beside them."""
    return Passage(
        id=row.id,
        document_id=row.document_id,
        title=row.title,
        ordinal=row.ordinal,
        text=row.text,
        segments=tuple(Segment(*segment) for segment in row.segments),
        page=row.page,
    )

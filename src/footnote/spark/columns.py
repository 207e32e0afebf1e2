"""The columns of the tables, as Spark writes their types down, and what a document and its passages are as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from footnote.ingest.load import LOADER_VERSION
from footnote.passages import Document, Passage

Columns = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns, and the ones of them that name a row."""

    columns: Columns
    key: tuple[str, ...]

    @property
    def ddl(self) -> str:
        """The columns as ``name TYPE, ...``."""
        return ddl(self.columns)


def ddl(columns: Columns) -> str:
    """Columns as ``name TYPE, ...``."""
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


FILE: Columns = {"path": "STRING", "id": "STRING", "bytes": "BIGINT", "modified_ns": "BIGINT"}
"""A file that was found: where it stands, and the id of its document, NULL where its name is no UTF-8."""

PASSAGES = Shape(
    {
        "id": "STRING",
        "document_id": "STRING",
        "title": "STRING",
        "ordinal": "INT",
        "text": "STRING",
        "page": "INT",
        "segments": "STRING",
        "speakers": "ARRAY<STRING>",
        "kind": "STRING",
        "tags": "ARRAY<STRING>",
        "date": "DATE",
    },
    key=("document_id", "id"),
)
DOCUMENTS = Shape(
    {
        "id": "STRING",
        "title": "STRING",
        "kind": "STRING",
        "source": "STRING",
        "digest": "STRING",
        "date": "DATE",
        "duration_s": "DOUBLE",
        "words": "BIGINT",
        "speakers": "ARRAY<STRING>",
        "tags": "ARRAY<STRING>",
        "passages": "INT",
        "bytes": "BIGINT",
        "modified_ns": "BIGINT",
        "loader": "STRING",
    },
    key=("id",),
)
FAILURES = Shape(
    {"path": "STRING", "reason": "STRING", "message": "STRING", "bytes": "BIGINT", "modified_ns": "BIGINT"},
    key=("path",),
)
SHAPES: Mapping[str, Shape] = {"passages": PASSAGES, "documents": DOCUMENTS, "failures": FAILURES}

READ: Columns = {"became": "STRING", **FAILURES.columns, **DOCUMENTS.columns, **PASSAGES.columns}
"""What reading a file gives, all in one form: ``became`` names the table that a row is for, or is ``same``."""


def document_row(document: Document, passages: tuple[Passage, ...]) -> dict[str, Any]:
    """What ``documents`` holds of a document, but for its file."""
    heard = dict.fromkeys(speaker for passage in passages for speaker in passage.speakers)
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind.value,
        "source": document.source,
        "digest": document.digest,
        "date": _day(document),
        "duration_s": document.duration_s,
        "words": document.words,
        "speakers": list(heard),
        "tags": list(document.tags),
        "passages": len(passages),
        "loader": LOADER_VERSION,
    }


def passage_row(document: Document, passage: Passage) -> dict[str, Any]:
    """What ``passages`` holds of a passage of a document."""
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "title": passage.title,
        "ordinal": passage.ordinal,
        "text": passage.text,
        "page": passage.page,
        "segments": json.dumps([astuple(segment) for segment in passage.segments], ensure_ascii=False),
        "speakers": list(passage.speakers),
        "kind": document.kind.value,
        "tags": list(document.tags),
        "date": _day(document),
    }


def _day(document: Document) -> date | None:
    return date.fromisoformat(document.date) if document.date else None

"""What an answer was asked about, as a source that is read: as it was then, by who asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from footnote import contexts
from footnote.contexts import Context
from footnote.passages import Document, Kind, Passage


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """One answer's context, asked for like the documents of a library."""

    answer_id: str
    context: Context

    def document(self, _document_id: str) -> Document:
        words = sum(len(line.split()) for line in self.context.lines)
        kind = Kind.TABLE if self.context.is_table else Kind.TEXT
        return Document(contexts.document_id(self.answer_id), self.context.title, kind, "", "", words=words)

    def passages(self, _document_id: str, first: int = 0, most: int | None = None) -> list[Passage]:
        return contexts.passages(self.context, self.answer_id)[first:][:most]

    def passage(self, passage_id: str) -> Passage | None:
        return next((passage for passage in self.passages("") if passage.id == passage_id), None)

    def table(self) -> dict[str, Any] | None:
        """Its columns and rows, each row the part of the same number; None where it is no table."""
        columns, rows = self.context.table
        return {"columns": columns, "rows": rows} if self.context.is_table else None


def context_view(context: Context) -> dict[str, Any]:
    """A context as the contract has it."""
    return {
        "title": context.title,
        "filter": [{"name": name, "value": value} for name, value in context.filter],
        "columns": list(context.columns),
        "rows": [list(row) for row in context.rows],
        "text": context.text,
    }

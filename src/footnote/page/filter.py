"""What limits the next question: its place beside the question's box, and what it may be chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts
from footnote.passages import Document


def filter_field(texts: Texts) -> html.Div:
    """The field's place; a script paints what is chosen into it, and what may be."""
    named: dict[str, Any] = {"aria-label": texts("filter.label")}
    return html.Div(id=ids.FILTER, className="filter", role="group", **named)


def filter_choices(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """What of the documents a filter goes by, as ``/api/library/documents`` lists it too."""
    return [
        {
            "id": document.id,
            "title": document.title,
            "kind": document.kind,
            "date": document.date,
            "tags": list(document.tags),
            "speakers": list(document.speakers),
        }
        for document in documents
    ]

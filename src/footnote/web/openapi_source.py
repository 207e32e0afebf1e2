"""The requests for one document as it is read, and what they answer, in the description."""

from __future__ import annotations

from footnote.passages import Kind
from footnote.web.operations import answered, operation
from footnote.web.requests import Named
from footnote.web.schemas import COUNT, TEXT, Schema, object_of, query_parameters, ref

_KIND = {"enum": [kind.value for kind in Kind]}
_SECONDS = {"type": "number", "description": "From the recording's start."}
_PAGE = {"type": "integer", "minimum": 1}
_TIMES = {"start_s": _SECONDS, "end_s": _SECONDS}
_PARTS = {"type": "array", "items": ref("Part")}


def source_paths(library: str) -> Schema:
    """The requests by their addresses."""
    return {
        f"{library}/document": {"get": _read()},
        f"{library}/passage": {"get": _passage()},
    }


def source_schemas() -> dict[str, Schema]:
    """What they answer, by name."""
    piece = object_of({"passage_id": TEXT, "text": TEXT})
    return {
        "Part": object_of(
            {"index": COUNT, "pieces": {"type": "array", "items": piece}},
            speaker=TEXT,
            page=_PAGE,
            **_TIMES,
        ),
        "Source": object_of(
            {
                "id": TEXT,
                "title": TEXT,
                "kind": _KIND,
                "date": {"type": ["string", "null"], "format": "date"},
                "duration_s": {"type": ["number", "null"]},
                "words": COUNT,
                "parts": _PARTS | {"description": "Its turns, paragraphs or rows, in order."},
            }
        ),
        "Passage": object_of(
            {
                "passage_id": TEXT,
                "document_id": TEXT,
                "title": TEXT,
                "kind": _KIND,
                "text": TEXT | {"description": "Verbatim, with each turn as `Speaker: text`."},
                "speakers": {"type": "array", "items": TEXT},
                "parts": _PARTS,
            },
            page=_PAGE,
            **_TIMES,
        ),
    }


def _read() -> Schema:
    answers = {"200": answered("The document with all its turns, paragraphs or rows.", "Source")}
    return operation("readDocument", "Read a whole document.", answers, "404", query=query_parameters(Named))


def _passage() -> Schema:
    answers = {"200": answered("The passage with its words.", "Passage")}
    return operation("readPassage", "Read one passage.", answers, "404", query=query_parameters(Named))

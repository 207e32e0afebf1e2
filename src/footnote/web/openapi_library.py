"""The library's requests, and what they answer, in the description."""

from __future__ import annotations

from footnote.passages import Kind
from footnote.web.openapi_source import source_paths, source_schemas
from footnote.web.operations import answered, operation
from footnote.web.schemas import COUNT, MOMENT, TEXT, Schema, object_of, ref

LIBRARY = "/api/library"

_OR_NONE = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": TEXT}


def library_paths() -> Schema:
    """Every request of the library by its address."""
    return {f"{LIBRARY}/documents": {"get": _list()}, **source_paths(LIBRARY)}


def library_schemas() -> dict[str, Schema]:
    """What the library's requests answer, by name."""
    changed = MOMENT | {"type": ["string", "null"], "description": "When the library last changed."}
    listed = {"documents": {"type": "array", "items": ref("Document")}, "indexed_at": changed}
    return {"Document": _document(), "Documents": object_of(listed), **source_schemas()}


def _list() -> Schema:
    answers = {"200": answered("The documents of the instance, by title.", "Documents")}
    return operation("listDocuments", "List the library's documents.", answers, "")


def _document() -> Schema:
    return object_of(
        {
            "id": TEXT,
            "title": TEXT,
            "kind": {"enum": [kind.value for kind in Kind]},
            "date": _OR_NONE | {"format": "date", "description": "The day that its file's name begins with."},
            "duration_s": {"type": ["number", "null"], "description": "A recording's length, where it has times."},
            "words": COUNT,
            "speakers": _TEXTS | {"description": "Who is heard in it."},
            "tags": _TEXTS,
            "indexed_at": MOMENT | {"type": ["string", "null"], "description": "When it was last taken in."},
            "removable": {"type": "boolean", "description": "Whether the caller may tag and remove it."},
        }
    )

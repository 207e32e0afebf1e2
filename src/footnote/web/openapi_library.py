"""The library's requests, and what they answer, in the description."""

from __future__ import annotations

from footnote.passages import Kind
from footnote.uploads import Became
from footnote.web.openapi_source import source_paths, source_schemas
from footnote.web.operations import answered, operation
from footnote.web.receiving import FIELD
from footnote.web.requests.library import Named, Replacing
from footnote.web.schemas import COUNT, MOMENT, TEXT, Schema, object_of, query_parameters, ref

LIBRARY = "/api/library"

_OR_NONE = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": TEXT}


def library_paths() -> Schema:
    """Every request of the library by its address."""
    return {f"{LIBRARY}/documents": _documents(), **source_paths(LIBRARY)}


def library_schemas() -> dict[str, Schema]:
    """What the library's requests answer, by name."""
    changed = MOMENT | {"type": ["string", "null"], "description": "When the library last changed."}
    uploads = object_of({"max_bytes": COUNT, "endings": _TEXTS, "at_once": COUNT})
    listed = {
        "documents": {"type": "array", "items": ref("Document")},
        "indexed_at": changed,
        "uploads": {"anyOf": [uploads, {"type": "null"}], "description": "What is taken in; null where nothing is."},
        "managed_elsewhere": {
            "type": "boolean",
            "description": "Documents come and go in Unity Catalog alone.",
        },
    }
    added = {"became": {"enum": [became.value for became in Became]}, "document": ref("Document")}
    return {
        "Document": _document(),
        "Documents": object_of(listed),
        "Added": object_of(added),
        **source_schemas(),
    }


def _documents() -> Schema:
    listed = {"200": answered("The documents of the instance, by title.", "Documents")}
    tagged = {"200": answered("The document with its new tags.", "Document")}
    removed: Schema = {"204": {"description": "It is gone for good, with the file that was kept of it."}}
    named = query_parameters(Named)
    return {
        "get": operation("listDocuments", "List the library's documents.", listed, "403 429"),
        "post": _upload(),
        "patch": operation(
            "tagDocument",
            "Give a document other tags.",
            tagged,
            "403 404 413 415 429",
            body=ref("TagsBody"),
            query=named,
        ),
        "delete": operation("removeDocument", "Remove a document for good.", removed, "403 404 429", query=named),
    }


def _upload() -> Schema:
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return operation(
        "addDocument",
        "Take a file into the library.",
        {"201": answered("What became of the file, and its document.", "Added")},
        "403 404 409 413 415 429",
        body=object_of({FIELD: file}),
        body_type="multipart/form-data",
        query=query_parameters(Replacing),
    )


def _document() -> Schema:
    return object_of(
        {
            "id": TEXT,
            "title": TEXT,
            "kind": {"enum": [kind.value for kind in Kind]},
            "file": TEXT | {"description": "What its file is called."},
            "date": _OR_NONE | {"format": "date", "description": "The day that its file's name begins with."},
            "duration_s": {"type": ["number", "null"], "description": "A recording's length, where it has times."},
            "words": COUNT,
            "speakers": _TEXTS | {"description": "Who is heard in it."},
            "tags": _TEXTS,
            "indexed_at": MOMENT | {"type": ["string", "null"], "description": "When it was last taken in."},
            "removable": {"type": "boolean", "description": "Whether the caller may tag and remove it."},
            "returns": {"type": "boolean", "description": "Whether, removed, it comes back at the next start."},
        }
    )

"""The requests for one document as it is read, and what they answer, in the description."""

from __future__ import annotations

from footnote.passages import Kind
from footnote.sources.originals import Original
from footnote.web.operations import answered, operation
from footnote.web.requests.library import Named, PageNamed, Reading
from footnote.web.schemas import COUNT, TEXT, Schema, object_of, query_parameters, ref

_READ = "403 404 429"
"""Also where an index of the workspace refuses the caller, or is busy."""
_KIND = {"enum": [kind.value for kind in Kind]}
_SECONDS = {"type": "number", "description": "From the recording's start."}
_PAGE = {"type": "integer", "minimum": 1}
_TIMES = {"start_s": _SECONDS, "end_s": _SECONDS}
_TEXTS = {"type": "array", "items": TEXT}
_PARTS = {"type": "array", "items": ref("Part")}


def source_paths(library: str) -> Schema:
    """The requests by their addresses."""
    return {
        f"{library}/document": {"get": _read()},
        f"{library}/passage": {"get": _passage()},
        f"{library}/page": {"get": _page()},
        f"{library}/words": {"get": _words()},
        f"{library}/media": {"get": _media()},
    }


def source_schemas() -> dict[str, Schema]:
    """What they answer, by name."""
    share = {"type": "number", "minimum": 0, "maximum": 1}
    box = {"type": "array", "items": share, "minItems": 4, "maxItems": 4}
    word = object_of({"text": TEXT, "box": box | {"description": "x, y, width and height, in parts of the page."}})
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
                "original": {
                    "enum": [original.value for original in Original],
                    "description": "What has become of its file; of one that is not `here` there is only the text.",
                },
                "whole": {
                    "type": "boolean",
                    "description": "Whether `parts` is all of it; of an endless document it is what stands around "
                    "the `passage` that is asked for, or its beginning.",
                },
                "parts": _PARTS | {"description": "Its turns, paragraphs or rows, in order."},
            },
            media=object_of({"url": TEXT, "film": {"type": "boolean"}}) | {"description": "Where it is heard."},
            table=object_of({"columns": _TEXTS, "rows": {"type": "array", "items": _TEXTS}})
            | {"description": "A table's rows, each the part of the same number."},
        ),
        "Words": object_of(
            {
                "pages": COUNT | {"description": "How many the document has."},
                "width": {"type": "number", "description": "Of the page, in points."},
                "height": {"type": "number"},
                "words": {"type": "array", "items": word},
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
    return operation("readDocument", "Read a whole document.", answers, _READ, query=query_parameters(Reading))


def _passage() -> Schema:
    answers = {"200": answered("The passage with its words.", "Passage")}
    return operation("readPassage", "Read one passage.", answers, _READ, query=query_parameters(Named))


def _page() -> Schema:
    answers: Schema = {"200": {"description": "The page, 1,400 pixels wide.", "content": {"image/webp": {}}}}
    return operation("readPage", "See a page of a PDF.", answers, _READ, query=query_parameters(PageNamed))


def _words() -> Schema:
    answers = {"200": answered("The words of the page in order, each with its box.", "Words")}
    summary = "Find where the words of a PDF's page stand."
    return operation("readWords", summary, answers, _READ, query=query_parameters(PageNamed))


def _media() -> Schema:
    content: Schema = {"audio/*": {}, "video/*": {}}
    answers: Schema = {
        "200": {"description": "The media file beside a recording's transcript.", "content": content},
        "206": {"description": "The part of it that `Range` asks for.", "content": content},
        "416": {"description": "It has no such part."},
    }
    return operation("hearRecording", "Hear a recording.", answers, _READ, query=query_parameters(Named))

"""The sources that an agent or a graph tells of, in the few shapes that are understood; pure.

``docs/agents.md`` lists the shapes. What is told is hostile: only texts, numbers and web addresses are taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from footnote.chat import Source
from footnote.passages import Passage, Segment

PASSAGE = "passage"
"""Where a document holds the passage of the library that it was made of."""
MOST_TOLD = 200
TEXT_CHARACTERS = 8000
FIELD_CHARACTERS = 300
URL_CHARACTERS = 2000
LISTS = ("sources", "documents", "citations", "retrieved_documents", "retrieved_context")
"""Where a list of sources stands in what an agent tells beside its answer."""
_TEXT = ("page_content", "text", "content", "excerpt", "chunk_text", "snippet")
_ID = ("passage_id", "chunk_id", "id")
_DOCUMENT = ("recording_id", "document_id", "doc_uri", "source", "path", "file_name", "filename", "url")
_TITLE = ("title", "recording_title", "document_title", "doc_title", "name", "file_name", "filename")
_URL = ("url", "link", "doc_uri", "source_url")
_PAGE = ("page", "page_number")
_SCORE = ("score", "relevance_score", "similarity_score")

Fields = Mapping[str, Any]


def sources_in(told: object) -> tuple[Source, ...]:
    """The sources in a list of them, or in an object (or the JSON of one) that holds such a list."""
    if isinstance(told, str):
        told = _json(told)
    if isinstance(told, Mapping):
        told = next((told[name] for name in LISTS if isinstance(told.get(name), list)), [])
    if not isinstance(told, list | tuple):
        return ()
    return tuple(source for one in told[:MOST_TOLD] if (source := source_of(one)) is not None)


def source_of(told: object) -> Source | None:
    """One source: an object with its fields, or with the text and ``metadata`` as LangChain's documents have it."""
    fields = _fields(told)
    if isinstance(passage := fields.get(PASSAGE), Passage):
        return Source(passage, score=_number(fields, _SCORE) or 0.0)
    text = _text(fields, _TEXT, TEXT_CHARACTERS)
    url = web_address(_text(fields, _URL, URL_CHARACTERS + 1))
    document = _text(fields, _DOCUMENT)
    title = _text(fields, _TITLE) or _last_part(document) or (urlsplit(url).hostname if url else None) or ""
    if not (title or text):
        return None
    kept = _text(fields, _ID) or (url if not text else None) or _digest(document or title, text or "")
    segment = Segment(0, 0, _text(fields, ("speaker",)), _number(fields, ("start_s",)), _number(fields, ("end_s",)))
    known = segment.speaker is not None or segment.start_s is not None
    passage = Passage(
        kept, document or url or title, title or "…", 0, text or "", (segment,) if known else (), _page(fields)
    )
    return Source(passage, url, _number(fields, _SCORE) or 0.0, cited=fields.get("cited") is True)


def annotation_of(told: object) -> Source | None:
    """The source that a piece of text rests on, as the Responses API annotates it."""
    if not isinstance(told, Mapping):
        return None
    match told.get("type"):
        case "url_citation":
            url = web_address(_text(told, ("url",), URL_CHARACTERS + 1))
            fields: dict[str, Any] = {"title": told.get("title"), "url": url, "id": url, "document_id": url}
        case "file_citation" | "container_file_citation" | "file_path":
            name = told.get("filename") or told.get("title") or told.get("file_id")
            fields = {"title": name, "id": told.get("file_id") or name, "document_id": told.get("file_id") or name}
        case _:
            return None
    return source_of(fields | {"cited": True, "text": told.get("quote") or told.get("cited_text")})


def web_address(url: str | None) -> str | None:
    """The address where it is one that a page may link to; None for any other, such as a script's."""
    if not url or len(url) > URL_CHARACTERS or not url.isprintable() or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else None


def _fields(told: object) -> Fields:
    """One flat object: what stands in ``metadata`` beside what stands around it."""
    if not isinstance(told, Mapping):
        # A document of LangChain's, which is no mapping; anything else has neither of the two.
        told = {"page_content": getattr(told, "page_content", None), "metadata": getattr(told, "metadata", None)}
    metadata = told.get("metadata")
    return {**metadata, **told} if isinstance(metadata, Mapping) else told


def _text(fields: Fields, names: tuple[str, ...], most: int = FIELD_CHARACTERS) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.replace("\x00", "")[:most]
    return None


def _number(fields: Fields, names: tuple[str, ...]) -> float | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:  # noqa: PLR2004
            return float(value)
    return None


def _page(fields: Fields) -> int | None:
    number = _number(fields, _PAGE)
    return int(number) if number is not None and number >= 1 else None


def _last_part(document: str | None) -> str | None:
    """What a path or address ends with, which names it best."""
    return document.rstrip("/").rsplit("/", 1)[-1].partition("?")[0] or None if document else None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _json(text: str) -> object:
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def documents_of(output: object) -> Iterator[object]:
    """The documents of LangChain's in what a node gives: alone, in lists, or as values of its state."""
    if hasattr(output, "page_content"):
        yield output
    elif isinstance(output, Mapping):
        for value in output.values():
            if isinstance(value, list | tuple) or hasattr(value, "page_content"):
                yield from documents_of(value)
    elif isinstance(output, list | tuple):
        for value in output[:MOST_TOLD]:
            if hasattr(value, "page_content") or isinstance(value, tuple):
                yield from documents_of(value)

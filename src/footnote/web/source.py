"""One document as it is read, over HTTP, for whoever is signed in: its whole text, and single passages of it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from footnote.errors import NotFound
from footnote.passages import Document, Passage
from footnote.sources.reading import Part, parts_of
from footnote.web.holdings import Holdings
from footnote.web.requests import Named, parse
from footnote.web.responses import unless_known


class Sources:
    """One method a request; each asks who is asking before anything else."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def read(self) -> Response:
        """A document with all its turns, paragraphs or rows."""
        document = self._document()
        parts = parts_of(self._holdings.library.passages(document.id))
        return unless_known(jsonify(_about(document) | {"parts": [_part(part) for part in parts]}))

    def passage(self) -> Response:
        """One passage with its text."""
        id = self._asked_for()
        passage = self._holdings.library.passage(id)
        document = self._holdings.library.document(passage.document_id) if passage else None
        if passage is None or document is None:
            raise NotFound
        return unless_known(jsonify(_passage(passage, document)))

    def _document(self) -> Document:
        document = self._holdings.library.document(self._asked_for())
        if document is None:
            raise NotFound
        return document

    def _asked_for(self) -> str:
        self._holdings.user()
        return parse(Named, request.args.to_dict()).id


def _about(document: Document) -> dict[str, Any]:
    """What a document says of itself; where its file lies is nobody's business."""
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "date": document.date,
        "duration_s": document.duration_s,
        "words": document.words,
    }


def _part(part: Part) -> dict[str, Any]:
    pieces = [{"passage_id": piece.passage_id, "text": piece.text} for piece in part.pieces]
    return _without_none(
        index=part.index, pieces=pieces, speaker=part.speaker, start_s=part.start_s, end_s=part.end_s, page=part.page
    )


def _passage(passage: Passage, document: Document) -> dict[str, Any]:
    return {
        "passage_id": passage.id,
        "document_id": document.id,
        "title": document.title,
        "kind": document.kind,
        "text": passage.text,
        "speakers": list(passage.speakers),
        "parts": [_part(part) for part in parts_of([passage])],
    } | _without_none(page=passage.page, start_s=passage.start_s, end_s=passage.end_s)


def _without_none(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}

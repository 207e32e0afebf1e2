"""One document as it is read, over HTTP, for whoever is signed in: its whole text, its pages, its sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request, send_file

from footnote.errors import NotFound
from footnote.ingest import tables
from footnote.ingest.decoding import decode
from footnote.load_errors import LoadError
from footnote.passages import Document, Kind, Passage
from footnote.sources import media
from footnote.sources.drawing import NotDrawn
from footnote.sources.originals import Original, original_of
from footnote.sources.pages import PageOf
from footnote.sources.reading import Part, parts_of
from footnote.web.asked_about import AskedAbout
from footnote.web.holdings import Holdings
from footnote.web.requests.fields import parse
from footnote.web.requests.library import Named, PageNamed, Reading
from footnote.web.responses import unless_known

MOST_PASSAGES = 2000
"""Passages of a document that are read at once: a book of 900 pages. Of 50,000 the worker would stand still for 7 s."""
_NOT_DRAWN = "There is no picture of this page: the file has no such page, or it can't be drawn."


class Sources:
    """One method a request; each asks who is asking before anything else."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def read(self) -> Response:
        """A document with all its turns, paragraphs or rows; of an endless one, those around a passage."""
        self._holdings.user()
        asked = parse(Reading, request.args.to_dict())
        document = self._document(asked.id)
        passages, whole = self._around(document, asked.passage)
        parts = parts_of(passages)
        original = self._original(document)
        read = _about(document) | {"original": original, "whole": whole, "parts": [_part(part) for part in parts]}
        if heard := self._heard(document):
            read["media"] = heard
        is_grid = document.kind is Kind.TABLE and original is Original.HERE and whole
        if is_grid and (table := self._table(document, len(parts))):
            read["table"] = table
        return unless_known(jsonify(read))

    def passage(self) -> Response:
        """One passage with its text."""
        id = self._asked_for()
        library = self._holdings.shelf(id)
        passage = library.passage(id)
        document = library.document(passage.document_id) if passage else None
        if passage is None or document is None:
            raise NotFound
        return unless_known(jsonify(_passage(passage, document)))

    def page(self) -> Response:
        """A page of a PDF as a picture."""
        page = self._page()
        try:
            drawn = Response(self._holdings.pages.picture(page), mimetype="image/webp")
        except NotDrawn:
            raise NotFound(_NOT_DRAWN) from None
        return unless_known(drawn)

    def words(self) -> Response:
        """Where the words of a PDF's page stand."""
        page = self._page()
        try:
            words = self._holdings.pages.words(page)
        except NotDrawn:
            raise NotFound(_NOT_DRAWN) from None
        return unless_known(jsonify(words))

    def media(self) -> Response:
        """The media file beside a recording's transcript, or the part of it that is asked for."""
        file = media.beside(self._document(self._asked_for()))
        if file is None:
            raise NotFound("This recording has no media file beside its transcript.")
        sent = send_file(file, mimetype=media.TYPES[file.suffix.lower()], conditional=True, etag=True)
        sent.cache_control.private = True
        return sent

    def _around(self, document: Document, passage_id: str | None) -> tuple[list[Passage], bool]:
        """As much of a document as is read at once, with the passage in it, and whether that is all."""
        library = self._holdings.shelf(document.id)
        wanted = library.passage(passage_id) if passage_id else None
        far = wanted is not None and wanted.document_id == document.id and wanted.ordinal >= MOST_PASSAGES
        first = wanted.ordinal - MOST_PASSAGES // 2 if wanted and far else 0
        found = library.passages(document.id, first, MOST_PASSAGES + 1)
        return found[:MOST_PASSAGES], first == 0 and len(found) <= MOST_PASSAGES

    def _page(self) -> PageOf:
        self._holdings.user()
        asked = parse(PageNamed, request.args.to_dict())
        document = self._document(asked.id)
        if document.kind is not Kind.PDF:
            raise NotFound("This document has no pages.")
        if self._original(document) is not Original.HERE:
            raise NotFound("The file of this document has been changed or moved since it was taken in.")
        return PageOf(Path(document.source), document.digest, asked.page)

    def _table(self, document: Document, parts: int) -> dict[str, Any] | None:
        shelf = self._holdings.shelf(document.id)
        return shelf.table() if isinstance(shelf, AskedAbout) else _table(document, parts)

    def _original(self, document: Document) -> Original:
        if isinstance(self._holdings.shelf(document.id), AskedAbout):
            return Original.HERE  # all that there is of it
        if self._holdings.fixed:
            return Original.ELSEWHERE
        return original_of(document, max_bytes=self._holdings.uploads.max_bytes)

    def _heard(self, document: Document) -> dict[str, Any] | None:
        """Where a recording is heard, if anywhere."""
        if file := media.beside(document):
            return {"url": f"/api/library/media?id={quote(document.id, safe='')}", "film": media.is_film(file.name)}
        if url := media.elsewhere(document, self._holdings.media_url):
            return {"url": url, "film": media.is_film(url)}
        return None

    def _document(self, id: str) -> Document:
        document = self._holdings.shelf(id).document(id)
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


def _table(document: Document, parts: int) -> dict[str, Any] | None:
    """The columns and rows of a table's file, each row the part of the same number; None where they aren't."""
    try:
        columns, rows = tables.table(decode(Path(document.source).read_bytes()))
    except (OSError, LoadError):
        return None
    return {"columns": columns, "rows": rows} if len(rows) == parts else None


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

"""The library's documents over HTTP: everybody's to see, and to change for who added them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Response, jsonify, request

from footnote.errors import Conflict, Forbidden, InvalidRequest, LibraryFull
from footnote.load_errors import LoadError
from footnote.passages import Document
from footnote.uploads import NameTaken, Taken, Upload
from footnote.web.chat import body
from footnote.web.holdings import Holdings
from footnote.web.receiving import AT_ONCE_FOR_A_USER, Receiving
from footnote.web.requests.fields import parse
from footnote.web.requests.library import Named, Replacing, TagsBody
from footnote.web.responses import unless_known


class Documents:
    """One method a request; each asks who is asking before anything else."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._receiving = Receiving(holdings.uploads.folder, holdings.uploads.max_bytes)

    def list(self) -> Response:
        user = self._holdings.user()
        documents = self._holdings.readable().documents()
        changed = max((d.indexed_at for d in documents if d.indexed_at), default=None)
        return unless_known(
            jsonify(
                documents=[self._view(document, user) for document in documents],
                indexed_at=changed.isoformat(timespec="seconds") if changed else None,
                uploads=self._uploads(),
                managed_elsewhere=self._holdings.fixed,
            )
        )

    def add(self) -> tuple[Response, int]:
        user = self._holdings.user()
        if not self._holdings.uploads.open:
            raise Forbidden("Files are not taken in from the page here. Ask whoever runs it to add yours.")
        replaces = parse(Replacing, request.args.to_dict()).replaces
        if replaces is not None:
            self._holdings.changeable(replaces)
        elif len(self._holdings.library.digests()) >= self._holdings.uploads.max_documents:
            raise LibraryFull
        with self._receiving.file(user) as (file, name):
            taken = self._taken(Upload(file, name, user, replaces))
        view = self._view(self._holdings.document(taken.id), user)
        return jsonify(became=taken.became, document=view), 201

    def tag(self) -> Response:
        document = self._holdings.changeable(self._named())
        tags = tuple(dict.fromkeys(parse(TagsBody, body()).tags))
        self._holdings.library.set_tags(document.id, tags)
        return jsonify(self._view(replace(document, tags=tags), self._holdings.user()))

    def remove(self) -> tuple[str, int]:
        document = self._holdings.changeable(self._named())
        self._holdings.library.remove(document.id)
        self._holdings.forget(document)
        return "", 204

    def _named(self) -> str:
        return parse(Named, request.args.to_dict()).id

    def _taken(self, upload: Upload) -> Taken:
        try:
            return self._holdings.uploads.take(upload)
        except NameTaken as taken:
            raise self._name_taken(upload.user, taken) from taken
        except LoadError as error:
            raise InvalidRequest(error.message, tells=error.tells) from error

    def _uploads(self) -> dict[str, Any] | None:
        """What is taken in from the page; None where nothing is."""
        uploads = self._holdings.uploads
        if not uploads.open:
            return None
        return {"max_bytes": uploads.max_bytes, "endings": sorted(uploads.endings), "at_once": AT_ONCE_FOR_A_USER}

    def _name_taken(self, user: str, taken: NameTaken) -> Conflict:
        standing = self._holdings.readable().document(taken.id)
        may = taken.replaceable and standing is not None and self._holdings.may_change(user, standing)
        return Conflict(taken.message, tells=taken.tells | ({"replaces": taken.id} if may else {}))

    def _view(self, document: Document, user: str) -> dict[str, Any]:
        """A document for its reader; where its file lies is nobody's business."""
        return {
            "id": document.id,
            "title": document.title,
            "kind": document.kind,
            "file": Path(document.source).name,
            "date": document.date,
            "duration_s": document.duration_s,
            "words": document.words,
            "speakers": list(document.speakers),
            "tags": list(document.tags),
            "indexed_at": document.indexed_at.isoformat(timespec="seconds") if document.indexed_at else None,
            "removable": self._holdings.may_change(user, document),
            "returns": self._holdings.returns(document),
        }

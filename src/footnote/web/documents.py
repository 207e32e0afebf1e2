"""The library's documents over HTTP: listed for whoever is signed in, for the library is everybody's."""

from __future__ import annotations

from flask import Response, jsonify, request

from footnote.passages import Document
from footnote.web.holdings import Holdings


class Documents:
    """One method a request; each asks who is asking before anything else."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def list(self) -> Response:
        user = self._holdings.user()
        documents = self._holdings.library.documents()
        changed = max((d.indexed_at for d in documents if d.indexed_at), default=None)
        response = jsonify(
            documents=[self._view(document, user) for document in documents],
            indexed_at=changed.isoformat(timespec="seconds") if changed else None,
        )
        response.cache_control.private = True
        response.cache_control.no_cache = True
        response.add_etag()
        response.make_conditional(request)
        return response

    def _view(self, document: Document, user: str) -> dict[str, object]:
        """A document for its reader; where its file lies is nobody's business."""
        return {
            "id": document.id,
            "title": document.title,
            "kind": document.kind,
            "date": document.date,
            "duration_s": document.duration_s,
            "words": document.words,
            "speakers": list(document.speakers),
            "tags": list(document.tags),
            "indexed_at": document.indexed_at.isoformat(timespec="seconds") if document.indexed_at else None,
            "removable": self._holdings.may_change(user, document),
        }

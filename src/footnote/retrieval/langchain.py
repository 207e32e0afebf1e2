"""Any LangChain retriever as a ``Retriever``: its documents become passages that can be cited."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from footnote.errors import RetrievalFailed
from footnote.passages import EVERYTHING, Filter, Hit, Passage, Scope

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

_MOST_CHARACTERS = 8000
_UNTITLED = "Untitled"


class LangChainRetriever:
    """Asks ``retriever.invoke``. What it looks through it doesn't say: that counts as one document."""

    def __init__(self, retriever: BaseRetriever) -> None:
        self._retriever = retriever

    def scope(self, filter: Filter) -> Scope:  # noqa: ARG002 - the protocol's
        return Scope(1, 1)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        try:
            found = self._retriever.invoke(query)
        except Exception as error:  # a foreign retriever may raise anything
            raise RetrievalFailed from error
        # Best first is all that it says: a score that only keeps that order.
        hits = [Hit(passage_of(document), 1 / n) for n, document in enumerate(found, 1)]
        return [hit for hit in hits if _meets(hit.passage, filter)][:limit]


def passage_of(document: Document) -> Passage:
    """A LangChain document as a passage; its metadata may name ``id``, ``source``, ``title`` and ``page``."""
    about: Mapping[str, Any] = document.metadata
    text = document.page_content[:_MOST_CHARACTERS]
    source = str(about.get("source") or about.get("title") or _UNTITLED)
    title = str(about.get("title") or PurePosixPath(source).stem or source)
    id = document.id or about.get("id") or hashlib.sha256(f"{source}\n{text}".encode()).hexdigest()[:16]
    page = about.get("page")
    return Passage(f"{source}#{id}", source, title, 0, text, page=page if isinstance(page, int) and page > 0 else None)


def _meets(passage: Passage, filter: Filter) -> bool:
    named = filter.document_ids is None or passage.document_id in filter.document_ids
    return named and passage.id not in filter.without and passage.document_id not in filter.without_documents

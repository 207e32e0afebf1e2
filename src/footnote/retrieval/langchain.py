"""Any LangChain retriever as a ``Retriever``: its documents become passages that can be cited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from footnote.errors import RetrievalFailed
from footnote.models.sources import source_of
from footnote.passages import EVERYTHING, Document, Filter, Hit, Kind, Passage, Reranked, Scope

if TYPE_CHECKING:
    from langchain_core.documents import Document as Found
    from langchain_core.retrievers import BaseRetriever

FETCHED = 100
"""Documents that a vector store is asked for, at least, where a filter is to leave some of them out."""
_TOLD_BY = {"kinds": "kind", "tags": "tags", "speakers": "speakers", "since": "date", "until": "date"}
"""Each condition on a document, and what a document has to tell for it."""


class LangChainRetriever:
    """Asks ``retriever.invoke``, and applies a filter to what comes of it, by the documents' metadata.

    A document that doesn't tell what the filter asks for is left out, and that is told: what is searched is never more
    than was asked for. How much it looks through, a retriever of LangChain's doesn't say.
    """

    def __init__(self, retriever: BaseRetriever) -> None:
        self._retriever = retriever

    def scope(self, filter: Filter) -> Scope:  # noqa: ARG002 - the protocol's
        """Nothing is known of it."""
        return Scope(None, None)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first."""
        return list(self.reranked(query, filter=filter, limit=limit).hits)

    def reranked(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> Reranked:
        """The same, and what passages did not tell that were left out; nothing is reranked."""
        hits: list[Hit] = []
        untold: set[str] = set()
        for n, found in enumerate(self._found(query, filter), 1):
            source = source_of(found)
            if source is None or not _is_named(source.passage, filter):
                continue
            document, tells = _described(source.passage, found.metadata)
            lacking = {name for condition, name in _TOLD_BY.items() if getattr(filter, condition)} - tells
            untold |= lacking
            if not lacking and filter.is_met_by(document):
                hits.append(Hit(source.passage, 1 / n))  # best first is all that it says: this only keeps that order
        return Reranked(tuple(hits[:limit]), untold=tuple(sorted(untold)))

    def _found(self, query: str, filter: Filter) -> list[Found]:
        from langchain_core.vectorstores import VectorStoreRetriever

        more: dict[str, Any] = {}
        if isinstance(self._retriever, VectorStoreRetriever) and (filter.limits_documents or filter.without):
            more = {"k": max(FETCHED, self._retriever.search_kwargs.get("k") or 0)}
        try:
            return self._retriever.invoke(query, **more)
        except Exception as error:  # a foreign retriever may raise anything
            raise RetrievalFailed from error


def _is_named(passage: Passage, filter: Filter) -> bool:
    """Whether a passage is one of those that the filter names, or leaves."""
    named = filter.document_ids is None or passage.document_id in filter.document_ids
    return named and passage.id not in filter.without and passage.document_id not in filter.without_documents


def _described(passage: Passage, metadata: Mapping[str, Any]) -> tuple[Document, set[str]]:
    """The document as its metadata has it, and which of ``kind``, ``tags``, ``speakers`` and ``date`` that tells."""
    kind = Kind(metadata["kind"]) if metadata.get("kind") in [*Kind] else None
    tags, speakers, day = _several(metadata, "tags", "tag"), _several(metadata, "speakers", "speaker"), _day(metadata)
    speakers = speakers or passage.speakers or speakers
    told = {"kind": kind, "tags": tags, "speakers": speakers, "date": day}
    document = Document(
        passage.document_id,
        passage.title,
        kind or Kind.TEXT,
        source="",
        digest="",
        date=day,
        speakers=speakers or (),
        tags=tags or (),
    )
    return document, {name for name, value in told.items() if value is not None}


def _several(metadata: Mapping[str, Any], *names: str) -> tuple[str, ...] | None:
    """The values of the first of these fields that is there: a text, or several."""
    value = next((metadata[name] for name in names if metadata.get(name) is not None), None)
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple | set | frozenset) else None


def _day(metadata: Mapping[str, Any]) -> str | None:
    """The day of ``date``, which may be a moment."""
    said = str(metadata.get("date") or "")[:10]
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return None

"""Any LangChain retriever as a ``Retriever``: its documents become passages that can be cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footnote.errors import RetrievalFailed
from footnote.models.sources import source_of
from footnote.passages import EVERYTHING, Filter, Hit, Passage, Scope

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever


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
        told = [source for document in found if (source := source_of(document)) is not None]
        hits = [Hit(source.passage, 1 / n) for n, source in enumerate(told, 1)]
        return [hit for hit in hits if _meets(hit.passage, filter)][:limit]


def _meets(passage: Passage, filter: Filter) -> bool:
    named = filter.document_ids is None or passage.document_id in filter.document_ids
    return named and passage.id not in filter.without and passage.document_id not in filter.without_documents

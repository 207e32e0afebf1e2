"""The retriever on Databricks Vector Search: one hybrid query, filtered, and reranked by the platform where asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from footnote.callers import Caller
from footnote.fusion import fuse
from footnote.passages import EVERYTHING, Filter, Hit, Reranked, Scope
from footnote.readiness import Readiness
from footnote.retrieval.index_client import IndexClient
from footnote.retrieval.index_filters import ARRAYS, pieces, sayable
from footnote.retrieval.index_library import IndexLibrary

MOST_RESULTS = 200
"""That a hybrid query gives."""
MOST_WORDS = 1000
"""Of a hybrid query, which takes 1,024."""
LONGEST_QUERY = 32_000
"""Characters, of 32,764."""
MOST_RERANKED = 50
"""Candidates that the platform's reranker reads."""
RERANKER = {"model": "databricks_reranker", "model_type": "MODEL_TYPE_BASE"}
RERANKED_COLUMNS = ("title", "text")


@dataclass(frozen=True, slots=True)
class VectorSearchRetriever:
    """A ``Retriever`` on an index; ``library`` tells of its documents.

    A filter's speakers are those heard in the passage itself, on a standard endpoint: the index has them there.
    """

    client: IndexClient
    library: IndexLibrary
    reranks: bool = False

    def on_behalf_of(self, caller: Caller) -> VectorSearchRetriever:
        """The same index, asked with the caller's rights."""
        library = self.library.on_behalf_of(caller)
        return replace(self, client=self.client.acting_for(caller), library=library)

    def readiness(self) -> Readiness:
        """How the index stands; the app asks, and searches for nothing."""
        return self.client.readiness()

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through; at least one document, where not all could be listed."""
        shelf = self.library.shelf()
        searched = sum(filter.is_met_by(document) for document in shelf.documents)
        if not shelf.is_whole:
            searched = max(1, searched)
        return Scope(searched, max(searched, len(shelf.documents)))

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first: what is nearest, where nothing fits."""
        return list(self.reranked(query, filter=filter, limit=limit).hits)

    def reranked(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> Reranked:
        """The same, and what the platform's reranker had to do with it."""
        asked = _cut(query)
        if not asked or limit < 1:
            return Reranked(())
        made = [self._asked(asked, part, limit) for part in self._parts(filter)]
        if not made:
            return Reranked(())
        hits = made[0].hits if len(made) == 1 else fuse([part.hits for part in made], limit)
        if not self.reranks:
            return Reranked(tuple(hits))
        return Reranked(tuple(hits), sum(part.candidates or 0 for part in made), sum(part.ms for part in made))

    def _parts(self, filter: Filter) -> Sequence[Filter]:
        """The filter as an index takes it: nothing that can't be said or met, and not too many documents at once."""
        if self.library.dialect().storage_optimized:
            filter = self._sayable(filter)
        if filter.document_ids is None:
            return [filter]
        wanted, shelf = filter.document_ids - filter.without_documents, self.library.shelf()
        ids = sorted(wanted & shelf.leaves.keys() if shelf.is_whole else wanted)
        return [replace(filter, document_ids=frozenset(part), without_documents=frozenset()) for part in pieces(ids)]

    def _sayable(self, filter: Filter) -> Filter:
        """For SQL: what is said of arrays is looked up in the list of documents; what can't be quoted meets nothing."""
        ids = filter.document_ids
        if any(getattr(filter, name) for name in ARRAYS):
            documents = self.library.whole_shelf().documents
            ids = frozenset(document.id for document in documents if filter.is_met_by(document))
        return replace(
            filter,
            document_ids=None if ids is None else frozenset(id for id in ids if sayable(id)),
            without_documents=frozenset(id for id in filter.without_documents if sayable(id)),
            tags=frozenset(),
            speakers=frozenset(),
        )

    def _asked(self, query: str, filter: Filter, limit: int) -> Reranked:
        body = self._body(query, min(limit + len(filter.without), MOST_RESULTS))
        answered = self.client.query(body | self.library.dialect().body(filter))
        columns = self.library.columns
        hits = [Hit(columns.passage(row), score) for row, score in answered.rows]
        kept = [hit for hit in hits if hit.passage.id not in filter.without]
        if not self.reranks:
            return Reranked(tuple(kept[:limit]))
        candidates = MOST_RERANKED if len(hits) >= body["num_results"] else len(hits)
        return Reranked(tuple(kept[:limit]), candidates, round(float(answered.debug.get("reranker_time") or 0)))

    def _body(self, query: str, most: int) -> dict[str, Any]:
        present = self.library.present()
        body: dict[str, Any] = {
            "columns": self.library.columns.among(present),
            "query_text": query,
            "query_type": "HYBRID",
            "num_results": most,
        }
        if self.reranks:
            own = [self.library.columns.of(name) for name in RERANKED_COLUMNS]
            read = [name for name in own if present is None or name in present]
            # Its time is told only to who asks for it.
            body |= {"reranker": RERANKER | {"parameters": {"columns_to_rerank": read}}, "debug_level": 1}
        return body


def _cut(query: str) -> str:
    """A question as the index takes it: what can be printed, and no more words, or characters of unspaced writing."""
    kept: list[str] = []
    left = MOST_WORDS
    for word in "".join(c if c.isprintable() else " " for c in query).split():
        kept.append(word[:left] if not word.isascii() else word)
        left -= 1 if word.isascii() else len(word)
        if left <= 0:
            break
    return " ".join(kept)[:LONGEST_QUERY]

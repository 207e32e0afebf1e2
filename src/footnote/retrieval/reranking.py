"""More passages are found than are wanted, and the best of them chosen: here by how the question's words stand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from footnote.callers import Caller, acting_for
from footnote.chat import Cancellation, Starts
from footnote.fusion import fuse
from footnote.passages import EVERYTHING, CompletingRetriever, Filter, Hit, Reranked, Reranker, Retriever, Scope
from footnote.readiness import Readiness
from footnote.retrieval import query as queries
from footnote.retrieval import scoring
from footnote.retrieval.scoring import Candidate, inverse_document_frequency
from footnote.retrieval.standing import readiness_of

CANDIDATES = 50
"""As many as the platform's own reranker reads."""


@dataclass(frozen=True, slots=True)
class Reranking:
    """A ``Retriever`` whose candidates a reranker chooses among."""

    retriever: Retriever
    reranker: Reranker
    ready: ClassVar[bool] = True
    """Nothing is waited for: what the retriever is without, it does without."""

    def on_behalf_of(self, caller: Caller) -> Reranking:
        """The same with the caller's rights."""
        return replace(self, retriever=acting_for(self.retriever, caller))

    def begin(self) -> None:
        """Begin what the retriever takes long for."""
        if isinstance(self.retriever, Starts):
            self.retriever.begin()

    def wait(self, _cancellation: Cancellation) -> Iterator[None]:
        """Return at once."""
        yield from ()

    def complete(self) -> None:
        """Return once the retriever finds by all that it can."""
        if isinstance(self.retriever, CompletingRetriever):
            self.retriever.complete()

    def readiness(self) -> Readiness:
        """How the retriever stands."""
        return readiness_of(self.retriever)

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through."""
        return self.retriever.scope(filter)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first."""
        return list(self.reranked(query, filter=filter, limit=limit).hits)

    def reranked(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> Reranked:
        """The same, and what was chosen among."""
        hits = self.retriever.search(query, filter=filter, limit=max(limit, self.reranker.candidates))
        since = time.perf_counter()
        best = self.reranker.rerank(query, hits, limit)
        return Reranked(tuple(best), len(hits), round(1000 * (time.perf_counter() - since)))


class WordsReranker:
    """A ``Reranker`` by words in some milliseconds, fused with the order before it: meaning goes on counting."""

    candidates = CANDIDATES

    def rerank(self, query: str, hits: Sequence[Hit], limit: int) -> list[Hit]:
        """The best ``limit`` of the hits, best first."""
        asked = queries.read(query)
        passages = [hit.passage for hit in hits]
        within = Counter(word for passage in passages for word in scoring.distinct(passage))
        rarity = {word: inverse_document_frequency(within[word], len(passages)) for word in asked.words}
        candidates = [
            # Turns and times tell a recording from what was written.
            Candidate(passage, spoken=passage.start_s is not None or bool(passage.speakers), score=score)
            for passage, score in zip(passages, scoring.by_words(rarity, passages), strict=True)
        ]
        worded = [hit for hit in scoring.ranked(asked, rarity, candidates, len(hits)) if hit.score > 0]
        return fuse([hits, worded], limit)

"""A retriever for code that knows of no callers: a graph's nodes search with the rights of who is being answered."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.callers import WHO_ASKS, acting_for
from footnote.passages import EVERYTHING, Filter, Hit, Retriever, Scope


@dataclass(frozen=True, slots=True)
class OfWhoAsks:
    """A ``Retriever`` with the rights of ``WHO_ASKS``, wherever it is called."""

    retriever: Retriever

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through."""
        return acting_for(self.retriever, WHO_ASKS.get()).scope(filter)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first."""
        return acting_for(self.retriever, WHO_ASKS.get()).search(query, filter=filter, limit=limit)

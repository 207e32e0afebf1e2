"""What is searched for a question that stands in a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from footnote.chat import Turn
from footnote.errors import RetrievalFailed
from footnote.fusion import fuse
from footnote.left_behind import LeftBehind
from footnote.passages import Filter, Hit, Reranked, RerankingRetriever, Retriever

DROPPED = 8
"""Passages next in rank that are told of, though the model is not given them."""

LEFT = LeftBehind[Any](full=RetrievalFailed)
"""Searches that were called off and have not ended: an index far away may say nothing for seconds."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for, and what it came to, best first: what the model is given, and the next in rank."""

    queries: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    dropped: tuple[Hit, ...] = ()
    candidates: int | None = None
    """Passages among which these were chosen; None: nothing was reranked."""
    reranking_ms: int = 0
    untold: tuple[str, ...] = ()
    """What the filter asks for and passages that were left out did not tell."""


def find(
    retriever: Retriever, question: str, turns: Sequence[Turn], filter: Filter, limit: int, about: Sequence[Hit] = ()
) -> Search:
    """The passages for a question, at most ``limit`` for the model.

    A later question of a conversation is searched twice, alone and together with the question
    before it, and the two rankings are fused: so "and who disagreed?" finds its topic, and a
    new topic is not drowned by the old one. What is asked ``about`` stands before all that is found.
    """
    queries = (question, f"{turns[-1].question}\n{question}") if turns else (question,)
    made = [_searched(retriever, query, filter, limit + DROPPED) for query in queries]
    best = made[0].hits if len(made) == 1 else fuse([one.hits for one in made], limit + DROPPED)
    candidates = [one.candidates for one in made if one.candidates is not None]
    return Search(
        queries,
        (*about, *best[:limit]),
        tuple(best[limit:]),
        sum(candidates) if candidates else None,
        sum(one.ms for one in made),
        tuple(sorted({name for one in made for name in one.untold})),
    )


def _searched(retriever: Retriever, query: str, filter: Filter, limit: int) -> Reranked:
    if isinstance(retriever, RerankingRetriever):
        return retriever.reranked(query, filter=filter, limit=limit)
    return Reranked(tuple(retriever.search(query, filter=filter, limit=limit)))

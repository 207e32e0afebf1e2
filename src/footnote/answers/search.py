"""What is searched for a question that stands in a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.chat import Turn
from footnote.passages import Filter, Hit, Retriever

RANK_CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""
DROPPED = 8
"""Passages next in rank that are told of, though the model is not given them."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for, and what it came to, best first: what the model is given, and the next in rank."""

    queries: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    dropped: tuple[Hit, ...] = ()


def find(retriever: Retriever, question: str, turns: Sequence[Turn], filter: Filter, limit: int) -> Search:
    """The passages for a question, at most ``limit`` for the model.

    A later question of a conversation is searched twice, alone and together with the question
    before it, and the two rankings are fused: so "and who disagreed?" finds its topic, and a
    new topic is not drowned by the old one.
    """
    queries = (question, f"{turns[-1].question}\n{question}") if turns else (question,)
    rankings = [retriever.search(query, filter=filter, limit=limit + DROPPED) for query in queries]
    best = rankings[0] if len(rankings) == 1 else fuse(rankings, limit + DROPPED)
    return Search(queries, tuple(best[:limit]), tuple(best[limit:]))


def fuse(rankings: Sequence[Sequence[Hit]], limit: int) -> list[Hit]:
    """One ranking of several, by reciprocal rank."""
    scores: dict[str, float] = {}
    passages = {hit.passage.id: hit.passage for ranking in rankings for hit in ranking}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            scores[hit.passage.id] = scores.get(hit.passage.id, 0.0) + 1 / (RANK_CONSTANT + rank)
    best = sorted(scores, key=lambda id: -scores[id])[:limit]
    return [Hit(passages[id], scores[id]) for id in best]

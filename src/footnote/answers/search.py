"""What is searched for a question that stands in a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.chat import Turn
from footnote.passages import Filter, Hit, Retriever

RANK_CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""


def find(retriever: Retriever, question: str, turns: Sequence[Turn], filter: Filter, limit: int) -> list[Hit]:
    """The passages for a question, best first.

    A later question of a conversation is searched twice, alone and together with the question
    before it, and the two rankings are fused: so "and who disagreed?" finds its topic, and a
    new topic is not drowned by the old one.
    """
    alone = retriever.search(question, filter=filter, limit=limit)
    if not turns:
        return alone
    together = retriever.search(f"{turns[-1].question}\n{question}", filter=filter, limit=limit)
    return fuse([alone, together], limit)


def fuse(rankings: Sequence[Sequence[Hit]], limit: int) -> list[Hit]:
    """One ranking of several, by reciprocal rank."""
    scores: dict[str, float] = {}
    passages = {hit.passage.id: hit.passage for ranking in rankings for hit in ranking}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            scores[hit.passage.id] = scores.get(hit.passage.id, 0.0) + 1 / (RANK_CONSTANT + rank)
    best = sorted(scores, key=lambda id: -scores[id])[:limit]
    return [Hit(passages[id], scores[id]) for id in best]

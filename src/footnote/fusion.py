"""Several rankings of passages made one: pure."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.passages import Hit

RANK_CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""


def fuse(rankings: Sequence[Sequence[Hit]], limit: int) -> list[Hit]:
    """One ranking of several, by reciprocal rank."""
    scores: dict[str, float] = {}
    passages = {hit.passage.id: hit.passage for ranking in rankings for hit in ranking}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            scores[hit.passage.id] = scores.get(hit.passage.id, 0.0) + 1 / (RANK_CONSTANT + rank)
    best = sorted(scores, key=lambda id: -scores[id])[:limit]
    return [Hit(passages[id], scores[id]) for id in best]

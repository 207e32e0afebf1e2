"""What is searched for a question that stands in a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.chat import Turn
from footnote.fusion import fuse
from footnote.passages import Filter, Hit, Retriever

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

"""Which of a question's words passages are looked for by, where too many hold any of them: pure.

What BM25 costs grows with the passages that it is reckoned for; in a million of them a question's common words stand
in hundreds of thousands. A passage that holds none of the rare ones is seldom among the best.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from footnote.storage.full_text import match


@dataclass(frozen=True, slots=True)
class Counted:
    """A word of the question: what it is compared by, as it was asked, and how many passages hold it."""

    folded: str
    asked: str
    passages: float


@dataclass(frozen=True, slots=True)
class Sought:
    """The full-text expression of passages to weigh, and whether it is ``bounded``: leaves some out that hold a word.

    Then its own BM25 takes the telling words twice, once for being looked for and once among all.
    """

    expression: str
    bounded: bool


def sought(words: Iterable[Counted], most: float) -> Sought | None:
    """What finds about ``most`` passages that hold the rarest words, weighed by all; None where nothing holds any.

    The rarest word is always one of them, however many passages hold it.
    """
    held = sorted((word for word in words if word.passages), key=lambda word: word.passages)
    if not held:
        return None
    told = len(held)
    passages = sum(word.passages for word in held)
    while told > 1 and passages > most:
        told -= 1
        passages -= held[told].passages
    everything = match(word.asked for word in held)
    if told == len(held):
        return Sought(everything, bounded=False)
    telling = match(word.asked for word in held[:told])
    return Sought(f"({telling}) AND ({everything})", bounded=True)

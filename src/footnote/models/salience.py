"""How well each sentence of the passages answers a question. Pure.

A sentence is worth the share of the question's words that it holds, rare words counting for
more, with a little for what stands around it. The weights are round figures on a flat top,
set while looking at both halves of SQuAD's questions, so that neither is a test of them; RANK, BEFORE,
TITLE, PAIR, SOUGHT and AKIN can each be changed by a third or more for less than a point.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from footnote.models.inquiry import ASKING_WEIGHT, Inquiry
from footnote.models.reading import Sentence
from footnote.passages import Passage
from footnote.words import terms, words

AKIN = 0.4  # for a word that only begins like the question's ("Europe", "European")
AKIN_LETTERS = 5
BEFORE = 0.5  # for words in the sentence before: "He", "it" and "this" point there
AFTER = 0.25
SPOKEN_BEFORE = 4  # spoken sentences are short, and the question that one answers stands a turn before it
SPOKEN_AFTER = 2
TITLE = 0.4  # a document seldom repeats in each sentence what it is about
PAIR = 0.3  # two words that stand together in the question and here
PAIR_REACH = 2
SOUGHT = 0.25  # a date for "when", a number for "how many", a name for "who"
RANK = 0.25  # the retriever's opinion, falling as 1/rank
SPEAKER = 0.3  # said by whom the question names
ASKS = 0.2  # taken off a question: it is not an answer
SAYS_NOTHING = 0.3  # taken off where hardly a word goes beyond the question: a heading, an "Okay"
FEWEST_NEW = 2
UNKNOWN_NAME = 0.3  # off the support, for a name in the question that stands nowhere in the passages


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence, how well it fits, and how much of the question it and its surroundings hold (at most 1)."""

    sentence: Sentence
    score: float
    support: float


def rank(inquiry: Inquiry, passages: Sequence[Passage], read: Sequence[Sequence[Sentence]]) -> list[Scored]:
    """Every sentence of the passages, best first."""
    weights = _weights(inquiry, list(chain.from_iterable(read)))
    titles = [frozenset(term for term in terms(words(passage.title)) if term is not None) for passage in passages]
    known = frozenset().union(*titles, *(sentence.vocabulary for sentences in read for sentence in sentences))
    unknown = UNKNOWN_NAME * sum(weights[name] for name in inquiry.names - known)
    scored: list[Scored] = []
    for title, sentences in zip(titles, read, strict=True):
        for at, sentence in enumerate(sentences):
            around = (*_around(sentences, at), title)
            scored.append(_scored(inquiry, weights, sentence, around, unknown))
    return sorted(scored, key=lambda s: -s.score)


def _around(sentences: Sequence[Sentence], at: int) -> tuple[frozenset[str], frozenset[str]]:
    """The words just before a sentence, and just after it."""
    spoken = sentences[at].speaker is not None
    before, after = (SPOKEN_BEFORE, SPOKEN_AFTER) if spoken else (1, 1)
    return (
        frozenset().union(*(s.vocabulary for s in sentences[max(0, at - before) : at])),
        frozenset().union(*(s.vocabulary for s in sentences[at + 1 : at + 1 + after])),
    )


def _weights(inquiry: Inquiry, sentences: Sequence[Sentence]) -> dict[str, float]:
    """What each of the question's words is worth, in all 1: a word of few sentences tells them apart.

    A word that only asks ("discuss") and stands nowhere is worth nothing: nobody misses it.
    """
    held = Counter(term for sentence in sentences for term in sentence.vocabulary & inquiry.weights.keys())
    worth = {
        term: importance * math.log(1 + (len(sentences) + 1) / (held[term] + 0.5))
        for term, importance in inquiry.weights.items()
        if held[term] or importance > ASKING_WEIGHT
    }
    total = sum(worth.values())
    return {term: weight / total for term, weight in worth.items()} if total else {}


def _scored(
    inquiry: Inquiry,
    weights: dict[str, float],
    sentence: Sentence,
    around: tuple[frozenset[str], frozenset[str], frozenset[str]],
    unknown: float,
) -> Scored:
    held = _held(weights, sentence, *around)
    score = held + PAIR * _together(inquiry, weights, sentence) + RANK / sentence.n
    score += SOUGHT * inquiry.answered_by(sentence.words, sentence.terms, sentence.text)
    score += SPEAKER * _named(sentence, weights)
    score -= ASKS * sentence.text.endswith("?")
    score -= SAYS_NOTHING * (len(sentence.content - weights.keys()) < FEWEST_NEW)
    return Scored(sentence, score, min(1.0, held) - unknown)


def _held(
    weights: dict[str, float],
    sentence: Sentence,
    before: frozenset[str],
    after: frozenset[str],
    title: frozenset[str],
) -> float:
    """How much of the question stands in a sentence and, at less, around it."""
    begins = {term[:AKIN_LETTERS] for term in sentence.vocabulary if len(term) >= AKIN_LETTERS}
    held = 0.0
    for term, weight in weights.items():
        if term in sentence.vocabulary:
            held += weight
            continue
        if len(term) >= AKIN_LETTERS and term[:AKIN_LETTERS] in begins:
            held += AKIN * weight
        if term in before:
            held += BEFORE * weight
        elif term in after:
            held += AFTER * weight
        elif term in title:
            held += TITLE * weight
    return held


def _named(sentence: Sentence, weights: dict[str, float]) -> bool:
    """Whether the question names the speaker: half of the name is enough ("the professor", "Gething")."""
    return 0 < len(sentence.name) <= 2 * len(sentence.name & weights.keys())


def _together(inquiry: Inquiry, weights: dict[str, float], sentence: Sentence) -> float:
    """The weight of the question's neighbouring words that are neighbours in the sentence, too."""
    places: dict[str, list[int]] = {}
    for at, term in enumerate(term for term in sentence.terms if term is not None):
        if term in weights:
            places.setdefault(term, []).append(at)
    return sum(
        (weights[a] + weights[b]) / 2
        for a, b in inquiry.pairs
        if any(0 < abs(x - y) <= PAIR_REACH for x in places.get(a, ()) for y in places.get(b, ()))
    )

"""How well passages fit a question, beyond the words that they share: pure, and of no one database.

The database's BM25 (Robertson and Zaragoza, 2009) finds candidates. It can't see what people
see: that a topic of a recording goes on over several passages, that the words asked for stand
together or apart, and whose turns a question is about. Each rule here adds one of these.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from footnote.passages import Hit, Passage
from footnote.retrieval.query import Query
from footnote.storage.full_text import SPEAKER_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT, indexed, words
from footnote.words import fold

WINDOW_WORDS = 25
"""About a sentence."""
TOGETHER_WEIGHT = 1.0
PHRASE_WEIGHT = 1.0
HALF_PHRASE = 0.3
"""Of a phrase's weight where one of its two words is a stop word."""
NEIGHBOURS = 3
NEIGHBOUR_SHARE = 0.6
"""Of its neighbour's score that a passage of a recording gets; of the one behind that, this share of this share."""
NAMED_WEIGHT = 1.0
SATURATION, LENGTH_SHARE = 1.2, 0.75
"""BM25's k1 and b, as SQLite has them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that the database found, whether it was spoken, and its BM25, higher is better."""

    passage: Passage
    spoken: bool
    score: float


def ranked(query: Query, rarity: Mapping[str, float], candidates: Sequence[Candidate], limit: int) -> list[Hit]:
    """The best ``limit`` candidates, best first.

    ``rarity`` is the inverse document frequency of the query's words, by folded word. The score
    is BM25, plus what of the question stands close together and as phrases; then in recordings
    what the neighbours lend, times more for passages said by someone whom the question names.
    """
    pairs = _pairs(query, rarity)
    own = [c.score + _closeness(_folded(c.passage.text), rarity, pairs) for c in candidates]
    named = _named(query, candidates)
    hits = [
        Hit(c.passage, score * (1 + NAMED_WEIGHT * _said_by(named, c.passage)))
        for c, score in zip(candidates, _with_neighbours(candidates, own), strict=True)
    ]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def distinct(passage: Passage) -> frozenset[str]:
    """The words of a passage's text, as they are compared."""
    return frozenset(_folded(passage.text))


def by_words(rarity: Mapping[str, float], passages: Sequence[Passage]) -> list[float]:
    """BM25 of each passage, for a database that has none of its own; lengths are compared among these passages."""
    counted = [_counted(passage, rarity) for passage in passages]
    usual = sum(length for _, length in counted) / len(counted) if counted else 1.0
    return [
        sum(rarity[word] * _saturated(times, length / usual) for word, times in said.items())
        for said, length in counted
    ]


def _counted(passage: Passage, rarity: Mapping[str, float]) -> tuple[Counter[str], int]:
    """How often the words asked for are said in a passage, and how long it is."""
    said: Counter[str] = Counter()
    length = 0
    places = ((passage.title, TITLE_WEIGHT), (" ".join(passage.speakers), SPEAKER_WEIGHT), (passage.text, TEXT_WEIGHT))
    for text, weight in places:
        words = _folded(text)
        length += len(words)
        for word in words:
            if word in rarity:
                said[word] += weight  # type: ignore[assignment]
    return said, length


def _saturated(times: float, length: float) -> float:
    return times * (SATURATION + 1) / (times + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length))


def inverse_document_frequency(of: float, among: int) -> float:
    """How telling a word is that ``of`` out of ``among`` passages hold: BM25's, kept above zero."""
    return math.log(1 + (among - of + 0.5) / (of + 0.5))


def _closeness(said: Sequence[str], rarity: Mapping[str, float], pairs: Mapping[tuple[str, str], float]) -> float:
    """What it adds that words of the question stand together (Metzler and Croft, SIGIR 2005)."""
    return TOGETHER_WEIGHT * _most_together(said, rarity) + PHRASE_WEIGHT * _phrases(said, pairs)


def _with_neighbours(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[float]:
    """Scores in which the passages of a recording lend to those around them.

    A topic goes on from turn to turn, so what stands before and behind tells of a passage as
    well; in written text a paragraph is about its own matter and gets nothing.
    """
    at = {(c.passage.document_id, c.passage.ordinal): score for c, score in zip(candidates, scores, strict=True)}
    steps = [step for step in range(-NEIGHBOURS, NEIGHBOURS + 1) if step]

    def lent(passage: Passage) -> float:
        places = ((abs(step), (passage.document_id, passage.ordinal + step)) for step in steps)
        return sum(NEIGHBOUR_SHARE**distance * at.get(place, 0.0) for distance, place in places)

    return [score + (lent(c.passage) if c.spoken else 0.0) for c, score in zip(candidates, scores, strict=True)]


def _most_together(said: Sequence[str], rarity: Mapping[str, float]) -> float:
    """How telling the words asked for are that stand in the best window of the text."""
    places = [(place, word) for place, word in enumerate(said) if word in rarity]
    inside: Counter[str] = Counter()
    best = weight = 0.0
    begin = 0
    for place, word in places:
        if not inside[word]:
            weight += rarity[word]
        inside[word] += 1
        while place - places[begin][0] > WINDOW_WORDS:
            leaving = places[begin][1]
            inside[leaving] -= 1
            if not inside[leaving]:
                weight -= rarity[leaving]
            begin += 1
        best = max(best, weight)
    return best


def _pairs(query: Query, rarity: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """The question's neighbouring words and what it counts to find them side by side."""
    pairs = {}
    for a, b in pairwise(query.order):
        known = [rarity[word] for word in (a, b) if word in rarity]
        if known:
            pairs[a, b] = min(known) * (1.0 if len(known) > 1 else HALF_PHRASE)
    return pairs


def _phrases(said: Sequence[str], pairs: Mapping[tuple[str, str], float]) -> float:
    """What the pairs found weigh; finding one again adds ever less."""
    times = Counter(filter(pairs.__contains__, pairwise(said)))
    return sum(pairs[pair] * count / (count + 0.5) for pair, count in times.items())


def _named(query: Query, candidates: Sequence[Candidate]) -> frozenset[str]:
    """The speakers that the question names: those with whom it shares the most words."""
    asked = query.words.keys()
    shared = {
        speaker: len(asked & set(_folded(speaker)))
        for speaker in {speaker for c in candidates for speaker in c.passage.speakers}
    }
    most = max(shared.values(), default=0)
    return frozenset(speaker for speaker, count in shared.items() if count == most) if most else frozenset()


def _said_by(named: frozenset[str], passage: Passage) -> float:
    """The part of the passage that the named speakers say."""
    if not named or not passage.text:
        return 0.0
    begins = [segment.offset for segment in passage.segments]
    lengths = [end - begin for begin, end in zip(begins, [*begins[1:], len(passage.text)], strict=True)]
    theirs = sum(length for segment, length in zip(passage.segments, lengths, strict=True) if segment.speaker in named)
    return theirs / len(passage.text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, ...]:
    """A text's words, folded; kept, since good passages are found again and again."""
    return tuple(map(fold, words(indexed(text))))

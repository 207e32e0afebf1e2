"""Which sentences make the answer: the best, those that add to it, or none where nothing fits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from footnote.models import inquiry, reading, salience
from footnote.models.reading import Sentence
from footnote.passages import Passage

FITS = 0.28
"""The least share of the question, rare words counting for more, that some sentence and its surroundings must hold.

Set on the questions that it is measured with (``bench/extractive.py``). Here 2 % of SQuAD's questions are
refused where the library can answer them, which loses half a point of the answers in three sentences;
82 % where only the recordings are searched, and 55 % where all other articles are. Of questions
about a recording, a sixth is refused. At .32 it would be 88 %, 65 % and a quarter.
"""
MOST_QUOTES = 4
FURTHER = 0.5  # of the best one's score, from which on a further sentence is worth its place
SAME = 0.7  # of the words in common, from which on two sentences say the same
FEWEST_WORDS = 5  # of a further quote
SHORT_WORDS = 12  # a spoken sentence below it needs its neighbours to be understood
LONG_WORDS = 60
MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand verbatim in passage ``n`` (numbered from 1), and who said them, where known."""

    n: int
    speaker: str | None
    text: str


def select(
    question: str, passages: Sequence[Passage], earlier: str | None = None, most: int = MOST_QUOTES
) -> list[Quote]:
    """What the passages say to a question, best first, in ``most`` quotes; [] where nothing in them fits.

    ``earlier`` is the question before it in the conversation, which helps a very short one.
    """
    read = reading.read(passages)
    ranked = salience.rank(inquiry.read(question, earlier), passages, read)
    if not ranked or max(scored.support for scored in ranked) < FITS:
        return []
    taken: list[list[Sentence]] = []
    scores = {_place(scored.sentence): scored.score for scored in ranked}
    for scored in ranked:
        if len(taken) == most or (taken and scored.score < FURTHER * ranked[0].score):
            break
        before = list(chain.from_iterable(taken))
        if any(_same(scored.sentence, other) for other in before):
            continue
        run = _run(scored.sentence, read[scored.sentence.n - 1], scores, before)
        if not taken or sum(len(sentence.words) for sentence in run) >= FEWEST_WORDS:
            taken.append(run)
    return [_quote(run, passages) for run in taken]


def _same(sentence: Sentence, other: Sentence) -> bool:
    """Whether the two are one, or say the same in nearly the same words."""
    if sentence is other:
        return True
    mine, theirs = sentence.content, other.content
    return len(mine & theirs) >= SAME * max(1, min(len(mine), len(theirs)))


def _run(
    sentence: Sentence,
    passage: Sequence[Sentence],
    scores: Mapping[tuple[int, int], float],
    taken: Sequence[Sentence],
) -> list[Sentence]:
    """The sentence alone or, of speech, with as many of its turn's neighbours as make it understood."""
    if sentence.speaker is None:
        return [sentence]
    used = {other.start for other in taken if other.n == sentence.n}
    turn = [other for other in passage if other.turn == sentence.turn]
    first = last = turn.index(sentence)
    while last - first + 1 < MOST_SENTENCES:
        nearby = [i for i in (last + 1, first - 1) if 0 <= i < len(turn) and turn[i].start not in used]
        if not nearby:
            break
        chosen = max(nearby, key=lambda i: scores[_place(turn[i])])
        length = sum(len(s.words) for s in turn[first : last + 1])
        adds = scores[_place(turn[chosen])] >= FURTHER * scores[_place(sentence)]
        if length + len(turn[chosen].words) > LONG_WORDS or (length >= SHORT_WORDS and not adds):
            break
        first, last = min(first, chosen), max(last, chosen)
    return turn[first : last + 1]


def _place(sentence: Sentence) -> tuple[int, int]:
    return sentence.n, sentence.start


def _quote(run: Sequence[Sentence], passages: Sequence[Passage]) -> Quote:
    n = run[0].n
    return Quote(n, run[0].speaker, passages[n - 1].text[run[0].start : run[-1].end])

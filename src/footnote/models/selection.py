"""Which sentences make the answer: the best, those that add to it, or none where nothing fits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.models import inquiry, reading, salience
from footnote.models.reading import Sentence
from footnote.models.salience import Scored
from footnote.passages import Passage

FITS = 0.28
"""The least share of the question, rare words counting for more, that the best sentences must hold."""
MOST_QUOTES = 4
FURTHER = 0.5  # of the best one's score, from which on a further sentence is worth its place
SAME = 0.7  # of the words in common, from which on two sentences say the same
SHORT_WORDS = 12  # a spoken sentence below it needs its neighbours to be understood
LONG_WORDS = 60
MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand verbatim in passage ``n`` (numbered from 1), and who said them, where known."""

    n: int
    speaker: str | None
    text: str


def select(question: str, passages: Sequence[Passage], earlier: str | None = None) -> list[Quote]:
    """What the passages say to a question, best first; [] where nothing in them fits.

    ``earlier`` is the question before it in the conversation, which helps a very short one.
    """
    read = reading.read(passages)
    ranked = salience.rank(inquiry.read(question, earlier), passages, read)
    if not ranked or ranked[0].support < FITS:
        return []
    quotes: list[Quote] = []
    taken: list[Sentence] = []
    scores = {(s.sentence.n, s.sentence.start): s.score for s in ranked}
    for scored in ranked:
        if len(quotes) == MOST_QUOTES or (quotes and not _worth(scored, ranked[0])):
            break
        if any(_same(scored.sentence, other) for other in taken):
            continue
        run = _run(scored, read[scored.sentence.n - 1], scores)
        taken += run
        quotes.append(_quote(run, passages))
    return quotes


def _worth(scored: Scored, best: Scored) -> bool:
    return scored.score >= FURTHER * best.score


def _same(sentence: Sentence, other: Sentence) -> bool:
    """Whether the two are one, or say the same in nearly the same words."""
    if sentence is other:
        return True
    mine, theirs = sentence.content, other.content
    return len(mine & theirs) >= SAME * max(1, min(len(mine), len(theirs)))


def _run(scored: Scored, around: Sequence[Sentence], scores: dict[tuple[int, int], float]) -> list[Sentence]:
    """The sentence alone or, of speech, with as many of its turn's neighbours as make it understood."""
    sentence = scored.sentence
    if sentence.speaker is None:
        return [sentence]
    turn = [other for other in around if other.turn == sentence.turn]
    first = last = turn.index(sentence)
    while last - first + 1 < MOST_SENTENCES:
        nearby = [i for i in (last + 1, first - 1) if 0 <= i < len(turn)]
        if not nearby:
            break
        chosen = max(nearby, key=lambda i: scores[turn[i].n, turn[i].start])
        count = sum(len(s.words) for s in turn[first : last + 1])
        fits = scores[turn[chosen].n, turn[chosen].start] >= FURTHER * scored.score
        if count + len(turn[chosen].words) > LONG_WORDS or (count >= SHORT_WORDS and not fits):
            break
        first, last = min(first, chosen), max(last, chosen)
    return turn[first : last + 1]


def _quote(run: Sequence[Sentence], passages: Sequence[Passage]) -> Quote:
    n = run[0].n
    return Quote(n, run[0].speaker, passages[n - 1].text[run[0].start : run[-1].end])

"""What a statement that repeats a sentence says otherwise: its numbers, its names, its speaker. Pure.

A number that stands somewhere in a passage may still be another one than that of the sentence repeated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from footnote.answers.checking.figures import Figure, Keys, figures, keys
from footnote.answers.checking.names import Name, is_capital, known_in
from footnote.answers.checking.sources import Source, wording
from footnote.words import fold, found, words

REPEATED = 0.55
"""The share of a statement's pairs of neighbouring words that makes it a sentence's repetition."""
FEWEST_PAIRS = 4
SAME_WORDS = 0.75
"""The share of a statement's words that makes a sentence say what it says, or the opposite."""
FEWEST_WORDS = 3
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|we|i|his|her|its|their|our|my|him|them|us|this|these|er|sie|es|wir|ihr|sein)\b"
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The sentence that a statement repeats, and who says it."""

    text: str
    speaker: str | None
    about: frozenset[str]


def repeated(said: str, sources: Sequence[Source]) -> Repeated | None:
    """The sentence of these sources that a statement repeats for the most part, if it does one."""
    wanted = list(pairwise(wording(said).split()))
    if len(wanted) < FEWEST_PAIRS:
        return None
    best, at = 0, None
    for source in sources:
        for number, pairs in enumerate(source.pairs):
            shared = sum(pair in pairs for pair in wanted)
            if shared > best:
                best, at = shared, (source, number)
    if at is None or best < REPEATED * len(wanted):
        return None
    source, number = at
    return Repeated(source.read.text(number), source.read.all[number].speaker, source.about)


def same_words(terms: Sequence[str], sources: Sequence[Source]) -> str | None:
    """The sentence of these sources that has most of a statement's words, if it has nearly all."""
    wanted = frozenset(terms)
    if len(wanted) < FEWEST_WORDS:
        return None
    sentences = ((len(wanted & held), -at, source) for source in sources for at, held in enumerate(source.sentences))
    shared, at, source = max(sentences, key=lambda each: each[:2], default=(0, 0, None))
    return source.read.text(-at) if source and shared >= SAME_WORDS * len(wanted) else None


def altered(
    said: str, given: Sequence[Figure], names: Sequence[Name], sentence: Repeated, common: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Where a statement has another number or name than the sentence that it repeats."""
    known = keys(sentence.text)
    theirs, ours = Counter(figure.readings[0] for figure in figures(sentence.text)), Counter[Keys]()
    for figure in given:
        ours[figure.readings[0]] += 1
        # "The 13th and 13th": where as many figures are repeated, one that comes more often stands for another.
        instead = ours[figure.readings[0]] > theirs[figure.readings[0]] > 0 and len(given) <= theirs.total()
        if instead or not figure.stands_in(known):
            yield figure.start, figure.end
    told = {at for name in names for at in range(name.start, name.end)}
    yield from (place for place in _exchanged(said, sentence.text, common) if place[0] not in told)
    # A name in place of a pronoun says who is meant.
    if set(_PRONOUN.findall(sentence.text.lower())) - set(_PRONOUN.findall(said.lower())):
        return
    who = words(sentence.speaker or "")
    held = known_in(sentence.text, sentence.about.union(map(fold, (*words(sentence.text), *who))))
    yield from ((name.begin, name.end) for name in names if not name.stands_in(held))


def _exchanged(said: str, sentence: str, common: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The capitalised words that stand where the sentence has another, when neither is anywhere a common word.

    So a name is found that was changed where every word has a capital: at the beginning, or behind a quotation mark.
    """
    ours, theirs = list(found(said)), words(sentence)
    behind = {(a.casefold(), b.casefold()): word for word, a, b in zip(theirs, theirs[1:], theirs[2:], strict=False)}
    held = set(map(fold, theirs))
    for match, a, b in zip(ours, ours[1:], ours[2:], strict=False):
        other = behind.get((a[0].casefold(), b[0].casefold()))
        if other is None or fold(match[0]) in held or {match[0].lower(), other.lower()} & common:
            continue
        if is_capital(match[0]) and is_capital(other):
            yield match.span()

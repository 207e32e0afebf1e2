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
from footnote.answers.checking.names import Known, Name, initials_in, is_capital
from footnote.answers.checking.sources import Source, wording
from footnote.words import fold, found, words

REPEATED = 0.55
"""The share of a statement's pairs of neighbouring words that makes it a sentence's repetition."""
FEWEST_PAIRS = 4
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


def altered(
    said: str, given: Sequence[Figure], names: Sequence[Name], sentence: Repeated, elsewhere: frozenset[str]
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
    # A name in place of a pronoun says who is meant.
    if set(_PRONOUN.findall(sentence.text.lower())) - set(_PRONOUN.findall(said.lower())):
        return
    who = words(sentence.speaker or "")
    held = Known(sentence.about.union(map(fold, (*words(sentence.text), *who))), initials_in(sentence.text))
    yield from ((name.begin, name.end) for name in names if not name.stands_in(held))
    yield from _beginning(said, sentence.text, elsewhere)


def _beginning(said: str, sentence: str, elsewhere: frozenset[str]) -> Iterator[tuple[int, int]]:
    """A capitalised word at the statement's beginning, where the sentence has another name before the same words."""
    ours, theirs = list(found(said))[:3], words(sentence)
    if len(ours) < 3 or not is_capital(ours[0][0]):  # noqa: PLR2004
        return
    wanted = tuple(match[0].casefold() for match in ours[1:])
    for before, *behind in zip(theirs, theirs[1:], theirs[2:], strict=False):
        other = fold(before)
        if tuple(map(str.casefold, behind)) == wanted and other != fold(ours[0][0]) and other in elsewhere:
            yield ours[0].span()
            return

"""A passage as statements are held against it: its words by sentences, its figures and its names. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from footnote.answers.breathing import breathe
from footnote.answers.checking.figures import Keys, clock, keys
from footnote.answers.checking.language import content, is_german
from footnote.answers.checking.names import Known, is_capital, known_in, names_in
from footnote.answers.excerpts import Sentences
from footnote.words import fold, found, words

FEWEST_QUOTED = 3
"""Words: fewer in a row stand somewhere by chance."""
WINDOW = 3
"""Neighbouring sentences that together may bear a statement out."""


@dataclass(frozen=True)
class Source:
    """A passage under its number. What is read off it takes milliseconds where it is long, so others go on before."""

    n: int
    read: Sentences

    @cached_property
    def about(self) -> frozenset[str]:
        """The folded words that hold for all of it: its title's and its speakers'."""
        passage = self.read.passage
        return frozenset(map(fold, words(" ".join((passage.title, *passage.speakers)))))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of it as they stand."""
        return frozenset(words(self.read.passage.text))

    @cached_property
    def wordings(self) -> list[str]:
        """Each sentence as ``wording`` writes it."""
        breathe()
        return [wording(self.read.text(number)) for number in range(len(self.read.all))]

    @cached_property
    def sentences(self) -> list[frozenset[str]]:
        """The folded words of each sentence that carry its meaning."""
        breathe()
        german = is_german(self.read.passage.text)
        return [frozenset(content(self.read.text(number), german=german)) for number in range(len(self.read.all))]

    @cached_property
    def windows(self) -> list[frozenset[str]]:
        """The same of each run of neighbouring sentences, with what holds for all of them."""
        last = max(1, len(self.sentences) - WINDOW + 1)
        return [self.about.union(*self.sentences[at : at + WINDOW]) for at in range(last)]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every folded word of it."""
        breathe()
        return self.about.union(map(fold, self.words))

    @cached_property
    def figures(self) -> Keys:
        """The keys of its figures, its title's and those of the times that its turns begin at."""
        breathe()
        passage = self.read.passage
        times = [clock(segment.start_s) for segment in passage.segments if segment.start_s is not None]
        return keys(f"{passage.title}\n{passage.text}").union(*times)

    @cached_property
    def known(self) -> Known:
        """What names are looked up in."""
        breathe()
        passage = self.read.passage
        return known_in("\n".join((passage.title, *passage.speakers, passage.text)), self.vocabulary)

    @cached_property
    def names(self) -> frozenset[str]:
        """The folded words that are names in it."""
        breathe()
        speakers = words(" ".join(self.read.passage.speakers))
        return names_in(self.read.passage.text).union(fold(word) for word in speakers if is_capital(word))

    @cached_property
    def common(self) -> frozenset[str]:
        """Its words that stand in it without a capital."""
        return frozenset(word for word in self.words if word[0].islower())

    @cached_property
    def turns(self) -> dict[int, tuple[str | None, str]]:
        """Each turn, paragraph or row: who speaks, and its words in a row as ``wording`` writes them."""
        said: dict[int, tuple[str | None, str]] = {}
        for number, sentence in enumerate(self.read.all):
            before = said.get(sentence.segment, (None, " "))[1]
            said[sentence.segment] = (sentence.speaker, before + self.wordings[number][1:])
        return said

    @cached_property
    def pairs(self) -> list[frozenset[tuple[str, str]]]:
        """The neighbouring words of each sentence."""
        return [frozenset(pairwise(said.split())) for said in self.wordings]


def speakers_of(said: str, sources: Sequence[Source]) -> list[str | None]:
    """Who says these words in a row: one for each turn, None where nobody is named; [] where they are very few."""
    row = wording(said)
    if row.count(" ") <= FEWEST_QUOTED:
        return []
    return [who for source in sources for who, words in source.turns.values() if row in words]


def wording(text: str) -> str:
    """A text's words in a row without case and punctuation, a blank around each, to look one text up in another."""
    return f" {' '.join(match[0].casefold().rstrip('.,') for match in found(text))} "

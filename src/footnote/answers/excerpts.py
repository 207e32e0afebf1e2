"""The words of a passage that bear a claim out: its sentences, and which of them shares most with the claim. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from footnote import sentences
from footnote.passages import Passage

EXCERPT_CHARACTERS = 320

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``passage.text[start:end]``, its words without case, and the turn, paragraph or row that it stands in."""

    segment: int
    speaker: str | None
    start: int
    end: int
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sentences:
    """A passage with its sentences, in order."""

    passage: Passage
    all: tuple[Sentence, ...]

    def best(self, claim: str) -> int:
        """The number of the sentence that shares most words with a claim; there has to be one."""
        wanted = _words(claim)
        return max(range(len(self.all)), key=lambda i: (_overlap(self.all[i].words, wanted), -i))

    def text(self, number: int) -> str:
        """A sentence, verbatim."""
        return self.passage.text[self.all[number].start : self.all[number].end]


def sentences_of(passage: Passage) -> Sentences:
    """The sentences of each turn, paragraph or row, without the speaker's name before it."""
    offsets = [s.offset for s in passage.segments] or [0]
    speakers = [s.speaker for s in passage.segments] or [None]
    read = []
    ends = [*offsets[1:], len(passage.text)]
    for segment, (offset, end, speaker) in enumerate(zip(offsets, ends, speakers, strict=True)):
        prefix = f"{speaker}: "
        named = speaker is not None and passage.text.startswith(prefix, offset)
        start = offset + len(prefix) if named else offset
        for span in sentences.split(passage.text[start:end]):
            words = _words(passage.text[start + span.start : start + span.end])
            read.append(Sentence(segment, speaker, start + span.start, start + span.end, words))
    return Sentences(passage, tuple(read))


def excerpt(read: Sentences, claims: Sequence[str]) -> tuple[int, int]:
    """Where in the passage the words stand that bear out all of the claims: start and end.

    For each claim the sentence that shares most words with it, and as many of its neighbours in
    the same turn, paragraph or row as there is room for; together, all between them.
    """
    if not read.all:
        return 0, min(len(read.passage.text), EXCERPT_CHARACTERS)
    starts, ends = zip(*(_around(read.best(claim), read) for claim in claims), strict=True)
    return min(starts), max(ends)


def _around(best: int, read: Sentences) -> tuple[int, int]:
    text, here = read.passage.text, read.all[best]
    start, end = here.start, here.end
    if end - start > EXCERPT_CHARACTERS:
        return start, start + len(text[start : start + EXCERPT_CHARACTERS].rsplit(" ", 1)[0])
    for neighbour in (*read.all[best + 1 :], *read.all[:best][::-1]):
        longer = max(end, neighbour.end) - min(start, neighbour.start)
        if neighbour.segment == here.segment and longer <= EXCERPT_CHARACTERS:
            start, end = min(start, neighbour.start), max(end, neighbour.end)
    return start, end


def _overlap(words: frozenset[str], wanted: frozenset[str]) -> float:
    return len(words & wanted) / (len(words) + len(wanted)) if words and wanted else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))

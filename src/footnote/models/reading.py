"""The sentences that stand in passages, each with its words, its turn and its speaker. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footnote import sentences
from footnote.passages import Passage
from footnote.words import terms, words


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage: ``passage.text[start:end]``.

    ``n`` is the passage's number, from 1; ``turn`` is the number of its turn, paragraph or row in
    the passage; ``name`` is the folded words of the speaker's name, ``vocabulary`` every folded word
    that counts, those among them.
    """

    n: int
    turn: int
    speaker: str | None
    name: frozenset[str]
    start: int
    end: int
    text: str
    words: tuple[str, ...]
    terms: tuple[str | None, ...]
    vocabulary: frozenset[str]

    @property
    def content(self) -> frozenset[str]:
        """The folded words of the sentence itself, without its speaker's name."""
        return frozenset(term for term in self.terms if term is not None)


def read(passages: Sequence[Passage]) -> list[list[Sentence]]:
    """The sentences of each passage, in order."""
    return [list(_sentences(n, passage)) for n, passage in enumerate(passages, 1)]


def _sentences(n: int, passage: Passage) -> Iterator[Sentence]:
    for turn, (start, end, speaker) in enumerate(_turns(passage)):
        name = frozenset(term for term in terms(["", *words(speaker or "")])[1:] if term is not None)
        for span in sentences.split(passage.text[start:end]):
            text = passage.text[start + span.start : start + span.end]
            found = words(text)
            folded = terms(found)
            yield Sentence(
                n=n,
                turn=turn,
                speaker=speaker,
                name=name,
                start=start + span.start,
                end=start + span.end,
                text=text,
                words=tuple(found),
                terms=tuple(folded),
                vocabulary=name.union(term for term in folded if term is not None),
            )


def _turns(passage: Passage) -> Iterator[tuple[int, int, str | None]]:
    """Where each turn, paragraph or row begins and ends, without the speaker's name before it."""
    begins = [segment.offset for segment in passage.segments] or [0]
    speakers = [segment.speaker for segment in passage.segments] or [None]
    for begin, end, speaker in zip(begins, [*begins[1:], len(passage.text)], speakers, strict=True):
        label = f"{speaker}:"
        named = speaker is not None and passage.text.startswith(label, begin)
        yield begin + len(label) if named else begin, end, speaker

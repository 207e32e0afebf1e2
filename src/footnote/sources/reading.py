"""A document's passages to what is read: its turns, paragraphs or rows, each whole again. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from footnote.passages import Passage, Segment


@dataclass(frozen=True, slots=True)
class Piece:
    """What one passage holds of a part, verbatim."""

    passage_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A turn, paragraph or row as it is read; ``index`` is its number in the document, from 0.

    A turn that is too long for one passage stands in several pieces; what is said in it begins
    behind the speaker's name. Times are seconds from the recording's start.
    """

    index: int
    pieces: tuple[Piece, ...]
    speaker: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(piece.text for piece in self.pieces)


def parts_of(passages: Sequence[Passage]) -> tuple[Part, ...]:
    """The parts of a document, from all its passages in order."""
    parts: list[Part] = []
    for part in (part for passage in passages for part in _parts(passage)):
        if parts and parts[-1].index == part.index:
            before = parts[-1]
            parts[-1] = replace(
                before, pieces=before.pieces + part.pieces, end_s=before.end_s if part.end_s is None else part.end_s
            )
        else:
            parts.append(part)
    return tuple(parts)


def _parts(passage: Passage) -> Iterator[Part]:
    segments = passage.segments or (Segment(0, passage.ordinal),)
    ends = [segment.offset for segment in segments[1:]] + [len(passage.text)]
    for segment, end in zip(segments, ends, strict=True):
        said = _said(passage.text[segment.offset : end], segment.speaker)
        yield Part(
            segment.index,
            (Piece(passage.id, said),),
            speaker=segment.speaker,
            start_s=segment.start_s,
            end_s=segment.end_s,
            page=passage.page,
        )


def _said(text: str, speaker: str | None) -> str:
    """A turn without its speaker's name, which only its first piece has."""
    if speaker is not None and (label := re.match(rf"\s*{re.escape(speaker)}[ \t]*:", text)):
        text = text[label.end() :]
    return text.strip()

"""A document's text to passages of about 150 words that end where a turn, paragraph or row ends: pure.

A passage never crosses a page. Only a turn that is far too long for one passage is cut, at its
sentences. There is no overlap: each word stands in exactly one passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footnote import sentences
from footnote.ingest.content import Unit
from footnote.passages import Passage, Segment

TARGET_WORDS = 150
MOST_WORDS = 220  # of one turn, paragraph or row; a longer one is cut
FEWEST_WORDS = 50  # a heading begins a new passage behind so many; a shorter last passage joins the one before

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit, or the part of one that a passage can hold."""

    unit: Unit
    start: int
    end: int
    words: int


def passages(document_id: str, title: str, text: str, units: Sequence[Unit]) -> tuple[Passage, ...]:
    """The passages of a text, in order; each is ``text[a:b]``, with a segment for each unit in it."""
    pieces = [piece for unit in units for piece in _pieces(text, unit)]
    return tuple(
        Passage(
            id=f"{document_id}#{ordinal}",
            document_id=document_id,
            title=title,
            ordinal=ordinal,
            text=text[group[0].start : group[-1].end],
            segments=tuple(_segment(piece, group[0].start) for piece in group),
            page=group[0].unit.page,
        )
        for ordinal, group in enumerate(_grouped(pieces))
    )


def _segment(piece: _Piece, passage_start: int) -> Segment:
    cues = piece.unit.cues
    ends = [cue.offset for cue in cues[1:]] + [piece.unit.end]
    said = [cue for cue, end in zip(cues, ends, strict=False) if cue.offset < piece.end and end > piece.start]
    return Segment(
        offset=piece.start - passage_start,
        index=piece.unit.index,
        speaker=piece.unit.speaker,
        start_s=said[0].start_s if said else None,
        end_s=max((cue.end_s for cue in said), default=None),
    )


def _grouped(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    groups: list[list[_Piece]] = []
    words = 0
    for piece in pieces:
        if groups and _joins(groups[-1], words, piece):
            groups[-1].append(piece)
            words += piece.words
            continue
        _close(groups)
        groups.append([piece])
        words = piece.words
    _close(groups)
    return groups


def _joins(group: list[_Piece], words: int, piece: _Piece) -> bool:
    """Whether a passage of ``words`` words comes nearer to its aim with ``piece`` in it."""
    if piece.unit.page != group[0].unit.page:
        return False
    if piece.unit.opens and piece.start == piece.unit.start and words >= FEWEST_WORDS:
        return False
    return abs(words + piece.words - TARGET_WORDS) <= abs(words - TARGET_WORDS)


def _close(groups: list[list[_Piece]]) -> None:
    """Let a last passage of a few words join the one before, on the same page, where both fit in one."""
    if len(groups) < 2:  # noqa: PLR2004
        return
    before, last = groups[-2:]
    few = sum(piece.words for piece in last)
    together = sum(piece.words for piece in before) + few
    if few < FEWEST_WORDS and together <= MOST_WORDS and before[0].unit.page == last[0].unit.page:
        before += groups.pop()


def _pieces(text: str, unit: Unit) -> Iterator[_Piece]:
    """The unit whole, or cut at its sentences into parts of like length."""
    words = _words(text, unit.start, unit.end)
    if words <= MOST_WORDS:
        yield _Piece(unit, unit.start, unit.end, words)
        return
    aim = words / round(words / TARGET_WORDS)
    start, so_far = unit.start, 0
    for begin, end in _cuts(text, unit, int(aim)):
        count = _words(text, begin, end)
        if so_far and abs(so_far + count - aim) > abs(so_far - aim):
            yield _piece(text, unit, start, begin, so_far)
            start, so_far = begin, 0
        so_far += count
    yield _piece(text, unit, start, unit.end, so_far)


def _piece(text: str, unit: Unit, start: int, end: int, words: int) -> _Piece:
    return _Piece(unit, start, start + len(text[start:end].rstrip()), words)


def _cuts(text: str, unit: Unit, most: int) -> Iterator[tuple[int, int]]:
    """The unit's sentences without gaps between them; one that is too long itself is cut between words."""
    body = text[unit.start : unit.end]
    begins = [unit.start + span.start for span in sentences.split(body)][1:]
    for start, end in zip([unit.start, *begins], [*begins, unit.end], strict=True):
        words = [found.start() for found in _WORD.finditer(text, start, end)]
        if len(words) <= MOST_WORDS:
            yield start, end
            continue
        inner = words[most::most]
        yield from zip([start, *inner], [*inner, end], strict=True)


def _words(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())

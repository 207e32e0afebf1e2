"""What every loader makes of a file: one normalised text, and where its turns, paragraphs or rows stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from footnote.passages import Kind


@dataclass(frozen=True, slots=True)
class Cue:
    """When a part of a turn was said: from ``offset`` of the document's text on."""

    offset: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A turn, paragraph or row: ``text[start:end]`` of the document's text.

    ``opens`` marks one that begins something new (a heading), where a passage had better begin too.
    """

    start: int
    end: int
    index: int
    speaker: str | None = None
    page: int | None = None
    opens: bool = False
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A file's content. A title of None means that the file names itself nowhere."""

    kind: Kind
    text: str
    units: tuple[Unit, ...]
    title: str | None = None

    @property
    def duration_s(self) -> float | None:
        """Where the last word ends, in seconds, where the file has times."""
        return max((cue.end_s for unit in self.units for cue in unit.cues), default=None)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or row that is not yet in a text."""

    text: str
    page: int | None = None
    heading: bool = False


def composed(blocks: Iterable[Block], *, between: str) -> tuple[str, tuple[Unit, ...]]:
    """The text of the blocks, joined by ``between``, and its units: a heading is one with what follows it."""
    parts: list[str] = []
    units: list[Unit] = []
    heading_at: int | None = None
    heading_page: int | None = None
    length = 0
    for block in blocks:
        if heading_at is not None and block.page != heading_page:
            units.append(Unit(heading_at, length - len(between), len(units), page=heading_page, opens=True))
            heading_at = None
        start, end = length, length + len(block.text)
        parts.append(block.text)
        length = end + len(between)
        if block.heading:
            heading_at = start if heading_at is None else heading_at
            heading_page = block.page
            continue
        opens = heading_at is not None
        units.append(Unit(start if heading_at is None else heading_at, end, len(units), page=block.page, opens=opens))
        heading_at = None
    if heading_at is not None:
        units.append(Unit(heading_at, length - len(between), len(units), page=heading_page, opens=True))
    return between.join(parts), tuple(units)

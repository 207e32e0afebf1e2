"""A ``.md`` file: its source as written, by paragraphs; a heading goes with the paragraph behind it."""

from __future__ import annotations

import re

from footnote.ingest.content import Content, Unit
from footnote.ingest.transcripts import paragraphs
from footnote.passages import Kind

_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(?P<words>[^\n]*)$")
_UNDERLINED = re.compile(r"[ ]{0,3}(?P<words>\S.*)\n[ ]{0,3}(?:=+|-{2,})[ \t]*$")
_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<fields>(?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_TITLE_FIELD = re.compile(r"^title:[ \t]*(?P<words>\S[^\n]*)$", re.MULTILINE)
_MARKUP = re.compile(r"[*_`]+|!?\[(?P<label>[^\]]*)\]\([^)]*\)")


def read(text: str) -> Content:
    """The paragraphs of a Markdown source; its title is that of the front matter, else the first heading."""
    front = _FRONT_MATTER.match(text)
    field = _TITLE_FIELD.search(front["fields"]) if front else None
    begin = front.end() if front else 0
    blocks = [block for unit in paragraphs(text[begin:]) for block in _split_at_headings(text, unit, begin)]
    headings = (words for start, end in blocks if (words := _heading(text[start:end])) is not None)
    title = field["words"].strip("\"' ") if field else next(headings, None)
    return Content(Kind.TEXT, text, _units(text, _fences_joined(text, blocks)), title=title and _words_of(title))


def _split_at_headings(text: str, unit: Unit, begin: int) -> list[tuple[int, int]]:
    """A run of lines, apart where a ``#`` heading stands in it without blank lines around it."""
    blocks: list[tuple[int, int]] = []
    start = end = begin + unit.start
    alone = False
    fenced = False
    for line in text[begin + unit.start : begin + unit.end].split("\n"):
        line_end = end + len(line)
        heading = not fenced and _HEADING.match(line) is not None
        fenced ^= _FENCE.match(line) is not None
        if end > start and (heading or alone):
            blocks.append((start, end - 1))
            start = end
        alone = heading
        end = line_end + 1
    return [*blocks, (start, end - 1)]


def _fences_joined(text: str, blocks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The blocks, with those inside of a code fence made one: a comment in code is no heading."""
    joined: list[tuple[int, int]] = []
    inside = False
    for start, end in blocks:
        if inside:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
        fences = sum(_FENCE.match(line) is not None for line in text[start:end].split("\n"))
        inside ^= fences % 2 == 1
    return joined


def _units(text: str, blocks: list[tuple[int, int]]) -> tuple[Unit, ...]:
    units: list[Unit] = []
    heading_at: int | None = None
    for start, end in blocks:
        if _heading(text[start:end]) is not None:
            heading_at = start if heading_at is None else heading_at
            continue
        units.append(Unit(start if heading_at is None else heading_at, end, len(units), opens=heading_at is not None))
        heading_at = None
    if heading_at is not None:
        units.append(Unit(heading_at, blocks[-1][1], len(units), opens=True))
    return tuple(units)


def _heading(block: str) -> str | None:
    """The words of a block that is a heading, with ``#`` before it or a line under it."""
    found = _HEADING.fullmatch(block) or _UNDERLINED.fullmatch(block)
    return found["words"].rstrip(" \t").rstrip("#").strip() if found else None


def _words_of(title: str) -> str | None:
    """A title without its markup; None where nothing is left."""
    return " ".join(_MARKUP.sub(lambda found: found["label"] or "", title).split()) or None

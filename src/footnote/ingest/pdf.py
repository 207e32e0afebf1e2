"""A ``.pdf`` file: its paragraphs, page by page."""

from __future__ import annotations

import re
import statistics
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from footnote.ingest.content import Block, Content, composed
from footnote.load_errors import LoadError, Reason
from footnote.passages import Kind

MOST_PAGES = 5_000
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_LOCK = threading.Lock()  # PDFium keeps state of the whole process and may be called from one thread at a time

_ANY_NUMBER = re.compile(r"\d+")
_RUNNING = 3  # pages at least that a header or footer stands on
_HYPHEN = "\ufffe"  # where PDFium joined a word that was divided at a line's end
_BULLET = re.compile(r"[-*+•·‣▪–](?:\s|$)|\d{1,3}[.)]\s")  # noqa: RUF001
_NO_TITLE = re.compile(
    r"\(?(?:anonymous|untitled|unspecified)\)?$|Microsoft \w+ - |.*\.(?:docx?|pdf|indd|tex|dvi|html?)$", re.IGNORECASE
)

# Measures of how a page is set, in parts of the usual one
_GAP = 1.25  # more than the usual distance between lines: a new paragraph
_OTHER_SIZE = 0.12  # letters that differ by so much: a heading, or the text behind one
_FULL_LINE = 0.75  # of the longest line: such a line was ended by the page's edge, a shorter one by its writer
_SHORTEST_FULL_LINE = 60  # characters that the longest line has at least: a narrow table's rows aren't full lines
_LONGEST_HEADING = 120


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    bottom: float
    height: float


def read(data: bytes) -> Content:
    """The paragraphs of each page; a passage's page counts from 1."""
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise LoadError(Reason.ENCRYPTED if error.err_code == _PASSWORD else Reason.BROKEN_PDF) from error
        try:
            if len(document) > MOST_PAGES:
                raise LoadError(Reason.PAGES, most=MOST_PAGES)
            title = _title(document)
            pages = [_lines(page) for page in document]
        except pypdfium2.PdfiumError as error:
            raise LoadError(Reason.BROKEN_PAGE) from error
        finally:
            document.close()
    pages = _without_running_lines(pages)
    blocks = [block for number, lines in enumerate(pages, start=1) for block in _blocks(lines, number)]
    if not blocks:
        raise LoadError(Reason.ONLY_PICTURES)
    text, units = composed(blocks, between="\n\n")
    return Content(Kind.PDF, text, units, title=None if not title or _NO_TITLE.match(title) else title)


def _title(document: Any) -> str:
    """The title that the PDF gives itself; none where that isn't text, as a name cut inside of an emoji is not."""
    try:
        return " ".join(document.get_metadata_value("Title").split())
    except UnicodeDecodeError:
        return ""


def _lines(page: Any) -> list[_Line]:
    """A page's lines in reading order, with where they stand and how high their letters are, in points."""
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    placed = text_page.count_chars() == len(text)  # else the places of PDFium's list aren't those of the text
    lines: list[_Line] = []
    start = 0
    for raw in text.split("\n"):
        words = " ".join(raw.replace(_HYPHEN, "").replace("\x00", "").split())
        if words:
            first = start + len(raw) - len(raw.lstrip())
            box = text_page.get_charbox(first, loose=True) if placed else (0.0, 0.0, 0.0, 0.0)
            lines.append(_Line(words, box[1], box[3] - box[1]))
        start += len(raw) + 1
    return lines


def _without_running_lines(pages: list[list[_Line]]) -> list[list[_Line]]:
    """The pages without what stands at the edge of most of them, but for its number: headers and footers."""
    edges = Counter(words for lines in pages for words in {_ANY_NUMBER.sub("#", line.text) for line in _edge(lines)})
    running = {words for words, count in edges.items() if count >= _RUNNING and count > len(pages) / 2}
    kept: list[list[_Line]] = []
    for lines in pages:
        edge = _edge(lines)
        kept.append([line for line in lines if line not in edge or _ANY_NUMBER.sub("#", line.text) not in running])
    return kept


def _edge(lines: list[_Line]) -> list[_Line]:
    return [*lines[:2], *lines[-2:]]


def _blocks(lines: list[_Line], page: int) -> Iterator[Block]:
    """A page's paragraphs: told apart by the space between lines, the size of the letters and short last lines."""
    if not lines:
        return
    height = statistics.median(line.height for line in lines)
    steps = [a.bottom - b.bottom for a, b in pairwise(lines) if 0 < a.bottom - b.bottom < 3 * height]
    step = min(statistics.median(steps), 2 * height) if steps else 0.0
    longest = max(_SHORTEST_FULL_LINE, *(len(line.text) for line in lines))
    paragraph = [lines[0]]
    for line in lines[1:]:
        if _begins(line, paragraph[-1], step=step, longest=longest):
            yield _block(paragraph, page, height=height, longest=longest)
            paragraph = []
        paragraph.append(line)
    yield _block(paragraph, page, height=height, longest=longest)


def _begins(line: _Line, before: _Line, *, step: float, longest: int) -> bool:
    """Whether a line begins a paragraph."""
    down = before.bottom - line.bottom
    if step and (down > _GAP * step or down < 0):
        return True
    if abs(line.height - before.height) > _OTHER_SIZE * max(line.height, before.height):
        return True
    ended = before.text[-1] in ".!?:" and len(before.text) < _FULL_LINE * longest
    return ended and not line.text[0].islower()


def _block(lines: list[_Line], page: int, *, height: float, longest: int) -> Block:
    text = lines[0].text
    for before, line in pairwise(lines):
        wrapped = len(before.text) >= _FULL_LINE * longest and not _BULLET.match(line.text)
        text += (" " if wrapped else "\n") + line.text
    larger = lines[0].height > (1 + _OTHER_SIZE) * height
    return Block(text, page=page, heading=larger and len(text) <= _LONGEST_HEADING)

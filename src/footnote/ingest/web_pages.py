"""An ``.html`` file: the paragraphs that a reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import TYPE_CHECKING

from footnote.ingest.content import Block, Content, composed
from footnote.ingest.decoding import decode
from footnote.passages import Kind

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form header "
    "hr li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_CELLS = frozenset(["td", "th"])
_UNSEEN = frozenset(
    "script style template noscript head title svg math iframe object select button textarea audio video".split()
)


class _Mark(Enum):
    """What stands between the words of a page."""

    BREAK = auto()
    HEADING = auto()
    CELL = auto()
    LINE = auto()


def read(data: bytes) -> Content:
    """The blocks of a page, one paragraph each, white space as a browser shows it; ``<title>``, else ``<h1>``."""
    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    soup = BeautifulSoup(decode(data, declared=declared), "lxml")
    titles = [_shown(element.get_text(" ")) for element in (soup.title, soup.find("h1")) if element is not None]
    text, units = composed(_blocks(_seen(soup)), between="\n\n")
    return Content(Kind.TEXT, text, units, title=next(filter(None, titles), None))


def _seen(soup: BeautifulSoup) -> Iterator[str | _Mark]:
    """The words of a page and what stands between them, in order.

    One pass over all nodes, without recursion and without changing the tree: a page may hold
    any number of elements, as deep as it likes.
    """
    from bs4.element import CData, NavigableString, Tag

    open_elements: list[Tag] = []
    unseen = 0
    for node in soup.descendants:
        while open_elements and open_elements[-1] is not node.parent:
            name = open_elements.pop().name
            unseen -= name in _UNSEEN
            yield from _behind(name)
        if isinstance(node, Tag):
            open_elements.append(node)
            unseen += node.name in _UNSEEN
            yield from _before(node.name)
        elif not unseen and type(node) in {NavigableString, CData}:  # its other kinds are comments and the like
            yield str(node)


def _before(name: str) -> Iterator[_Mark]:
    if name in _BLOCKS:
        yield _Mark.BREAK
    if name in _HEADINGS:
        yield _Mark.HEADING
    if name == "br":
        yield _Mark.LINE


def _behind(name: str) -> Iterator[_Mark]:
    if name in _BLOCKS:
        yield _Mark.BREAK
    if name in _CELLS:
        yield _Mark.CELL


def _blocks(seen: Iterable[str | _Mark]) -> Iterator[Block]:
    """Paragraphs, each of lines, each of cells."""
    lines: list[list[str]] = [[""]]
    heading = False
    for part in [*seen, _Mark.BREAK]:
        match part:
            case str():
                lines[-1][-1] += part
            case _Mark.HEADING:
                heading = True
            case _Mark.CELL:
                lines[-1].append("")
            case _Mark.LINE:
                lines.append([""])
            case _Mark.BREAK:
                rows = [" | ".join(filter(None, map(_shown, cells))) for cells in lines]
                text = "\n".join(filter(None, rows))
                if text:
                    yield Block(text, heading=heading)
                lines, heading = [[""]], False


def _shown(text: str) -> str:
    """The text with its white space as a browser shows it."""
    return " ".join(text.split())

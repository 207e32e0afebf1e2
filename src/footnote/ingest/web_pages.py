"""An ``.html`` file: the paragraphs that a reader sees."""

from __future__ import annotations

from footnote.ingest.content import Block, Content, composed
from footnote.ingest.decoding import decode
from footnote.passages import Kind

# Private-use characters stand where a block begins or ends: no text that is meant to be read holds them.
_BREAK, _HEADING, _CELL, _LINE = "\ue000", "\ue001", "\ue002", "\ue003"
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_BLOCKS = [
    *(
        "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form"
    ).split(),
    *("header hr li main nav ol p pre section summary table tbody tfoot thead tr ul").split(),
]
_UNSEEN = ["script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object", "select", "button"]


def read(data: bytes) -> Content:
    """The blocks of a page, one paragraph each, white space as a browser shows it; ``<title>``, else ``<h1>``."""
    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    soup = BeautifulSoup(decode(data, declared=declared), "lxml")
    heading = soup.find("h1")
    titles = [element.get_text(" ") for element in (soup.title, heading) if element is not None]
    title = next((shown for shown in map(_shown, titles) if shown), None)
    for element in soup(_UNSEEN):
        element.extract()
    for element in soup(["td", "th"]):
        element.append(_CELL)
    for element in soup("br"):
        element.replace_with(_LINE)
    for element in soup([*_BLOCKS, *_HEADINGS]):
        element.insert_before(_BREAK + (_HEADING if element.name in _HEADINGS else ""))
        element.insert_after(_BREAK)
    blocks = [block for piece in soup.get_text().split(_BREAK) if (block := _block(piece)) is not None]
    text, units = composed(blocks, between="\n\n")
    return Content(Kind.TEXT, text, units, title=title)


def _block(piece: str) -> Block | None:
    lines = []
    for line in piece.split(_LINE):
        cells = [shown for cell in line.split(_CELL) if (shown := _shown(cell))]
        if cells:
            lines.append(" | ".join(cells))
    return Block("\n".join(lines), heading=_HEADING in piece) if lines else None


def _shown(text: str) -> str:
    """The text with its white space as a browser shows it, without the marks put in here."""
    for mark in (_BREAK, _HEADING, _CELL, _LINE):
        text = text.replace(mark, " ")
    return " ".join(text.split())

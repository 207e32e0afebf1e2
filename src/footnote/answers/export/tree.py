"""An answer's safe HTML as a tree whose markers lead to footnotes: what HTML and Word are written from."""

from __future__ import annotations

import re

from lxml import html
from lxml.html import HtmlElement, builder

from footnote.answers.export.manuscript import Footnotes, Turn
from footnote.answers.markdown import render

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ONLY_ON_THE_PAGE = ("tabindex", "role", "target", "data-n")


def tree(turn: Turn, notes: Footnotes) -> HtmlElement:
    """The answer below one ``div``."""
    body = html.fragment_fromstring(legal(render(legal(turn.outcome.text))), create_parent="div")
    for cites in list(body.iter("span")):
        if cites.get("class") == "cites":
            _refer(cites, turn, notes)
    for element in body.iter():
        for name in _ONLY_ON_THE_PAGE:
            element.attrib.pop(name, None)
    return body


def legal(text: str) -> str:
    """The text without what no XML may hold: control characters, halves of surrogate pairs."""
    return _NOT_IN_XML.sub("", text)


def _refer(cites: HtmlElement, turn: Turn, notes: Footnotes) -> None:
    """Put references to footnotes in the place of a marker's links."""
    named = [int(link.get("data-n", "0")) for link in cites.iter("a")]
    given = [number for n in named if (number := notes.number(turn, n)) is not None]
    # The page keeps a chip to the word before it by a blank inside; a raised number follows its word at once.
    blank = " " if cites.find("span") is not None else ""
    tail = cites.tail
    cites.clear()
    cites.tail = tail
    if not given:
        cites.text = f"{blank}[{', '.join(map(str, named))}]"
        return
    cites.tag = "sup"
    for number in given:
        reference = builder.A(str(number), href=f"#note-{number}")
        reference.tail = "" if number == given[-1] else ", "
        cites.append(reference)

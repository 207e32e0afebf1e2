"""Words within a paragraph of a Word document: emphasis, links, references to footnotes, formulas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml.html import HtmlElement

from footnote.answers.export.omml import omml

CODE_FONT = "Consolas"
_BOOKMARK = "note_{}"  # Word takes no hyphen in the name of a bookmark


@dataclass(frozen=True, slots=True)
class _Look:
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    raised: bool = False


def xml(shown: Paragraph | Run | Table) -> Any:
    """The element behind a paragraph, a run or a table: for what python-docx has no words of its own."""
    return shown._element  # noqa: SLF001 - there is no public way to it


def add_runs(paragraph: Paragraph, written: HtmlElement | Iterable[HtmlElement], *, bold: bool = False) -> None:
    """What stands in an element, with its emphasis."""
    _add(paragraph, xml(paragraph), written, _Look(bold=bold))


def add_text(paragraph: Paragraph, text: str | None) -> None:
    """Plain words; line breaks are blanks, as in HTML."""
    _add_run(paragraph, xml(paragraph), text, _Look())


def add_link(paragraph: Paragraph, address: str) -> None:
    """An address that can be followed."""
    _add_run(paragraph, _link(paragraph, xml(paragraph), address), address, _Look())


def add_formula(paragraph: Paragraph, written: HtmlElement) -> None:
    """A formula as Word's own, or its source where it is no formula after all."""
    for part in written:
        if part.tag == "math":
            xml(paragraph).append(omml(part))
        else:
            add_text(paragraph, part.text_content())


def bookmark(paragraph: Paragraph, number: int) -> None:
    """Mark a paragraph as the note that references lead to."""
    for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(kind)
        mark.set(qn("w:id"), str(number))
        if kind == "w:bookmarkStart":
            mark.set(qn("w:name"), _BOOKMARK.format(number))
        xml(paragraph).append(mark)


def _add(paragraph: Paragraph, place: Any, written: HtmlElement | Iterable[HtmlElement], look: _Look) -> None:
    if not isinstance(written, HtmlElement):
        for part in written:
            _add_part(paragraph, place, part, look)
        return
    _add_run(paragraph, place, written.text, look)
    for part in written:
        _add_part(paragraph, place, part, look)
        _add_run(paragraph, place, part.tail, look)


def _add_part(paragraph: Paragraph, place: Any, part: HtmlElement, look: _Look) -> None:
    match part.tag:
        case "strong":
            _add(paragraph, place, part, replace(look, bold=True))
        case "em":
            _add(paragraph, place, part, replace(look, italic=True))
        case "s":
            _add(paragraph, place, part, replace(look, strike=True))
        case "code":
            _add(paragraph, place, part, replace(look, code=True))
        case "sup":
            _add(paragraph, place, part, replace(look, raised=True))
        case "a":
            _add(paragraph, _link(paragraph, place, part.get("href", "")), part, look)
        case "br":
            paragraph.add_run().add_break()
        case "span" if part.get("class") == "formula":
            add_formula(paragraph, part)
        case _:
            _add(paragraph, place, part, look)


def _add_run(paragraph: Paragraph, place: Any, text: str | None, look: _Look) -> None:
    if not text:
        return
    run = paragraph.add_run(text.replace("\n", " "))
    place.append(xml(run))
    run.bold = look.bold or None
    run.italic = look.italic or None
    run.font.strike = look.strike or None
    run.font.superscript = look.raised or None
    if look.code:
        run.font.name = CODE_FONT


def _link(paragraph: Paragraph, place: Any, href: str) -> Any:
    """What makes runs a link: to a note of this document, or to an address that the answer names."""
    link = OxmlElement("w:hyperlink")
    if href.startswith("#"):
        link.set(qn("w:anchor"), href.removeprefix("#").replace("-", "_"))
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    place.append(link)
    return link

"""An answer's blocks in a Word document: headings, paragraphs, lists, tables, code."""

from __future__ import annotations

from collections.abc import Iterable

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml.html import HtmlElement

from footnote.answers.export.word_body import Body
from footnote.answers.export.word_runs import CODE_FONT, add_formula, add_runs, add_text, xml

_HEADINGS = {"h3": 2, "h4": 3, "h5": 4, "h6": 5}
_DEEPEST_LIST = 3
_SHADE = "F4F4F1"


def add_blocks(body: Body, container: Iterable[HtmlElement], style: str | None = None) -> None:
    """Write blocks one below another, in the style of what they stand in."""
    for block in container:
        match block.tag:
            case "h3" | "h4" | "h5" | "h6":
                add_runs(body.heading("", _HEADINGS[block.tag]), block)
            case "ul" | "ol":
                _add_list(body, block, depth=1)
            case "blockquote":
                add_blocks(body, block, "Quote")
            case "pre":
                _add_code(body, block)
            case "div" if block.get("class") == "formula":
                add_formula(body.paragraph(style), block)
            case "div":
                add_blocks(body, block, style)
            case "table":
                _add_table(body, block)
            case "hr":
                add_text(body.paragraph(), "* * *")
            case _:
                add_runs(body.paragraph(style), block)


def _add_list(body: Body, items: HtmlElement, depth: int) -> None:
    ordered = items.tag == "ol"
    kind = "List Number" if ordered else "List Bullet"
    style = kind if depth == 1 else f"{kind} {min(depth, _DEEPEST_LIST)}"
    numbering = body.numbering(style, int(items.get("start", "1"))) if ordered else None
    for item in items:
        paragraph = body.paragraph(style)
        if numbering is not None:
            _number(paragraph, numbering)
        _add_item(body, paragraph, item, depth)


def _add_item(body: Body, paragraph: Paragraph, item: HtmlElement, depth: int) -> None:
    """An item's own words in its paragraph; further blocks below it, lists one level deeper."""
    words = (item.text or "").lstrip().rstrip("\n")
    add_text(paragraph, words)
    is_first = not words
    for part in item:
        if part.tag in ("ul", "ol"):
            _add_list(body, part, depth + 1)
        elif part.tag == "p" and is_first:
            add_runs(paragraph, part)
        elif part.tag in ("p", "pre", "div", "blockquote", "table", "hr", *_HEADINGS):
            add_blocks(body, [part], "List Continue")
        else:
            add_runs(paragraph, [part])
            add_text(paragraph, (part.tail or "").rstrip("\n"))
        is_first = False


def _number(paragraph: Paragraph, numbering: int) -> None:
    properties = xml(paragraph).get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering


def _add_code(body: Body, block: HtmlElement) -> None:
    """Lines of code in one paragraph, which no page break parts from its background."""
    paragraph = body.paragraph()
    paragraph.add_run(block.text_content().rstrip("\n")).font.name = CODE_FONT
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), _SHADE)
    xml(paragraph).get_or_add_pPr().append(shade)


def _add_table(body: Body, block: HtmlElement) -> None:
    rows = list(block.iter("tr"))
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    table = body.table(len(rows), columns)
    for made, row in zip(xml(table).tr_lst, rows, strict=True):
        for cell, written in zip(made.tc_lst, row, strict=False):
            add_runs(_Cell(cell, table).paragraphs[0], written, bold=written.tag == "th")
    body.paragraph()

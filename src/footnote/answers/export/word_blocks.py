"""An answer's blocks in a Word document: headings, paragraphs, lists, tables, code."""

from __future__ import annotations

from collections.abc import Iterable

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml.html import HtmlElement

from footnote.answers.export.word_runs import CODE_FONT, add_formula, add_runs, add_text, xml

_HEADINGS = {"h3": 2, "h4": 3, "h5": 4, "h6": 5}
_DEEPEST_LIST = 3
_SHADE = "F4F4F1"


def add_blocks(document: Document, container: Iterable[HtmlElement], style: str | None = None) -> None:
    """Write blocks one below another, in the style of what they stand in."""
    for block in container:
        match block.tag:
            case "h3" | "h4" | "h5" | "h6":
                add_runs(document.add_heading("", _HEADINGS[block.tag]), block)
            case "ul" | "ol":
                _add_list(document, block, depth=1)
            case "blockquote":
                add_blocks(document, block, "Quote")
            case "pre":
                _add_code(document, block)
            case "div" if block.get("class") == "formula":
                add_formula(document.add_paragraph(style=style), block)
            case "div":
                add_blocks(document, block, style)
            case "table":
                _add_table(document, block)
            case "hr":
                document.add_paragraph("* * *")
            case _:
                add_runs(document.add_paragraph(style=style), block)


def _add_list(document: Document, items: HtmlElement, depth: int) -> None:
    ordered = items.tag == "ol"
    kind = "List Number" if ordered else "List Bullet"
    style = kind if depth == 1 else f"{kind} {min(depth, _DEEPEST_LIST)}"
    numbering = _restarted(document, style, int(items.get("start", "1"))) if ordered else None
    for item in items:
        paragraph = document.add_paragraph(style=style)
        if numbering is not None:
            _number(paragraph, numbering)
        _add_item(document, paragraph, item, depth)


def _add_item(document: Document, paragraph: Paragraph, item: HtmlElement, depth: int) -> None:
    """An item's own words in its paragraph; further blocks below it, lists one level deeper."""
    words = (item.text or "").lstrip().rstrip("\n")
    add_text(paragraph, words)
    is_first = not words
    for part in item:
        if part.tag in ("ul", "ol"):
            _add_list(document, part, depth + 1)
        elif part.tag == "p" and is_first:
            add_runs(paragraph, part)
        elif part.tag in ("p", "pre", "div", "blockquote", "table", "hr", *_HEADINGS):
            add_blocks(document, [part], "List Continue")
        else:
            add_runs(paragraph, [part])
            add_text(paragraph, (part.tail or "").rstrip("\n"))
        is_first = False


def _restarted(document: Document, style: str, start: int) -> int:
    """A numbering that begins anew: every list of one style would go on counting otherwise."""
    numbering = document.part.numbering_part.element
    properties = document.styles[style].element.pPr
    kept = numbering.num_having_numId(properties.numPr.numId.val)
    made = numbering.add_num(kept.abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(made.numId)


def _number(paragraph: Paragraph, numbering: int) -> None:
    properties = xml(paragraph).get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering


def _add_code(document: Document, block: HtmlElement) -> None:
    """Lines of code in one paragraph, which no page break parts from its background."""
    paragraph = document.add_paragraph()
    paragraph.add_run(block.text_content().rstrip("\n")).font.name = CODE_FONT
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), _SHADE)
    xml(paragraph).get_or_add_pPr().append(shade)


def _add_table(document: Document, block: HtmlElement) -> None:
    rows = list(block.iter("tr"))
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    table = document.add_table(len(rows), columns, style="Table Grid")
    for at, row in enumerate(rows):
        for cell, written in zip(table.rows[at].cells, row, strict=False):
            add_runs(cell.paragraphs[0], written, bold=written.tag == "th")
    document.add_paragraph()

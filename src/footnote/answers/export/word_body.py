"""The body of a Word document, written one block below another in the time that each block takes.

python-docx looks through the whole document for the place of each paragraph, and through all styles for its
look: an answer of many short paragraphs took it a minute. Here the end and the styles are found once.
"""

from __future__ import annotations

import time
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.numbering import CT_Num
from docx.table import Table
from docx.text.paragraph import Paragraph

from footnote.answers.export.word_runs import xml

BREATH = 20
"""Paragraphs that are written at once, some 5 ms: streams share the thread with it."""


class Body:
    """Where the blocks of a document go."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._end: Any = document.element.body.sectPr
        self._styles: dict[str, str] = {}
        self._lists: dict[str, int] = {}
        self._numbering: Any = document.part.numbering_part.element.num_lst[-1]
        self._paragraphs = 0

    def paragraph(self, style: str | None = None) -> Paragraph:
        """A new paragraph below all others."""
        made: Any = OxmlElement("w:p")
        if style is not None:
            made.style = self._style(style)
        self._end.addprevious(made)
        self._paragraphs += 1
        if self._paragraphs % BREATH == 0:
            time.sleep(0)
        return Paragraph(made, self._document)

    def heading(self, text: str, level: int) -> Paragraph:
        """A heading; the one of level 0 is the document's title."""
        made = self.paragraph(f"Heading {level}" if level else "Title")
        made.add_run(text)
        return made

    def table(self, rows: int, columns: int) -> Table:
        """A table with lines around its empty cells."""
        made: Table = self._document.add_table(rows, columns)
        xml(made).tblStyle_val = self._style("Table Grid")
        return made

    def numbering(self, style: str, start: int) -> int:
        """A numbering that begins anew: every list of one style would go on counting otherwise."""
        if style not in self._lists:
            used = self._document.styles[style].element.pPr.numPr.numId.val
            kept = self._document.part.numbering_part.element.num_having_numId(used)
            self._lists[style] = kept.abstractNumId.val
        new: Any = CT_Num.new  # without types
        made = new(int(self._numbering.numId) + 1, self._lists[style])
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        self._numbering.addnext(made)
        self._numbering = made
        return int(made.numId)

    def _style(self, name: str) -> str:
        if name not in self._styles:
            self._styles[name] = self._document.styles[name].style_id
        return self._styles[name]

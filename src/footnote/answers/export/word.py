"""A manuscript as a Word document: real headings, lists and tables, and the footnotes as a list at the end.

python-docx writes no footnotes of Word's own kind. A reference is a raised number that links to its note.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from footnote.answers.export.manuscript import Footnote, Footnotes, Manuscript, Turn, Words
from footnote.answers.export.tree import legal, tree

if TYPE_CHECKING:
    from docx.document import Document

TITLE_LENGTH = 255
"""Characters that a document's title may have."""


def word(manuscript: Manuscript, words: Words) -> bytes:
    """The document as a file's bytes."""
    import docx

    document = docx.Document()
    document.core_properties.title = legal(manuscript.title)[:TITLE_LENGTH]
    document.core_properties.author = "Footnote"
    if not manuscript.bare:
        document.add_heading(legal(manuscript.title), 0)
    notes = Footnotes()
    for turn in manuscript.turns:
        _add_turn(document, turn, notes, words, bare=manuscript.bare)
    if notes.all:
        document.add_heading(words("export.sources"), 1)
    for note in notes.all:
        _add_note(document, note, words)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add_turn(document: Document, turn: Turn, notes: Footnotes, words: Words, *, bare: bool) -> None:
    from footnote.answers.export.word_blocks import add_blocks

    if not bare:
        document.add_heading(legal(turn.answer.query), 1)
        document.add_paragraph(f"{turn.heading(words)} · {legal(turn.origin())}", style="Subtitle")
    add_blocks(document, tree(turn, notes))
    if remark := turn.remark(words):
        document.add_paragraph().add_run(legal(remark)).italic = True


def _add_note(document: Document, note: Footnote, words: Words) -> None:
    from footnote.answers.export.word_runs import bookmark

    head = document.add_paragraph()
    bookmark(head, note.number)
    head.add_run(f"{note.number}. ")
    head.add_run(legal(note.citation.recording_title)).bold = True
    head.add_run(legal("".join(f", {part}" for part in note.place(words))))
    head.paragraph_format.keep_with_next = True
    document.add_paragraph(legal(note.citation.excerpt.strip()), style="Quote")

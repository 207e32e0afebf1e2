"""A manuscript as a Word document: real headings, lists and tables, and the footnotes as a list at the end.

python-docx writes no footnotes of Word's own kind. A reference is a raised number that links to its note.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from footnote.answers.export.manuscript import Footnote, Footnotes, Manuscript, Turn, Words
from footnote.answers.export.tree import legal, tree

if TYPE_CHECKING:
    from footnote.answers.export.word_body import Body

TITLE_LENGTH = 255
"""Characters that a document's title may have."""


def word(manuscript: Manuscript, words: Words) -> bytes:
    """The document as a file's bytes."""
    import docx

    from footnote.answers.export.word_body import Body

    document = docx.Document()
    document.core_properties.title = legal(manuscript.title)[:TITLE_LENGTH]
    document.core_properties.author = "Footnote"
    body = Body(document)
    if not manuscript.bare:
        body.heading(legal(manuscript.title), 0)
    notes = Footnotes()
    for turn in manuscript.turns:
        _add_turn(body, turn, notes, words, bare=manuscript.bare)
    if notes.all:
        body.heading(words("export.sources"), 1)
    for note in notes.all:
        _add_note(body, note, words)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add_turn(body: Body, turn: Turn, notes: Footnotes, words: Words, *, bare: bool) -> None:
    from footnote.answers.export.word_blocks import add_blocks

    if not bare:
        body.heading(legal(turn.answer.query), 1)
        body.paragraph("Subtitle").add_run(f"{turn.heading(words)} · {legal(turn.origin())}")
    add_blocks(body, tree(turn, notes))
    if remark := turn.remark(words):
        body.paragraph().add_run(legal(remark)).italic = True


def _add_note(body: Body, note: Footnote, words: Words) -> None:
    from footnote.answers.export.word_runs import add_link, bookmark

    head = body.paragraph()
    bookmark(head, note.number)
    head.add_run(f"{note.number}. ")
    head.add_run(legal(note.citation.recording_title)).bold = True
    head.add_run(legal("".join(f", {part}" for part in note.place(words))))
    if url := legal(note.citation.url or ""):
        head.add_run(", ")
        add_link(head, url)
    if excerpt := legal(note.citation.excerpt.strip()):
        head.paragraph_format.keep_with_next = True
        body.paragraph("Quote").add_run(excerpt)

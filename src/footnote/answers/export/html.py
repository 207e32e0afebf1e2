"""A manuscript as one HTML document that needs nothing else: no script, no request, made to be printed."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from lxml import etree

from footnote.answers.export.manuscript import Footnote, Footnotes, Manuscript, Turn, Words
from footnote.answers.export.tree import legal, tree

_NOTHING_FROM_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'"


def html(manuscript: Manuscript, words: Words) -> str:
    """The whole document."""
    notes = Footnotes()
    title = escape(legal(manuscript.title))
    head = "" if manuscript.bare else f"<h1>{title}</h1>\n"
    turns = "\n".join(_turn(turn, notes, words, bare=manuscript.bare) for turn in manuscript.turns)
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_FROM_OUTSIDE}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n{head}{turns}\n{_footnotes(notes, words)}</body>\n</html>\n"
    )


def _turn(turn: Turn, notes: Footnotes, words: Words, *, bare: bool) -> str:
    asked = "" if bare else f'<h2 dir="auto">{_text(turn.answer.query)}</h2>\n{_origin(turn, words)}'
    answer = str(etree.tostring(tree(turn, notes), encoding="unicode", method="html"))
    remark = turn.remark(words)
    told = f'<p class="remark">{_text(remark)}</p>\n' if remark else ""
    return f'<article>\n{asked}<div class="answer" dir="auto">{answer}</div>\n{told}</article>'


def _origin(turn: Turn, words: Words) -> str:
    return f'<p class="origin">{_text(turn.heading(words))} · {_text(turn.origin())}</p>\n'


def _footnotes(notes: Footnotes, words: Words) -> str:
    if not notes.all:
        return ""
    items = "\n".join(_footnote(note, words) for note in notes.all)
    return f'<section class="notes">\n<h2>{_text(words("export.sources"))}</h2>\n<ol>\n{items}\n</ol>\n</section>\n'


def _footnote(note: Footnote, words: Words) -> str:
    title = f"<strong>{_text(note.citation.recording_title)}</strong>"
    url = _text(note.citation.url or "")
    address = [f'<a href="{url}" rel="noreferrer">{url}</a>'] if url else []
    head = ", ".join([title, *map(_text, note.place(words)), *address])
    excerpt = _text(note.citation.excerpt.strip())
    quoted = f'<blockquote dir="auto">{excerpt}</blockquote>' if excerpt else ""
    return f'<li id="note-{note.number}"><p>{head}</p>{quoted}</li>'


def _text(text: str) -> str:
    return escape(legal(text))


@cache
def _style() -> str:
    return Path(__file__).with_name("document.css").read_text("utf-8")

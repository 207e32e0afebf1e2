"""Quotes as Markdown in which a source's own characters are only characters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footnote.models.selection import Quote
from footnote.passages import Scope

NOTHING_FITS = (
    "Nothing in the documents searched answers this question. "
    "Try other words, perhaps those that the documents use themselves, or search more documents."
)
NOTHING_LEFT = (
    "No document was searched: the filter of this question leaves none. "
    "Take a part of the filter away, or search all documents."
)
NOTHING_THERE = "No document was searched: the library is empty."

# Whatever can begin markup anywhere in a line: emphasis, code, links, markers, tables, HTML, formulas.
# A closing bracket is harmless when none was opened, and escaped it would end a formula: "\[x\]" is one.
# An ampersand does where it writes a character ("&amp;"), and not in "AT&T".
_MARKUP = re.compile(r"[\\`*_\[<>|~$^]|&(?=#?\w+;)")
_BEFORE_BRACKET = re.compile(r"\\(?=[\[\]()])")
# What can only at a line's beginning: headings, lists, rules, quotes.
_BEGINS = re.compile(r"[#+\-=:]|\d{1,9}(?=[.)])")
_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_PIECE = re.compile(r"\s*\S+|\s+")


def write(quotes: Sequence[Quote], *, listed: bool = False) -> str:
    """The answer: the best quote as a paragraph, the others as a list, or all ``listed``; each with its ``[n]``."""
    if not quotes:
        return NOTHING_FITS
    if listed:
        return "\n".join(f"- {_line(quote)}" for quote in quotes)
    best, *others = (_line(quote) for quote in quotes)
    return "\n\n".join([best, "\n".join(f"- {line}" for line in others)] if others else [best])


def nothing_searched(scope: Scope) -> str:
    """Why there was nothing to quote from."""
    return NOTHING_LEFT if scope.total else NOTHING_THERE


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of a word each, with the white space before it; together they are the text."""
    return (found.group() for found in _PIECE.finditer(text))


def escape(text: str) -> str:
    """The text so that Markdown shows it as it stands, in one line.

    A line break inside (a line that was only wrapped) becomes a blank.
    """
    line = _MARKUP.sub(_escaped, _BREAK.sub(" ", text.strip()))
    begins = _BEGINS.match(line)
    if begins is None:
        return line
    if line[0].isdigit():
        return f"{begins.group()}\\{line[begins.end() :]}"
    return "\\" + line


def _escaped(found: re.Match[str]) -> str:
    # Two backslashes before a bracket would be read as a formula's end by those that look for "\]" alone.
    if _BEFORE_BRACKET.match(found.string, found.start()):
        return "&#92;"
    return "\\" + found.group()


def _line(quote: Quote) -> str:
    said = escape(quote.text)
    return f"**{escape(quote.speaker)}**: {said} [{quote.n}]" if quote.speaker else f"{said} [{quote.n}]"

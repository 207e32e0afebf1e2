"""What a conversation is called, and the words that it is found by: pure."""

from __future__ import annotations

import unicodedata

TITLE_LENGTH = 80


def title_of(query: str) -> str:
    """A conversation's title from its first question: one line, cut at a word."""
    line = " ".join(query.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def folded(text: str) -> str:
    """A text in the one form in which words are compared: case and ways of writing an accent don't count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def words_of(search: str) -> list[str]:
    """What is looked for, each word once; all of them have to occur."""
    return list(dict.fromkeys(folded(search).split()))

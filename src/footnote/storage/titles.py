"""What a conversation is called, and the words that it is found by: pure."""

from __future__ import annotations

import re
import unicodedata

TITLE_LENGTH = 80
MOST_WORDS = 32
"""Of one search: each costs a look at every conversation."""

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""What is no text: Postgres takes no zero, and no database the half of a pair."""


def title_of(query: str) -> str:
    """A conversation's title from its first question: one line, cut at a word."""
    line = " ".join(query.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def folded(text: str) -> str:
    """A text in the one form in which words are compared: case and ways of writing an accent don't count."""
    if text.isascii():
        return text.lower().replace("\0", " ")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", _NO_TEXT.sub(" ", text)).casefold())


def words_of(search: str) -> list[str]:
    """What is looked for, each word once, of a long text the first ``MOST_WORDS``; all of them have to occur."""
    return list(dict.fromkeys(folded(search).split()))[:MOST_WORDS]

"""What a question asks for: its words, and which of them carry it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.storage.full_text import words
from footnote.words import STOP_WORDS, fold

MOST_WORDS = 48
"""Of a question that are looked up; of a longer text its longest, since frequent words are short (Zipf 1935)."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read.

    ``words`` are those to be looked up, each under what it is compared by. ``order`` is the
    whole question in its order, as what it is compared by.
    """

    words: dict[str, str]
    order: tuple[str, ...]


def read(text: str) -> Query:
    """Any text as a query. One of nothing but stop words is asked for with them."""
    found = words(text)
    shouted = text.isupper()
    carrying = [word for place, word in enumerate(found) if _carries(word, first=place == 0, shouted=shouted)]
    chosen = {fold(word): word for word in reversed(carrying or found)}
    kept = sorted(chosen.items(), key=lambda item: -len(item[1]))[:MOST_WORDS]
    return Query(words=dict(kept), order=tuple(fold(word) for word in found))


def _carries(word: str, *, first: bool, shouted: bool) -> bool:
    """Whether a word says what a question is about.

    "US", "IT" and the "A" of "What did A think?" do: a stop word all in capitals is a name,
    but for "I", the "A" that begins a sentence, and a text that is all in capitals.
    """
    if word.lower() not in STOP_WORDS:
        return True
    return word.isupper() and word != "I" and not shouted and not (first and len(word) == 1)

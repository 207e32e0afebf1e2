"""How text is put into a database's full-text index, and how words are asked of it: pure.

SQLite's unicode61 tokenizer takes a run of letters and digits for a word and porter folds its
ending; Postgres gets words that are folded here, and takes them as they are. Either takes a whole
run of Chinese or Japanese for one word; so each such character stands alone in the index, and a
run of them is asked for as phrases of two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from footnote.words import fold

TITLE_WEIGHT = 1.0
SPEAKER_WEIGHT = 0.5
TEXT_WEIGHT = 1.0

MOST_PARTS = 64
"""Of one expression: each costs a walk through the index, and a long run of unspaced writing has thousands."""

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CHARACTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+|[{_UNSPACED}]+")
_BETWEEN_ASCII = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})


def indexed(text: str) -> str:
    """A text as it goes into the index."""
    if text.isascii():
        return text
    return _CHARACTER.sub(r" \g<0> ", unicodedata.normalize("NFC", text))


def words(text: str) -> list[str]:
    """The words of a text as the index sees them; of unspaced writing, whole runs."""
    if text.isascii():  # a tenth of the expression's time, and most of what is searched
        return text.translate(_BETWEEN_ASCII).split()
    return _WORD.findall(unicodedata.normalize("NFC", text))


def match(words: Iterable[str]) -> str:
    """The FTS5 expression for passages that hold any of the words.

    Each is a quoted string of letters and digits, so that nothing in a question is an operator.
    """
    parts = dict.fromkeys(part for word in words for part in phrases(word))
    return " OR ".join(f'"{part}"' for part in list(parts)[:MOST_PARTS])


def phrases(word: str) -> list[str]:
    """What a word is asked for by: itself, or, where it is a run of unspaced writing, each two of its characters."""
    if not _CHARACTER.match(word):
        return [word]
    pairs = [f"{a} {b}" for a, b in pairwise(word)]
    return pairs or [word]


def folded(text: str) -> str:
    """A text's words as they are compared, in order."""
    return " ".join(map(fold, words(indexed(text))))

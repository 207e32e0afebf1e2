"""The names of a statement: its capitalised words, where a capital tells a name. Pure.

It doesn't at a sentence's beginning, unless another source knows the word as a name; and in German,
where every noun has one, only in abbreviations, behind "Herr" or "Frau", or where a source knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from footnote.answers.checking.language import is_german
from footnote.words import ASKING_WORDS, STOP_WORDS, fold, found

_TITLES = frozenset("mr mrs ms mx dr prof professor sir lord lady st herr herrn frau hon rev".split())
_BEGINS = re.compile(r"(?:\A|[:“\"„«|.!?…])\W*\Z")
_ADDRESSED = re.compile(r"\b(?:Herrn?|Frau|Dr\.|Prof\.) \Z")
_NEAR = 8
_CAPITAL = re.compile(r"(?:[A-ZÀ-Ý]\.){2,8}|[A-ZÀ-Ý][\w]*")
_RUN = re.compile(r"[A-ZÀ-Ý]\w*(?:[ -](?:(?:of|the|and|for) ){0,2}[A-ZÀ-Ý]\w*){1,7}")
_WITHIN = re.compile(r"[\w,)] \Z")
_PREFIX = 4
"""Letters that a word and one made of it share: "German" and "Germany"."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a text holds: its folded words, what it writes as initials, and the initials of its names."""

    words: frozenset[str]
    abbreviations: frozenset[str]
    initials: frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """Capitalised words ``text[start:end]`` that follow one another, folded.

    ``begin`` is where a sentence's first word right before them begins: it may be a part of the name.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    initials: str
    begin: int

    def stands_in(self, known: Known) -> bool:
        """Whether a text holds each word, or one that it is made of or that is made of it, or what it is short for."""
        alike = known.initials if len(self.terms) == 1 else known.abbreviations
        return (len(self.initials) > 1 and self.initials in alike) or all(_akin(t, known.words) for t in self.terms)


def names(text: str, elsewhere: frozenset[str] = frozenset(), *, german: bool = False) -> list[Name]:
    """The names that a statement gives, in order; ``elsewhere`` are folded words that are names in other sources."""
    given: list[Name] = []
    for run in _runs(text):
        telling = [word for word in run if _tells(word, german=german) or _is_known(word[0], elsewhere)]
        if telling:
            start, end = telling[0].start(), telling[-1].end()
            terms, initials = tuple(fold(word[0]) for word in telling), "".join(_initials(word[0]) for word in telling)
            given.append(Name(start, end, terms, initials, start if german else run[0].start()))
    return given


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """The capitalised words of a text, those that follow one another together."""
    run: list[re.Match[str]] = []
    for match in found(text):
        if is_capital(match[0]):
            if run and text[run[-1].end() : match.start()] != " ":
                yield run
                run = []
            run.append(match)
    if run:
        yield run


def known_in(text: str, folded: frozenset[str]) -> Known:
    """The names of a text of these folded words."""
    initials: set[str] = set()
    for run in _RUN.finditer(text):
        letters = [_initials(word) for word in _CAPITAL.findall(run[0])]
        initials.update("".join(letters[at:end]) for at, end in combinations(range(len(letters) + 1), 2))
    return Known(
        folded, frozenset(_initials(word) for word in _CAPITAL.findall(text) if word.isupper()), frozenset(initials)
    )


def names_in(text: str) -> frozenset[str]:
    """The folded words that have capitals within a text's sentences."""
    if is_german(text):
        return frozenset()
    return frozenset(
        fold(match[0])
        for match in found(text)
        if is_capital(match[0]) and _WITHIN.search(text[max(0, match.start() - 2) : match.start()])
    )


@lru_cache(maxsize=65536)
def is_capital(word: str) -> bool:
    """Whether a word has a capital that may tell a name."""
    if not word[0].isupper() or word.lower().rstrip(".") in _TITLES or any(c.isdigit() for c in word):
        return False
    return word != "I" and not word.startswith(("I'", "I’")) and (len(word) == 1 or word.lower() not in STOP_WORDS)  # noqa: RUF001


def _initials(word: str) -> str:
    letters = word.removesuffix("'s").removesuffix("’s").replace(".", "")  # noqa: RUF001
    return letters if letters.isupper() else letters[0]


def _akin(term: str, words: frozenset[str]) -> bool:
    return term in words or (
        len(term) >= _PREFIX
        and any(len(word) >= _PREFIX and (word.startswith(term) or term.startswith(word)) for word in words)
    )


def _tells(word: re.Match[str], *, german: bool) -> bool:
    """Whether a word's capital tells a name: not where a sentence begins, nor among nouns that all have one."""
    before = word.string[max(0, word.start() - _NEAR) : word.start()]
    if german:
        return (len(word[0]) > 1 and word[0].isupper()) or _ADDRESSED.search(before) is not None
    return _BEGINS.search(before) is None


def _is_known(word: str, elsewhere: frozenset[str]) -> bool:
    return word.lower() not in ASKING_WORDS and fold(word) in elsewhere

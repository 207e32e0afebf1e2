"""Numbers that are written as words, in English, and the small ones in German. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_UNITS = {word: n for n, word in enumerate("zero one two three four five six seven eight nine".split())}
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_GERMAN = "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_SMALL = (
    _UNITS
    | {word: n for n, word in enumerate(_TEENS, 10)}
    | {word: 10 * n for n, word in enumerate(_TENS, 2)}
    | {word: n for n, word in enumerate(_ORDINALS, 1)}
    | {"dozen": 12}
)
_VALUES = _SMALL | _SCALES
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_RUN = re.compile(rf"\b(?:{_WORD})s?\b(?:(?:[ \t\n-]|[ \t\n]and[ \t\n])(?:{_WORD})s?\b){{0,9}}", re.IGNORECASE)
_PART = re.compile(_WORD, re.IGNORECASE)
_GERMAN_WORD = re.compile(rf"\b(?:{'|'.join(_GERMAN)})\b", re.IGNORECASE)
_NO_FIGURE = frozenset({"zero", "one", "first", "second", "third", "hundred", "thousand", "million", "billion"})
"""Alone these are seldom meant as figures: "the one", "at first", "a second", "thousands"."""
_YEARS, _TWO_DIGITS = range(13, 21), range(10, 100)


def numbers(text: str, *, german: bool) -> Iterator[tuple[int, int, str]]:
    """The numbers that a statement gives in words: start, end and value."""
    if german:
        for match in _GERMAN_WORD.finditer(text):
            if (value := _german(match[0])) > 1:
                yield match.start(), match.end(), str(value)
        return
    for match in _RUN.finditer(text):
        parts = list(_PART.finditer(text, match.start(), match.end()))
        if len(parts) > 1 or parts[0][0].lower() not in _NO_FIGURE:
            for start, end, value in _composed(parts):
                yield start, end, str(value)


def keys(text: str) -> set[str]:
    """The values of all numbers in words that a text holds, of their parts, and of years read in two halves."""
    known = {str(_german(match[0])) for match in _GERMAN_WORD.finditer(text)}
    for match in _RUN.finditer(text):
        parts = list(_PART.finditer(text, match.start(), match.end()))
        known.update(str(_VALUES[part[0].lower()]) for part in parts)
        values = [value for _, _, value in _composed(parts)]
        known.update(map(str, values))
        known.update(str(100 * a + b) for a, b in pairwise(values) if a in _YEARS and b in _TWO_DIGITS)
    return known


def _german(word: str) -> int:
    return _GERMAN.index(word.lower()) + 1


def _composed(parts: list[re.Match[str]]) -> Iterator[tuple[int, int, int]]:
    """The numbers that a run of such words makes: "two hundred and five", but "two" and "three" of "two three"."""
    total = current = 0
    start, end, before = -1, -1, 0
    for part in parts:
        value = _VALUES[part[0].lower()]
        if part[0].lower() in _SCALES:
            current = max(1, current) * value
            if value > 100:  # noqa: PLR2004
                total, current = total + current, 0
        elif start >= 0 and not _adds(before, value):
            yield start, end, total + current
            total, current, start = 0, value, -1
        else:
            current += value
        start = part.start() if start < 0 else start
        end, before = part.end(), value
    if start >= 0:
        yield start, end, total + current


def _adds(before: int, value: int) -> bool:
    """Whether a number's word goes on with it: "twenty one", "hundred five"."""
    return before >= 100 or (before >= 20 and before % 10 == 0 and value < 10)  # noqa: PLR2004

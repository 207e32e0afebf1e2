"""The numbers, dates and times of a text, in whatever way they are written. Pure.

Each is told by keys. ``1,000``, ``1000``, ``1k`` and ``one thousand`` have one in common, and so
have ``12 March 2026`` and ``2026-03-12``. What a text writes ambiguously has the keys of both readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from footnote.answers.checking import spelled
from footnote.answers.checking.dates import dates

Keys = frozenset[str]

_SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "millions": 6, "billion": 9, "trillion": 12, "hundert": 2,
    "tausend": 3, "millionen": 6, "milliarde": 9, "milliarden": 9, "mio": 6, "mrd": 9, "k": 3, "mn": 6, "bn": 9, "m": 6,
}  # fmt: skip
_FIGURE = re.compile(
    r"(?<!\w)(?P<digits>\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?![\d\w])|\d+(?:[.,:'’]\d+){0,9})"  # noqa: RUF001
    r"(?P<suffix>[^\W\d_]{0,12})(?:[ \u00a0-](?P<scale>"
    r"hundred|thousand|millions?|billion|trillion|hundert|tausend|millionen|milliarden?|mio|mrd)\b)?"
    r"|(?<!\w)(?P<code>[^\W\d_]{1,20}\d\w{0,20})",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?")
_AFTERNOON = re.compile(r"\s?p\.?m\b", re.IGNORECASE)
_CENTURY = re.compile(r"(?<!\d)(?P<century>\d\d)(?P<year>\d\d)(?:s\b|\s?[-–/]\s?(?P<until>\d\d)(?!\d))?")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Figure:
    """``text[start:end]``: it stands in another text where one of its sets of keys does, whole."""

    start: int
    end: int
    readings: tuple[Keys, ...]

    def stands_in(self, known: Keys) -> bool:
        """Whether a text with these keys holds it."""
        return any(reading <= known for reading in self.readings)


def figures(text: str, *, german: bool = False) -> list[Figure]:
    """The figures that a statement gives, in order; "one" and "first" are words."""
    found = [
        Figure(start, end, tuple(r for date in either for r in date.readings())) for start, end, either in dates(text)
    ]
    taken = {at for figure in found for at in range(figure.start, figure.end)}
    found += [
        Figure(match.start(), match.end(), tuple(_readings(match)))
        for match in _FIGURE.finditer(text)
        if match.start() not in taken
    ]
    found += [Figure(start, end, (frozenset({value}),)) for start, end, value in spelled.numbers(text, german=german)]
    return sorted(found, key=lambda figure: figure.start)


def keys(text: str) -> Keys:
    """All keys that a text gives to what is looked for in it, the parts of its dates and ranges, too."""
    known: set[str] = set()
    for _, _, either in dates(text):
        known.update(key for date in either for key in date.told_by())
    for match in _FIGURE.finditer(text):
        known.update(*_readings(match))
        known.update(re.findall(r"\d+", match[0]))
        if match["scale"]:
            known.add(f"scale:{_SCALES[match['scale'].lower()]}")
    for match in _CENTURY.finditer(text):
        known.add(match["year"])
        known.add(match["century"] + (match["until"] or match["year"]))
    return frozenset(known | spelled.keys(text))


def clock(seconds: float) -> Keys:
    """The keys of a place in a recording, as 75 minutes are written: ``1:15:00``."""
    minutes, second = divmod(int(seconds), 60)
    short, long = f"{minutes}:{second:02}", f"{minutes // 60}:{minutes % 60:02}:{second:02}"
    return frozenset({f"time:{short}", f"time:{long}"})


def _readings(match: re.Match[str]) -> Iterator[Keys]:
    if match["code"]:
        yield frozenset({f"code:{match['code'].casefold()}"})
        return
    digits, suffix = match["digits"], match["suffix"].lower()
    if time := _TIME.fullmatch(digits):
        yield from _time(time, match.string[match.end("digits") :][:5])
        return
    scale = _SCALES.get((match["scale"] or "").lower())
    shift = _SCALES.get(suffix, 0) if scale is None else scale
    for value in _values(digits):
        yield frozenset({_shifted(value, shift)})
        if scale is not None:  # "3 to 5 million"
            yield frozenset({value, f"scale:{scale}"})
        elif shift:  # "5m" may be metres
            yield frozenset({value})


def _time(time: re.Match[str], behind: str) -> Iterator[Keys]:
    hour, rest = int(time["hour"]), time[0].partition(":")[2]
    yield frozenset({f"time:{hour}:{rest}"})
    if _AFTERNOON.match(behind) and hour < 12:  # noqa: PLR2004
        yield frozenset({f"time:{hour + 12}:{rest}"})
    elif hour > 12:  # noqa: PLR2004
        yield frozenset({f"time:{hour - 12}:{rest}"})


def _values(digits: str) -> Iterator[str]:
    """What digits with commas, points or blanks between them may mean, as plain decimals."""
    groups = re.split(r"\D", digits)
    marks = re.findall(r"\D", digits)
    grouped = all(len(group) == 3 for group in groups[1:])  # noqa: PLR2004
    if not marks:
        yield _plain(digits)
    elif len(set(marks)) == 1 and grouped and len(groups[0]) <= 3:  # noqa: PLR2004
        yield _plain("".join(groups))
        if len(marks) == 1 and marks[0] in ".,":
            yield _plain(f"{groups[0]}.{groups[1]}")
    elif marks[-1] in ".," and (len(marks) == 1 or marks[-1] not in marks[:-1]):
        yield _plain("".join(groups[:-1]) + "." + groups[-1])
    else:
        yield "code:" + digits


def _plain(decimal: str) -> str:
    whole, _, part = decimal.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


def _shifted(value: str, places: int) -> str:
    """The decimal times ten to the power of ``places``."""
    if not places or ":" in value:
        return value
    whole, _, part = value.partition(".")
    return _plain(whole + part[:places].ljust(places, "0") + "." + part[places:])

"""The dates of a text, in English, German and ISO's form. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = (
    "january|januar|jan",
    "february|februar|feb",
    "march|märz|maerz|mar",
    "april|apr",
    "may|mai",
    "june|juni|jun",
    "july|juli|jul",
    "august|aug",
    "september|sept|sep",
    "october|oktober|oct|okt",
    "november|nov",
    "december|dezember|dec|dez",
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
# With a capital only: "may" and "march" are verbs.
_NAME = "|".join(sorted((name.capitalize() for name in _NUMBER), key=len, reverse=True))
_MONTH = rf"(?:{_NAME}|{_NAME.upper()})"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DASH = r"\s?[-–]\s?"  # noqa: RUF001
_YEAR = r"\d{4}"
_ISO = re.compile(r"(?<![\w-])(?P<y>\d{4})-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?![\w-])")
_NUMERIC = re.compile(r"(?<![\w.,/])(?P<a>\d{1,2})(?P<mark>[./])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d\d)(?![\w/])")
_NAMED = re.compile(
    rf"\b(?P<d>{_DAY})(?:{_DASH}(?P<d2>{_DAY}))?\.?\s(?:of\s)?(?P<m>{_MONTH})\b\.?(?:,?\s(?P<y>{_YEAR}))?\b"
    rf"|\b(?P<m2>{_MONTH})\b\.?\s(?:the\s)?(?P<d3>{_DAY})(?:{_DASH}(?P<d4>{_DAY}))?(?!\d)(?:,?\s(?P<y2>{_YEAR})\b)?"
    rf"|\b(?P<m3>{_MONTH})\b\.?(?:,?\s(?:of\s)?(?P<y3>{_YEAR})\b)?"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or as much of it as is told."""

    year: int | None
    month: int
    day: int | None = None

    def told_by(self) -> Iterator[str]:
        """What a text that tells it is found by."""
        year = "?" if self.year is None else self.year
        yield from (f"month:{self.month}", f"month:{year}-{self.month}")
        if self.day is not None:
            yield from (f"day:{self.month}-{self.day}", f"day:{year}-{self.month}-{self.day}")

    def readings(self) -> Iterator[frozenset[str]]:
        """What has to be told elsewhere for it to stand there; the year may stand apart."""
        kind, rest = ("month", f"{self.month}") if self.day is None else ("day", f"{self.month}-{self.day}")
        if self.year is None:
            yield frozenset({f"{kind}:{rest}"})
        else:
            yield frozenset({f"{kind}:{self.year}-{rest}"})
            yield frozenset({f"{kind}:?-{rest}", str(self.year)})


def dates(text: str) -> Iterator[tuple[int, int, list[Date]]]:
    """Start and end of each date, and what it may mean: of a range its first and its last day."""
    for match in _ISO.finditer(text):
        if date := _date(match["y"], match["m"], match["d"]):
            yield match.start(), match.end(), [date]
    for match in _NUMERIC.finditer(text):
        year = match["y"] if len(match["y"]) > 2 else f"20{match['y']}"  # noqa: PLR2004
        either = [_date(year, match["b"], match["a"])]
        if match["mark"] == "/":
            either.append(_date(year, match["a"], match["b"]))
        if found := [date for date in either if date]:
            yield match.start(), match.end(), found
    for match in _NAMED.finditer(text):
        month = str(_NUMBER[(match["m"] or match["m2"] or match["m3"]).lower()])
        days = [day.rstrip("sthnrd") for day in match.group("d", "d2", "d3", "d4") if day]
        either = [_date(match["y"] or match["y2"] or match["y3"], month, day) for day in days or [None]]
        if found := [date for date in either if date]:
            yield match.start(), match.end(), found


def _date(year: str | None, month: str, day: str | None) -> Date | None:
    """The date, if it is one."""
    date = Date(int(year) if year else None, int(month), int(day) if day else None)
    return date if 1 <= date.month <= 12 and (date.day is None or 1 <= date.day <= 31) else None  # noqa: PLR2004

"""What a question asks for: its words that count, and the kind of answer it expects. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from footnote.words import ASKING_WORDS, STOP_WORDS, terms, words

NAME_WEIGHT = 1.3  # a name or number in a question is meant literally
ASKING_WEIGHT = 0.4
EARLIER_WEIGHT = 0.5
FEW_TERMS = 2  # a question with no more words of its own leans on the one before it


class Sought(StrEnum):
    """The kinds of answer that show on a sentence's surface."""

    TIME = "time"
    NUMBER = "number"
    NAME = "name"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, read: how much each of its folded words matters, which stand together, what is sought."""

    weights: Mapping[str, float]
    pairs: tuple[tuple[str, str], ...]
    sought: Sought | None
    said: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The folded words that are names or numbers."""
        return frozenset(term for term, weight in self.weights.items() if weight >= NAME_WEIGHT)

    def answered_by(self, found: Sequence[str], folded: Sequence[str | None], text: str) -> bool:
        """Whether a sentence holds something of the kind sought that the question didn't hold itself."""
        return self.sought is not None and _SIGNS[self.sought](self, found, folded, text)


def read(question: str, earlier: str | None = None) -> Inquiry:
    """Read a question; a very short one also counts the words of the question before it, at less."""
    found = words(question)
    folded = terms(found)
    weights: dict[str, float] = {}
    for number, (word, term) in enumerate(zip(found, folded, strict=True)):
        if term is not None:
            weights[term] = max(weights.get(term, 0.0), _importance(word, first=number == 0))
    told = sum(weight > ASKING_WEIGHT for weight in weights.values())
    if earlier and told <= FEW_TERMS:
        for term, weight in read(earlier).weights.items():
            weights.setdefault(term, weight * EARLIER_WEIGHT)
    return Inquiry(
        weights=weights,
        pairs=tuple(pairwise(term for term in folded if term is not None)),
        sought=_sought(question.lower()),
        said=frozenset(word.lower() for word in found),
    )


def _importance(word: str, *, first: bool) -> float:
    if word.lower() in ASKING_WORDS:
        return ASKING_WEIGHT
    return NAME_WEIGHT if word[0].isdigit() or (word[0].isupper() and not first) else 1.0


_ASKED = (
    (Sought.TIME, r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|century|decade|time)s?\b"),
    (Sought.NUMBER, r"\bhow (?:many|much|long|old|far|tall|large|big|high|often|fast|deep|wide|heavy|few)\b"),
    (Sought.NUMBER, r"\bwhat (?:percent|percentage|number|amount|proportion|share|age|size|price|cost|population)\b"),
    (Sought.NAME, r"\bwho(?:m|se)?\b|\bwhere\b"),
    (Sought.NAME, r"\b(?:what|which) (?:\w+ )?(?:city|country|state|place|county|town|region|continent|island)\b"),
    (Sought.REASON, r"\bwhy\b|\bfor what reason\b"),
)
_TIME = re.compile(
    r"\b(?:1\d{3}|20\d\d)s?\b|\b\d{1,4}\s?(?:BC|AD|BCE|CE|am|pm|a\.m|p\.m)\b|\b\d{1,2}:\d\d\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|century|decade|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|tomorrow|yesterday)\b"
)
_NUMBER = re.compile(
    r"\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|hundred|thousand|million|billion|half|dozen|third|quarter|percent)s?$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|due to|since|so that|in order to|to avoid|as a result|reason|therefore|caused?|owing|thus)\b",
    re.IGNORECASE,
)


def _sought(question: str) -> Sought | None:
    return next((sought for sought, asked in _ASKED if re.search(asked, question)), None)


def _new_time(inquiry: Inquiry, _found: Sequence[str], _folded: Sequence[str | None], text: str) -> bool:
    return any(match.group().lower() not in inquiry.said for match in _TIME.finditer(text))


def _new_number(inquiry: Inquiry, found: Sequence[str], _folded: Sequence[str | None], _text: str) -> bool:
    return any(_NUMBER.search(word) and word.lower() not in inquiry.said for word in found)


def _new_name(inquiry: Inquiry, found: Sequence[str], folded: Sequence[str | None], _text: str) -> bool:
    return any(
        word[0].isupper() and term not in inquiry.weights and word.lower() not in STOP_WORDS
        for word, term in zip(found[1:], folded[1:], strict=True)
    )


def _reason(_inquiry: Inquiry, _found: Sequence[str], _folded: Sequence[str | None], text: str) -> bool:
    return _REASON.search(text) is not None


_SIGNS: Mapping[Sought, Callable[[Inquiry, Sequence[str], Sequence[str | None], str], bool]] = {
    Sought.TIME: _new_time,
    Sought.NUMBER: _new_number,
    Sought.NAME: _new_name,
    Sought.REASON: _reason,
}

"""The set's format: a question a line as JSON, with what is expected of its answer. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from footnote.chat import Turn
from footnote.conversations import QUERY_LENGTH
from footnote.errors import Code, FootnoteError
from footnote.passages import EVERYTHING, Filter, Kind


class SetError(FootnoteError):
    """A set, or a run's file, that can't be read; the message names each line and field."""

    code = Code.INVALID_REQUEST


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer is held against; what is empty is not looked at.

    ``documents`` and ``passages`` should be found and cited, ``wrong_documents`` and ``wrong_passages`` must not be
    cited. Of each of ``facts`` one wording has to stand in the text. ``not_found``: whether the answer has to say that
    the documents don't tell; None where either is right.
    """

    documents: frozenset[str] = frozenset()
    passages: frozenset[str] = frozenset()
    wrong_documents: frozenset[str] = frozenset()
    wrong_passages: frozenset[str] = frozenset()
    facts: tuple[tuple[str, ...], ...] = ()
    not_found: bool | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what limits it, the turns before it, and what is expected of its answer."""

    id: str
    question: str
    filter: Filter = EVERYTHING
    turns: tuple[Turn, ...] = ()
    expected: Expected = Expected()


def read(lines: Iterable[str], name: str) -> list[Case]:
    """The questions of a set; raises ``SetError`` with all that is wrong, by line and field."""
    cases, wrong = [], []
    taken: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = _Line.model_validate(_object(line)).case(number)
        except ValidationError as error:
            wrong += [f"{name}, line {number}: {_told(one)}" for one in error.errors(include_url=False)]
            continue
        except ValueError as error:
            wrong.append(f"{name}, line {number}: {error}")
            continue
        if (first := taken.setdefault(case.id, number)) != number:
            wrong.append(f"{name}, line {number}: id: {case.id!r} is line {first}'s")
        cases.append(case)
    if wrong or not cases:
        raise SetError("\n".join(wrong) or f"{name} holds no question.")
    return cases


def digest(cases: Sequence[Case]) -> str:
    """What tells a set from another one, or from what it was."""
    return hashlib.sha256("\n".join(sorted(map(_told_whole, cases))).encode()).hexdigest()[:16]


def _told_whole(case: Case) -> str:
    fields = (case.filter, case.expected)
    sets = [sorted(value) if isinstance(value, frozenset) else value for one in fields for value in _values(one)]
    return repr((case.id, case.question, case.turns, sets))


def _values(value: Filter | Expected) -> Iterator[object]:
    return (getattr(value, name) for name in value.__slots__)


def _object(line: str) -> Any:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at character {error.colno}") from None
    if not isinstance(fields, dict):
        raise ValueError("has to be a JSON object")
    return fields


def _told(error: Any) -> str:
    """What is wrong in one field, by its path: ``expected.facts[0]: …``."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    said = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        said = "there is no such field"
    return f"{path}: {said}" if path else said


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("has to be a day, such as 2026-03-12") from None


def _wordings(value: object) -> tuple[str, ...]:
    """One fact: a text or number, or a list of them of which one is enough."""
    either = value if isinstance(value, list) else [value]
    if not either or not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in either):
        raise ValueError("has to be a text or a number, or a list of these of which one is enough")
    told = tuple(str(one).strip() for one in either)
    if not all(told):
        raise ValueError("has to say something")
    return told


Words = Annotated[str, Field(min_length=1)]
Ids = list[Words]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Limits(_Fields):
    documents: list[Words] | None = None
    kinds: list[Annotated[Kind, Field(strict=False)]] = []
    tags: Ids = []
    speakers: Ids = []
    since: Annotated[str, AfterValidator(_day)] | None = None
    until: Annotated[str, AfterValidator(_day)] | None = None
    without: Ids = []
    without_documents: Ids = []

    def filter(self) -> Filter:
        sets = {name: frozenset(getattr(self, name)) for name in ("kinds", "tags", "speakers")}
        left_out = {name: frozenset(getattr(self, name)) for name in ("without", "without_documents")}
        ids = None if self.documents is None else frozenset(self.documents)
        return Filter(ids, since=self.since, until=self.until, **sets, **left_out)


class _Expected(_Fields):
    documents: Ids = []
    passages: Ids = []
    wrong_documents: Ids = []
    wrong_passages: Ids = []
    facts: list[Annotated[Any, AfterValidator(_wordings)]] = []
    not_found: bool | None = None

    def expected(self) -> Expected:
        if self.not_found and (self.documents or self.passages or self.facts):
            raise ValueError("expected: with not_found, no document, passage or fact can be expected")
        names = ("documents", "passages", "wrong_documents", "wrong_passages")
        return Expected(
            **{name: frozenset(getattr(self, name)) for name in names},
            facts=tuple(self.facts),
            not_found=self.not_found,
        )


class _Turn(_Fields):
    question: Words
    answer: Words


class _Line(_Fields):
    id: Words | None = None
    question: Annotated[str, Field(max_length=QUERY_LENGTH)]
    filter: _Limits = Field(default_factory=_Limits)
    turns: list[_Turn] = []
    expected: _Expected = Field(default_factory=_Expected)
    note: str | None = None
    """Of whoever wrote it; nothing is done with it."""

    def case(self, number: int) -> Case:
        if not self.question.strip():
            raise ValueError("question: has to say something")
        turns = tuple(Turn(turn.question, turn.answer) for turn in self.turns)
        return Case(self.id or f"line-{number}", self.question, self.filter.filter(), turns, self.expected.expected())

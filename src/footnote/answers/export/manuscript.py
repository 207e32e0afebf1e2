"""What is exported: questions with their answers, and the footnotes that their texts refer to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Protocol

from footnote.answers.turns import chains
from footnote.conversations import Answer, Outcome, Status
from footnote.events import Citation


class Words(Protocol):
    """The texts that stand between a person's and a model's words, in one language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text under a key, with its values."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer, and which version of which question's it is."""

    answer: Answer
    outcome: Outcome
    number: int
    version: int = 1
    versions: int = 1

    def heading(self, words: Words) -> str:
        """Which question it answers."""
        if self.versions == 1:
            return words("export.question", number=self.number)
        return words("export.version", number=self.number, version=self.version, versions=self.versions)

    def origin(self) -> str:
        """When it was asked, and what answered."""
        return f"{self.answer.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, {self.answer.model}"

    def remark(self, words: Words) -> str | None:
        """What keeps it from being whole."""
        match self.outcome.status:
            case Status.COMPLETE:
                return None
            case Status.ERROR if self.outcome.error:
                return self.outcome.error.message
            case status:
                return words(f"export.{status}")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A conversation, or one answer of it."""

    title: str
    turns: tuple[Turn, ...]
    bare: bool = False
    """The answer alone, as it is copied: without title, question and origin."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A passage that is cited, under its number in what is exported."""

    number: int
    citation: Citation

    def place(self, words: Words) -> list[str]:
        """Who says it, when, on which page: as far as the source has it."""
        cited = self.citation
        parts = [cited.speaker] if cited.speaker else []
        if cited.start_s is not None:
            end = "" if cited.end_s is None else f"\N{EN DASH}{clock(cited.end_s)}"
            parts.append(clock(cited.start_s) + end)
        if cited.page is not None:
            parts.append(words("export.page", page=cited.page))
        return parts


@dataclass(slots=True)
class Footnotes:
    """The footnotes in the order in which they are first referred to, numbered through from 1."""

    all: list[Footnote] = field(default_factory=list)
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def number(self, turn: Turn, n: int) -> int | None:
        """The footnote's number for an answer's ``[n]``; None where it names no passage."""
        known = self._numbers.get((turn.answer.id, n))
        if known is not None:
            return known
        citation = next((c for c in turn.outcome.citations if c.n == n), None)
        if citation is None:
            return None
        self.all.append(Footnote(len(self.all) + 1, citation))
        self._numbers[turn.answer.id, n] = len(self.all)
        return len(self.all)


def turns_of(answers: Sequence[tuple[Answer, Outcome]]) -> tuple[Turn, ...]:
    """A conversation's answers, with the versions of one together, at the first one's place."""
    return tuple(_turns(answers))


def _turns(answers: Sequence[tuple[Answer, Outcome]]) -> Iterator[Turn]:
    came_to = {answer.id: outcome for answer, outcome in answers}
    for number, versions in enumerate(chains([answer for answer, _ in answers]), start=1):
        for version, answer in enumerate(versions, start=1):
            yield Turn(answer, came_to[answer.id], number, version, len(versions))


def clock(seconds: float) -> str:
    """A place in a recording: ``1:02:03`` or ``2:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

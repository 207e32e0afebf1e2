"""How the page is used and how it does: what its operators are shown, from all instances; values and a protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from footnote.passages import Document

HOUR_S = 3600
LISTED = 20
"""Documents and questions that are named, at most."""


class Window(StrEnum):
    """The time that is looked back on, up to now."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def step_s(self) -> int:
        """The seconds of one step of it: an hour, six, or a day."""
        return {Window.DAY: HOUR_S, Window.WEEK: 6 * HOUR_S, Window.MONTH: 24 * HOUR_S}[self]

    @property
    def steps(self) -> int:
        """Of how many steps it is; the last has only begun."""
        return {Window.DAY: 24, Window.WEEK: 28, Window.MONTH: 30}[self]


@dataclass(frozen=True, slots=True)
class Span:
    """The steps of a window, from the seconds since the epoch at which the first begins."""

    window: Window
    since_s: int
    until: datetime

    @classmethod
    def up_to(cls, now: datetime, window: Window, offset_s: int = 0) -> Span:
        """The window that ends now; steps begin at full hours of a clock ``offset_s`` before that of UTC."""
        step_s = window.step_s
        last = (int(now.timestamp()) + offset_s) // step_s * step_s - offset_s
        return cls(window, last - (window.steps - 1) * step_s, now)

    def moments(self) -> list[datetime]:
        """When each step begins."""
        begin = datetime.fromtimestamp(self.since_s, UTC)
        return [begin + n * timedelta(seconds=self.window.step_s) for n in range(self.window.steps)]


@dataclass(frozen=True, slots=True)
class Waited:
    """How long the first words took, in milliseconds to two digits: half were no slower than ``p50``."""

    p50: int
    p95: int
    p99: int


@dataclass(frozen=True, slots=True)
class Step:
    """The answers that were asked for in one step, by how they ended."""

    at: datetime
    done: int = 0
    cancelled: int = 0
    error: int = 0
    first_token_ms: Waited | None = None


@dataclass(frozen=True, slots=True)
class OfModel:
    """What was asked of one model."""

    model: str
    answers: int
    errors: int
    input_tokens: int
    output_tokens: int
    first_token_ms: Waited | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that nothing was found for, how often it was asked, and when last."""

    query: str
    times: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """How often users said this of an answer or a source."""

    verdict: str
    reason: str | None
    times: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was counted."""

    span: Span
    running: int
    """Answers that are being written now."""
    streams: int
    """Connections on which answers are watched now."""
    steps: tuple[Step, ...]
    first_token_ms: Waited | None
    errors: tuple[tuple[str, int], ...]
    """Codes, the most frequent first."""
    models: tuple[OfModel, ...]
    retries: int
    statements: int
    supported: int
    feedback: tuple[Said, ...]
    cited: Mapping[str, int]
    """In how many answers each document is cited."""
    unanswered: int
    questions: tuple[Unanswered, ...]
    """Some of these, the latest first; none where texts are not to be shown."""
    uncounted: int = 0
    """Answers of an earlier release that are still to be counted."""

    @property
    def answers(self) -> int:
        """How many have ended."""
        return sum(step.done + step.cancelled + step.error for step in self.steps)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the answers rest on: the documents by how often they are cited."""

    documents: int
    most: tuple[tuple[Document, int], ...]
    gone: int
    """Citations of documents that are no longer there, or not to be seen by who asks."""
    never: int
    never_cited: tuple[Document, ...]
    """Some of those that no answer cites that is kept; the first to have been there come first."""


class Operations(Protocol):
    """Counts what happened, in all processes that share the database. Safe to use from any thread.

    Every method may raise ``StorageFailed``.
    """

    def figures(self, window: Window, offset_s: int = 0) -> Figures:
        """What was counted up to now, or up to some seconds ago."""

    def uncited(self, document_ids: Sequence[str]) -> list[str]:
        """Those of these documents that no answer cites that is kept."""


def waited(counts: Mapping[int, int]) -> Waited | None:
    """The percentiles of how often each time was taken; None where nothing was."""
    total = sum(counts.values())
    if not total:
        return None
    return Waited(*(_at(counts, share * total) for share in (0.5, 0.95, 0.99)))


def shelf(figures: Figures, documents: Sequence[Document], operations: Operations) -> Shelf:
    """What was cited of the documents that who asks may see."""
    known = {document.id: document for document in documents}
    ranked = sorted(figures.cited.items(), key=lambda item: (-item[1], item[0]))
    most = [(known[id], times) for id, times in ranked if id in known]
    never = operations.uncited([id for id in known if id not in figures.cited])
    oldest = sorted((known[id] for id in never), key=_age)
    gone = sum(times for id, times in ranked if id not in known)
    return Shelf(len(documents), tuple(most[:LISTED]), gone, len(never), tuple(oldest[:LISTED]))


def _at(counts: Mapping[int, int], rank: float) -> int:
    seen = 0
    for ms in sorted(counts):
        seen += counts[ms]
        if seen >= rank:
            return ms
    return max(counts)


def _age(document: Document) -> tuple[bool, datetime, str]:
    at = document.indexed_at
    return at is None, at or datetime.min.replace(tzinfo=UTC), document.title

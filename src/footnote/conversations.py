"""Answers, their logs and the conversations they stand in: values, and the protocol of what keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from footnote.events import Citation, Citations, Done, Entry, Error, Event, Stage, Stopped, text_of

QUERY_LENGTH = 4096
"""Characters of a question, at most."""


class Status(StrEnum):
    """How an answer stands."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    ERROR = "error"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, by whom and where; its log holds the rest."""

    id: str
    session_id: str
    user: str
    query: str
    model: str
    recording_filter: tuple[str, ...]
    created_at: datetime

    def asks_the_same(self, other: Answer) -> bool:
        """Whether ``other`` is this very question asked again, and not a new one under an old id."""
        return (self.session_id, self.query, self.recording_filter) == (
            other.session_id,
            other.query,
            other.recording_filter,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of one user's; its title is the first question until it is renamed."""

    id: str
    user: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer's log comes to, as far as it goes."""

    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    error: Error | None = None
    done: Done | None = None
    searched: int | None = None


def outcome(entries: Sequence[Entry]) -> Outcome:
    """What the log so far comes to."""
    citations = next((e.event.citations for e in entries if isinstance(e.event, Citations)), ())
    end = entries[-1].event if entries else None
    text = text_of(entries)
    searched = next((e.event.searched for e in entries if isinstance(e.event, Stage)), None)
    match end:
        case Done():
            return Outcome(Status.COMPLETE, text, citations, done=end, searched=searched)
        case Error():
            status = Status.INTERRUPTED if end.code == "INTERRUPTED" else Status.ERROR
            return Outcome(status, text, citations, error=end, searched=searched)
        case Stopped():
            return Outcome(Status.CANCELLED, text, citations, searched=searched)
        case _:
            return Outcome(Status.STREAMING, text, citations, searched=searched)


class AnswerLog(Protocol):
    """Keeps answers and their logs. Safe to use from any thread."""

    def create(self, answer: Answer) -> tuple[Answer, bool]:
        """Make room for an answer; the one that stands under its id, and whether this call made it.

        Of several calls with one id at the same moment, exactly one makes it. Raises
        ``NotFound`` where the session is another user's.
        """

    def append(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> None:
        """Number the events of all batches, keep them, and only then wake who waits for them.

        A batch is an answer's id and its next events. All batches are kept, or none.
        Events for an answer that is gone are dropped.
        """

    def read(self, answer_id: str, after: int = 0) -> list[Entry]:
        """The entries after a cursor, in order; [] where there are none yet."""

    def wait(self, answer_id: str, after: int, timeout_s: float) -> list[Entry]:
        """The same, but if there are none yet, wait up to ``timeout_s`` for some.

        Raises ``NotFound`` where the answer is gone.
        """

    def answer(self, answer_id: str) -> Answer | None:
        """The answer under an id."""

    def session(self, session_id: str) -> Session | None:
        """The conversation under an id."""

    def sessions(self, user: str) -> list[Session]:
        """A user's conversations, the last used first."""

    def answers(self, session_id: str) -> list[Answer]:
        """A conversation's answers, in the order asked."""

    def rename(self, session_id: str, title: str) -> None:
        """Give a conversation another title."""

    def delete(self, session_id: str) -> None:
        """Take a conversation, its answers and their logs away."""

"""Answers, their logs and the conversations they stand in: values, and the protocol of what keeps them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from footnote.contexts import Context
from footnote.events import Asks, Citation, Citations, Done, Error, Event, Retrieved, Stage, Statement, Stopped
from footnote.passages import EVERYTHING, Filter
from footnote.wire import Entry, text_of

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
    replaces: str | None = None
    """The answer of the same conversation that this one is another version of."""
    continues: bool = False
    """Whether it goes on from the text of the one it replaces."""
    criteria: Filter = EVERYTHING
    """What limits the documents beside ``recording_filter``."""
    profile: str | None = None
    """Who answers, where it is not the model: ``onboarding`` asks a new user about themselves."""
    context: Context | None = None
    """What was looked at when it was asked."""

    @property
    def filter(self) -> Filter:
        """All that limits what is searched."""
        ids = frozenset(self.recording_filter) if self.recording_filter else None
        return replace(self.criteria, document_ids=ids)

    def asks_the_same(self, other: Answer) -> bool:
        """Whether ``other`` is this very question asked again, and not a new one under an old id."""
        return self._asked == other._asked

    @property
    def _asked(self) -> tuple[object, ...]:
        asked = (self.session_id, self.query, self.recording_filter, self.replaces, self.continues)
        return (*asked, self.criteria, self.profile, self.context)


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of one user's; its title is the first question until it is renamed."""

    id: str
    user: str
    title: str
    created_at: datetime
    updated_at: datetime
    running: bool = False
    """Whether one of its answers is being written."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many questions a user may ask within how many seconds, counted in a moving window."""

    questions: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Lease:
    """An answer that another process was writing when last looked at, and that process's heartbeat."""

    answer_id: str
    owner: str
    beat: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer's log comes to, as far as it goes."""

    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    statements: tuple[Statement, ...] = ()
    error: Error | None = None
    done: Done | None = None
    retrieval: Stage | None = None
    """What was searched: the first event that tells how much."""
    retrieved: Retrieved | None = None
    asks: Asks | None = None


def outcome(entries: Sequence[Entry]) -> Outcome:
    """What the log so far comes to."""
    events = [entry.event for entry in entries]
    end = events[-1] if events else None
    sources = next((e for e in events if isinstance(e, Citations)), Citations(()))
    return Outcome(
        _status(end),
        text_of(entries),
        sources.citations,
        sources.statements,
        error=end if isinstance(end, Error) else None,
        done=end if isinstance(end, Done) else None,
        retrieval=next((e for e in events if isinstance(e, Stage) and e.searched is not None), None),
        retrieved=next((e for e in reversed(events) if isinstance(e, Retrieved)), None),
        asks=next((e for e in events if isinstance(e, Asks)), None),
    )


def _status(end: Event | None) -> Status:
    match end:
        case Done():
            return Status.COMPLETE
        case Error(code="INTERRUPTED"):
            return Status.INTERRUPTED
        case Error():
            return Status.ERROR
        case Stopped():
            return Status.CANCELLED
        case _:
            return Status.STREAMING


class AnswerLog(Protocol):
    """Keeps answers and their logs, for all processes that share it. Safe to use from any thread.

    Every method may raise ``StorageFailed``: then nothing was changed, or (where the connection
    was lost in the last moment) the change stands whole, and the same call may be made again.
    """

    def create(self, answer: Answer, allowance: Allowance | None = None) -> tuple[Answer, bool]:
        """Make room for an answer; the one that stands under its id, and whether this call made it.

        Of several calls with one id at the same moment, in any process, exactly one makes it, and
        its process is the only one that may append. Raises ``NotFound`` where the session is another
        user's or ``replaces`` names no answer of the session, ``TooManyQuestions`` where the allowance is used up;
        an answer that stands already costs nothing of it. Without an allowance nothing is counted.
        """

    def append(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> list[str]:
        """Number the events of all batches, keep them, and only then wake who waits for them.

        A batch is an answer's id and its next events. All batches are kept, or none. Comes back:
        the ids of answers that are gone, have ended, or were taken over by another process; their events are dropped.
        After ``StorageFailed`` the very same batches may be given again, and are kept once. With an
        end (``Done``, ``Error``, ``Stopped``) the log is compacted into the answer's row.
        """

    def suspend(self, answer_ids: Sequence[str]) -> None:
        """Let who waits for these raise ``StorageFailed``, once they have all that is kept, until the next append."""

    def read(self, answer_id: str, after: int = 0) -> list[Entry]:
        """The entries after a cursor, in order; [] where there are none yet."""

    def wait(self, answer_id: str, after: int, timeout_s: float) -> list[Entry]:
        """The same, but if there are none yet, wait up to ``timeout_s`` for some, whichever process writes them.

        Raises ``NotFound`` where the answer is gone, ``StorageFailed`` while it can't be written.
        """

    def answer(self, answer_id: str) -> Answer | None:
        """The answer under an id."""

    def conversation(self, session_id: str, only: Collection[str] | None = None) -> list[tuple[Answer, list[Entry]]]:
        """A conversation's answers in the order asked, each with its log as far as it goes: one read of them all.

        With ``only``, those of these ids.
        """

    def session(self, session_id: str) -> Session | None:
        """The conversation under an id."""

    def sessions(self, user: str, search: str = "") -> list[Session]:
        """A user's conversations, the last used first.

        With ``search``, those in which each of its words occurs (case folded): in the title, a question or an answer.
        """

    def answers(self, session_id: str) -> list[Answer]:
        """A conversation's answers, in the order asked."""

    def asked(self, user: str, seconds: int) -> int:
        """How many questions the user has asked within the last ``seconds``."""

    def rename(self, session_id: str, title: str) -> None:
        """Give a conversation another title."""

    def delete(self, session_id: str) -> None:
        """Take a conversation, its answers and their logs away, for good."""

    def delete_before(self, moment: datetime) -> int:
        """Take the conversations away that were last used before ``moment`` and are not being written; how many."""

    def on_deletion(self, call: Callable[[Sequence[str]], None]) -> None:
        """From now on, call with the ids of the answers that were taken away through this object, once they are."""

    def request_stop(self, answer_id: str) -> None:
        """Note that an answer is to be stopped; the process that writes it is told through ``watch``."""

    def watch(self, on_stop: Callable[[str], None]) -> None:
        """From now on, call ``on_stop`` with the id of each answer of this process whose stop was requested.

        Within 500 ms of the request, whichever process made it. It may be called twice for one answer.
        """

    def beat(self) -> list[Lease]:
        """Say that this process lives, and see which unfinished answers others write; one transaction."""

    def take_over(self, lease: Lease) -> bool:
        """Become the writer of an answer whose process is dead; whether this call did.

        Only where owner and beat are still those of the lease. Of several processes exactly one does.
        """

    def open_stream(self, user: str, most: int) -> str | None:
        """Count one more open stream of a user's; its ticket, None where ``most`` are open in all living processes."""

    def close_stream(self, ticket: str) -> None:
        """Count it no more; where the database is away, as soon as it is back. Raises nothing."""

    def close(self) -> None:
        """Leave: threads end, connections are closed, and this process's open streams are counted no more."""

"""Answers and conversations in this process's memory: bounded, and gone with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from footnote.conversations import Answer, Session
from footnote.errors import NotFound
from footnote.events import Done, Entry, Error, Event, Stopped, entry

KEEP_FINISHED_S = 3600.0
MOST_ANSWERS = 2000
TITLE_LENGTH = 80


@dataclass(slots=True)
class _Kept:
    answer: Answer
    grown: threading.Condition
    entries: list[Entry] = field(default_factory=list)
    ended_at: float | None = None
    gone: bool = False


class MemoryLog:
    """An ``AnswerLog`` without a database.

    With each new question, answers that finished ``keep_finished_s`` ago are dropped, and the
    oldest finished ones earlier where more than ``most_answers`` are kept; a conversation goes with its last answer.
    """

    def __init__(
        self,
        *,
        keep_finished_s: float = KEEP_FINISHED_S,
        most_answers: int = MOST_ANSWERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep_finished_s = keep_finished_s
        self._most_answers = most_answers
        self._clock = clock
        self._lock = threading.RLock()
        self._answers: dict[str, _Kept] = {}
        self._sessions: dict[str, Session] = {}

    def create(self, answer: Answer) -> tuple[Answer, bool]:
        with self._lock:
            self._drop_old()
            session = self._sessions.get(answer.session_id)
            if session is not None and session.user != answer.user:
                raise NotFound
            if (kept := self._answers.get(answer.id)) is not None:
                return kept.answer, False
            self._answers[answer.id] = _Kept(answer, threading.Condition(self._lock))
            now = datetime.now(UTC)
            self._sessions[answer.session_id] = (
                replace(session, updated_at=now)
                if session
                else Session(answer.session_id, answer.user, title_of(answer.query), now, now)
            )
            return answer, True

    def append(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> None:
        with self._lock:
            for answer_id, events in batches:
                if (kept := self._answers.get(answer_id)) is not None:
                    self._extend(kept, events)

    def _extend(self, kept: _Kept, events: Sequence[Event]) -> None:
        for event in events:
            kept.entries.append(entry(len(kept.entries) + 1, event))
            if isinstance(event, Done | Error | Stopped):
                kept.ended_at = self._clock()
        kept.grown.notify_all()

    def read(self, answer_id: str, after: int = 0) -> list[Entry]:
        with self._lock:
            kept = self._answers.get(answer_id)
            return kept.entries[after:] if kept else []

    def wait(self, answer_id: str, after: int, timeout_s: float) -> list[Entry]:
        with self._lock:
            kept = self._answers.get(answer_id)
            if kept is None:
                raise NotFound
            kept.grown.wait_for(lambda: kept.gone or len(kept.entries) > after, timeout_s)
            if kept.gone:
                raise NotFound
            return kept.entries[after:]

    def answer(self, answer_id: str) -> Answer | None:
        with self._lock:
            kept = self._answers.get(answer_id)
            return kept.answer if kept else None

    def session(self, session_id: str) -> Session | None:
        with self._lock:
            return self._sessions.get(session_id)

    def sessions(self, user: str) -> list[Session]:
        with self._lock:
            own = [s for s in self._sessions.values() if s.user == user]
        return sorted(own, key=lambda s: s.updated_at, reverse=True)

    def answers(self, session_id: str) -> list[Answer]:
        with self._lock:
            return [kept.answer for kept in self._answers.values() if kept.answer.session_id == session_id]

    def rename(self, session_id: str, title: str) -> None:
        with self._lock:
            if (session := self._sessions.get(session_id)) is not None:
                self._sessions[session_id] = replace(session, title=title)

    def delete(self, session_id: str) -> None:
        with self._lock:
            self._sessions.pop(session_id, None)
            for answer in self.answers(session_id):
                self._forget(answer.id)

    def _drop_old(self) -> None:
        old = self._clock() - self._keep_finished_s
        ended = [(kept.ended_at, id) for id, kept in self._answers.items() if kept.ended_at is not None]
        surplus = len(self._answers) + 1 - self._most_answers
        for place, (ended_at, answer_id) in enumerate(sorted(ended)):
            if ended_at < old or place < surplus:
                self._forget(answer_id)
        in_use = {kept.answer.session_id for kept in self._answers.values()}
        self._sessions = {id: session for id, session in self._sessions.items() if id in in_use}

    def _forget(self, answer_id: str) -> None:
        kept = self._answers.pop(answer_id)
        kept.gone = True
        kept.grown.notify_all()


def title_of(query: str) -> str:
    """A conversation's title from its first question: one line, cut at a word."""
    line = " ".join(query.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"

"""Answers and conversations in this process's memory: bounded, and gone with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from footnote.conversations import Allowance, Answer, Lease, Session
from footnote.errors import NotFound, StorageFailed, TooManyQuestions
from footnote.events import Done, Error, Event, Stopped
from footnote.storage.titles import folded, title_of, words_of
from footnote.wire import Entry, entry, text_of

KEEP_FINISHED_S = 3600.0
MOST_ANSWERS = 2000


@dataclass(slots=True)
class _Kept:
    answer: Answer
    grown: threading.Condition
    entries: list[Entry] = field(default_factory=list)
    ended_at: float | None = None
    gone: bool = False

    @property
    def searchable(self) -> str:
        written = text_of(self.entries) if self.ended_at is not None else ""
        return folded(f"{self.answer.query}\n{written}")


class MemoryLog:
    """An ``AnswerLog`` without a database, for one process.

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
        self._asked: dict[str, list[float]] = {}
        self._streams: dict[str, str] = {}
        self._suspended: set[str] = set()
        self._watching: list[Callable[[str], None]] = []
        self._deleted: list[Callable[[Sequence[str]], None]] = []

    def create(self, answer: Answer, allowance: Allowance | None = None) -> tuple[Answer, bool]:
        with self._lock:
            self._drop_old()
            session = self._sessions.get(answer.session_id)
            if session is not None and session.user != answer.user:
                raise NotFound
            if (kept := self._answers.get(answer.id)) is not None:
                return kept.answer, False
            if answer.replaces is not None and answer.replaces not in {a.id for a in self.answers(answer.session_id)}:
                raise NotFound
            self._ask(answer.user, allowance)
            self._answers[answer.id] = _Kept(answer, threading.Condition(self._lock))
            now = datetime.now(UTC)
            self._sessions[answer.session_id] = (
                replace(session, updated_at=now)
                if session
                else Session(answer.session_id, answer.user, title_of(answer.query), now, now)
            )
            return answer, True

    def _ask(self, user: str, allowance: Allowance | None) -> None:
        if allowance is None:
            return
        now = self._clock()
        asked = [at for at in self._asked.get(user, []) if at > now - allowance.seconds]
        if len(asked) >= allowance.questions:
            raise TooManyQuestions(retry_after_s=asked[-allowance.questions] + allowance.seconds - now)
        self._asked[user] = [*asked, now]

    def append(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> list[str]:
        lost = []
        with self._lock:
            for answer_id, events in batches:
                kept = self._answers.get(answer_id)
                if kept is None or kept.ended_at is not None:
                    lost.append(answer_id)
                else:
                    self._extend(kept, events)
            self._suspended.clear()
        return lost

    def _extend(self, kept: _Kept, events: Sequence[Event]) -> None:
        for event in events:
            kept.entries.append(entry(len(kept.entries) + 1, event))
            if isinstance(event, Done | Error | Stopped):
                kept.ended_at = self._clock()
                session = self._sessions[kept.answer.session_id]
                self._sessions[session.id] = replace(session, updated_at=datetime.now(UTC))
                break
        kept.grown.notify_all()

    def suspend(self, answer_ids: Sequence[str]) -> None:
        with self._lock:
            self._suspended.update(answer_ids)
            for answer_id in answer_ids:
                if (kept := self._answers.get(answer_id)) is not None:
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
            kept.grown.wait_for(
                lambda: kept.gone or len(kept.entries) > after or answer_id in self._suspended, timeout_s
            )
            if kept.gone:
                raise NotFound
            if len(kept.entries) <= after and answer_id in self._suspended:
                raise StorageFailed
            return kept.entries[after:]

    def answer(self, answer_id: str) -> Answer | None:
        with self._lock:
            kept = self._answers.get(answer_id)
            return kept.answer if kept else None

    def session(self, session_id: str) -> Session | None:
        with self._lock:
            session = self._sessions.get(session_id)
            return self._shown(session) if session else None

    def sessions(self, user: str, search: str = "") -> list[Session]:
        words = words_of(search)
        with self._lock:
            own = [self._shown(s) for s in self._sessions.values() if s.user == user and self._has(s, words)]
        return sorted(own, key=lambda s: s.updated_at, reverse=True)

    def _shown(self, session: Session) -> Session:
        return replace(session, running=any(kept.ended_at is None for kept in self._of(session.id)))

    def _has(self, session: Session, words: Sequence[str]) -> bool:
        if not words:
            return True
        texts = [folded(session.title), *(kept.searchable for kept in self._of(session.id))]
        return all(any(word in text for text in texts) for word in words)

    def answers(self, session_id: str) -> list[Answer]:
        with self._lock:
            return [kept.answer for kept in self._of(session_id)]

    def conversation(self, session_id: str, only: Collection[str] | None = None) -> list[tuple[Answer, list[Entry]]]:
        with self._lock:
            own = self._of(session_id)
            return [(k.answer, list(k.entries)) for k in own if only is None or k.answer.id in only]

    def _of(self, session_id: str) -> list[_Kept]:
        return [kept for kept in self._answers.values() if kept.answer.session_id == session_id]

    def asked(self, user: str, seconds: int) -> int:
        with self._lock:
            return sum(at > self._clock() - seconds for at in self._asked.get(user, []))

    def rename(self, session_id: str, title: str) -> None:
        with self._lock:
            if (session := self._sessions.get(session_id)) is not None:
                self._sessions[session_id] = replace(session, title=title)

    def delete(self, session_id: str) -> None:
        with self._lock:
            self._sessions.pop(session_id, None)
            ids = [answer.id for answer in self.answers(session_id)]
            for answer_id in ids:
                self._forget(answer_id)
        for call in self._deleted:
            call(ids)

    def delete_before(self, moment: datetime) -> int:
        with self._lock:
            sessions = [self._shown(s) for s in self._sessions.values()]
            old = [s.id for s in sessions if s.updated_at < moment and not s.running]
            for session_id in old:
                self.delete(session_id)
        return len(old)

    def on_deletion(self, call: Callable[[Sequence[str]], None]) -> None:
        self._deleted.append(call)

    def request_stop(self, answer_id: str) -> None:
        with self._lock:
            kept = self._answers.get(answer_id)
            told = list(self._watching) if kept is not None and kept.ended_at is None else []
        for on_stop in told:
            on_stop(answer_id)

    def watch(self, on_stop: Callable[[str], None]) -> None:
        with self._lock:
            self._watching.append(on_stop)

    def beat(self) -> list[Lease]:
        return []

    def take_over(self, lease: Lease) -> bool:  # noqa: ARG002 - nobody else writes here
        return False

    def open_stream(self, user: str, most: int) -> str | None:
        with self._lock:
            if sum(owner == user for owner in self._streams.values()) >= most:
                return None
            ticket = str(uuid4())
            self._streams[ticket] = user
            return ticket

    def close_stream(self, ticket: str) -> None:
        with self._lock:
            self._streams.pop(ticket, None)

    def close(self) -> None:
        with self._lock:
            self._streams.clear()

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

"""What users say of answers, in a database and in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from footnote.conversations import Answer
from footnote.errors import NotFound
from footnote.feedback import Feedback, Opinion, Reason
from footnote.storage import schema
from footnote.storage.transactions import reading, writing

_kept = schema.feedback
_MOST_ASKED = 500  # answers in one statement: each takes one of its variables, and both databases have a most of them


class SqlFeedback:
    """A ``FeedbackStore`` in the database that holds the answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, feedback: Feedback) -> None:
        standing = select(schema.answers.c.id).where(schema.answers.c.id == feedback.answer_id)
        with writing(self._engine) as connection:
            if connection.scalar(standing.with_for_update(read=True)) is None:
                raise NotFound
            _upsert(connection, _row(feedback))

    def remove(self, answer_id: str, n: int | None = None) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(_kept).where(_kept.c.id == _key(answer_id, n)))

    def of(self, answer_ids: Sequence[str]) -> Mapping[str, Sequence[Feedback]]:
        found: list[Feedback] = []
        with reading(self._engine) as connection:
            for start in range(0, len(answer_ids), _MOST_ASKED):
                some = select(_kept).where(_kept.c.answer_id.in_(answer_ids[start : start + _MOST_ASKED]))
                found.extend(map(_feedback, connection.execute(some)))
        return _by_answer(found)

    def everything(self) -> Sequence[Feedback]:
        with reading(self._engine) as connection:
            return [
                _feedback(row) for row in connection.execute(select(_kept).order_by(_kept.c.created_at, _kept.c.id))
            ]


class MemoryFeedback:
    """A ``FeedbackStore`` without a database, for the answers that ``answer`` finds."""

    def __init__(self, answer: Callable[[str], Answer | None]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self._kept: dict[str, Feedback] = {}

    def put(self, feedback: Feedback) -> None:
        if self._answer(feedback.answer_id) is None:
            raise NotFound
        with self._lock:
            self._kept[_key(feedback.answer_id, feedback.n)] = feedback
        self.everything()  # forgets what was said of answers that are gone

    def remove(self, answer_id: str, n: int | None = None) -> None:
        with self._lock:
            self._kept.pop(_key(answer_id, n), None)

    def of(self, answer_ids: Sequence[str]) -> Mapping[str, Sequence[Feedback]]:
        return _by_answer(said for said in self.everything() if said.answer_id in answer_ids)

    def everything(self) -> Sequence[Feedback]:
        with self._lock:
            gone = {said.answer_id for said in self._kept.values() if self._answer(said.answer_id) is None}
            self._kept = {key: said for key, said in self._kept.items() if said.answer_id not in gone}
            return sorted(self._kept.values(), key=lambda said: (said.at, _key(said.answer_id, said.n)))


def _key(answer_id: str, n: int | None) -> str:
    return answer_id if n is None else f"{answer_id}#{n}"


def _by_answer(found: Iterable[Feedback]) -> dict[str, list[Feedback]]:
    by_answer: dict[str, list[Feedback]] = {}
    for said in sorted(found, key=lambda said: said.n or 0):
        by_answer.setdefault(said.answer_id, []).append(said)
    return by_answer


def _upsert(connection: Connection, row: dict[str, object]) -> None:
    kind: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    changed = {name: value for name, value in row.items() if name != "id"}
    connection.execute(kind(_kept).values(**row).on_conflict_do_update(index_elements=["id"], set_=changed))


def _row(feedback: Feedback) -> dict[str, object]:
    return {
        "id": _key(feedback.answer_id, feedback.n),
        "answer_id": feedback.answer_id,
        "user": feedback.user,
        "n": feedback.n,
        "verdict": feedback.verdict.value,
        "reason": feedback.reason.value if feedback.reason else None,
        "comment": feedback.comment,
        "created_at": feedback.at,
    }


def _feedback(row: Row[Any]) -> Feedback:
    reason = Reason(row.reason) if row.reason else None
    return Feedback(row.answer_id, row.user, Opinion(row.verdict), row.created_at, row.n, reason, row.comment)

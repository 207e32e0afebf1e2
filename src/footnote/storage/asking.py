"""The transaction that makes an answer: whose conversation it is, and whether the user may ask another."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from footnote.conversations import Allowance, Answer
from footnote.errors import NotFound, TooManyQuestions
from footnote.storage import schema
from footnote.storage.rows import ANSWER_COLUMNS, answer_of, answer_row, hold, insert_new
from footnote.storage.titles import folded, title_of

_ANSWERS = schema.answers.join(schema.sessions, schema.answers.c.session_id == schema.sessions.c.id)


def find(connection: Connection, answer_id: str) -> Answer | None:
    """The answer under an id."""
    row = connection.execute(
        select(*ANSWER_COLUMNS).select_from(_ANSWERS).where(schema.answers.c.id == answer_id)
    ).one_or_none()
    return answer_of(row) if row else None


def make(
    connection: Connection, answer: Answer, allowance: Allowance | None, *, owner: str, now: datetime
) -> int | None:
    """Insert an answer that ``owner`` writes; its number, None where another was made under its id just now.

    In that case, too, the transaction must not be kept. Raises as ``AnswerLog.create``.
    """
    insert_new(connection, schema.users, id=answer.user)
    _check_session(connection, answer, now)
    insert_new(connection, schema.processes, id=owner, beat=1)
    number: int | None = insert_new(connection, schema.answers, schema.answers.c.number, **answer_row(answer, owner))
    if number is not None and allowance is not None:
        _count(connection, answer.user, allowance, now)
    return number


def count(connection: Connection, user: str, seconds: int, now: datetime) -> int:
    """How many questions of a user's were counted within the last ``seconds``."""
    return connection.scalar(select(func.count()).where(*_within(user, seconds, now))) or 0


def _check_session(connection: Connection, answer: Answer, now: datetime) -> None:
    """Make the conversation where it is new, and raise ``NotFound`` where the answer doesn't belong in it."""
    title = title_of(answer.query)
    insert_new(
        connection,
        schema.sessions,
        id=answer.session_id,
        user=answer.user,
        title=title,
        searchable=folded(title),
        created_at=now,
        updated_at=now,
    )
    own = update(schema.sessions).where(
        schema.sessions.c.id == answer.session_id, schema.sessions.c.user == answer.user
    )
    if connection.execute(own.values(updated_at=now)).rowcount == 0:
        raise NotFound
    replaced = select(schema.answers.c.id).where(
        schema.answers.c.id == answer.replaces, schema.answers.c.session_id == answer.session_id
    )
    if answer.replaces is not None and connection.execute(replaced).one_or_none() is None:
        raise NotFound


def _count(connection: Connection, user: str, allowance: Allowance, now: datetime) -> None:
    """Count one more question in the moving window; raises ``TooManyQuestions`` where that is one too many."""
    hold(connection, user)
    asked = schema.asked
    begin = now - timedelta(seconds=allowance.seconds)
    connection.execute(delete(asked).where(asked.c.user == user, asked.c.at <= begin))
    # With so many in the window, another may be asked when the first of them leaves it.
    first = connection.scalar(
        select(asked.c.at)
        .where(*_within(user, allowance.seconds, now))
        .order_by(asked.c.at.desc())
        .offset(allowance.questions - 1)
        .limit(1)
    )
    if first is not None:
        raise TooManyQuestions(retry_after_s=(first - begin).total_seconds())
    connection.execute(insert(asked).values(user=user, at=now))


def _within(user: str, seconds: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    at = schema.asked.c.at
    # What lies in the future was counted before the clock was set back: nobody has to wait for that.
    return schema.asked.c.user == user, at > now - timedelta(seconds=seconds), at <= now

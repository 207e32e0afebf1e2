"""A user's conversations in the database: listed, searched, renamed and deleted for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, false, func, or_, select, update

from footnote.conversations import Answer, Session
from footnote.storage import schema
from footnote.storage.rows import ANSWER_COLUMNS, SESSION_COLUMNS, answer_of, session_of
from footnote.storage.titles import folded, words_of

_sessions, _answers = schema.sessions, schema.answers
_RUNNING = exists().where(_answers.c.session_id == _sessions.c.id, _answers.c.ended == false())


def session(connection: Connection, session_id: str) -> Session | None:
    """The conversation under an id."""
    row = connection.execute(_shown().where(_sessions.c.id == session_id)).one_or_none()
    return session_of(row) if row else None


def sessions(connection: Connection, user: str, search: str) -> list[Session]:
    """A user's conversations, the last used first; with ``search`` those that have all its words."""
    listed = _shown().where(_sessions.c.user == user).order_by(_sessions.c.updated_at.desc(), _sessions.c.id)
    for word in words_of(search):
        listed = listed.where(_has(connection, word))
    return [session_of(row) for row in connection.execute(listed)]


def answers(connection: Connection, session_id: str) -> list[Answer]:
    """A conversation's answers, in the order asked."""
    joined = _answers.join(_sessions, _answers.c.session_id == _sessions.c.id)
    listed = select(*ANSWER_COLUMNS).select_from(joined).where(_answers.c.session_id == session_id)
    return [answer_of(row) for row in connection.execute(listed.order_by(_answers.c.number))]


def rename(connection: Connection, session_id: str, title: str) -> None:
    """Give a conversation another title."""
    renamed = update(_sessions).where(_sessions.c.id == session_id)
    connection.execute(renamed.values(title=title, searchable=folded(title)))


def remove(connection: Connection, session_id: str) -> list[str]:
    """Delete a conversation with all that hangs on it; its answers' ids."""
    # Its answers' rows are locked first, in the order in which who appends to them does.
    own = select(_answers.c.id).where(_answers.c.session_id == session_id).order_by(_answers.c.number)
    ids: Sequence[str] = connection.scalars(own.with_for_update()).all()
    connection.execute(delete(_sessions).where(_sessions.c.id == session_id))
    return list(ids)


def remove_before(connection: Connection, moment: datetime) -> tuple[int, list[str]]:
    """Delete the conversations that were last used before ``moment`` and are not being written.

    How many these were, and their answers' ids.
    """
    old = (_sessions.c.updated_at < moment) & ~_RUNNING
    within = _answers.c.session_id.in_(select(_sessions.c.id).where(old))
    theirs = connection.execute(select(_answers.c.id, _answers.c.session_id).where(within)).all()
    # On Postgres somebody may ask in one of them between the two statements: that one stays.
    gone = frozenset(connection.scalars(delete(_sessions).where(old).returning(_sessions.c.id)))
    return len(gone), [answer_id for answer_id, session_id in theirs if session_id in gone]


def _shown() -> Select[Any]:
    return select(*SESSION_COLUMNS, _RUNNING.label("running"))


def _has(connection: Connection, word: str) -> ColumnElement[bool]:
    place = func.strpos if connection.dialect.name == "postgresql" else func.instr
    said = exists().where(_answers.c.session_id == _sessions.c.id, place(_answers.c.searchable, word) > 0)
    return or_(place(_sessions.c.searchable, word) > 0, said)

"""Users' profiles in a database, or in this process's memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select, update

from footnote.passages import Filter
from footnote.profiles import Profile, Step, Style
from footnote.storage import rows, schema
from footnote.storage.transactions import reading, writing

MOST_REMEMBERED = 10_000
"""Profiles in memory; the one that was put first goes."""


class SqlProfiles:
    """``Profiles`` in SQLite or Postgres, beside the conversations."""

    def __init__(self, engine: Engine, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def profile(self, user: str) -> Profile | None:
        with reading(self._engine) as connection:
            return _profile(connection, user)

    def change(self, user: str, changed: Callable[[Profile | None], Profile]) -> Profile:
        with writing(self._engine) as connection:
            rows.insert_new(connection, schema.users, id=user)
            rows.hold(connection, user)
            profile = changed(_profile(connection, user))
            told = _row(profile) | {"updated_at": self._now()}
            rows.insert_new(connection, schema.profiles, user=user, **told)
            connection.execute(update(schema.profiles).where(schema.profiles.c.user == user).values(**told))
        return profile

    def forget(self, user: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(schema.profiles).where(schema.profiles.c.user == user))


class MemoryProfiles:
    """``Profiles`` without a database, for one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Profile] = {}

    def profile(self, user: str) -> Profile | None:
        return self._kept.get(user)

    def change(self, user: str, changed: Callable[[Profile | None], Profile]) -> Profile:
        with self._lock:
            profile = changed(self._kept.get(user))
            self._kept.pop(user, None)
            if len(self._kept) >= MOST_REMEMBERED:
                del self._kept[next(iter(self._kept))]
            self._kept[user] = profile
        return profile

    def forget(self, user: str) -> None:
        with self._lock:
            self._kept.pop(user, None)


def _profile(connection: Connection, user: str) -> Profile | None:
    row = connection.execute(select(schema.profiles).where(schema.profiles.c.user == user)).one_or_none()
    return _profile_of(row) if row else None


def _row(profile: Profile) -> dict[str, Any]:
    return {
        "role": profile.role,
        "topics": list(profile.topics),
        "sources": _fields(profile.sources),
        "style": profile.style,
        "step": profile.step,
    }


def _fields(sources: Filter) -> dict[str, object] | None:
    fields = rows.filter_fields(sources) or {}
    if sources.document_ids is not None:
        fields["document_ids"] = sorted(sources.document_ids)
    return fields or None


def _profile_of(row: Row[Any]) -> Profile:
    style = Style(row.style) if row.style else None
    return Profile(row.role, tuple(row.topics), rows.filter_of(row.sources), style, Step(row.step))

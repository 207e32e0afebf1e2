"""Connections to a Postgres whose password changes, and which may be asleep: each takes the newest one, and waits."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from sqlalchemy import Engine, event

from footnote.errors import StorageFailed

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect
    from sqlalchemy.pool import ConnectionPoolEntry

WAKE_S = 8.0
"""How long a database is waited for that is waking up."""
RECYCLE_S = 1800
"""A connection's life in the pool: the server may close it when the token that it was made with ends, in an hour."""
MOST_REFUSALS = 3
"""Passwords in a row that are tried: one may end while it is on its way."""
_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 0.5
# What libpq has of a refusal to connect are words; a server that wakes up says one of the second kind, or nothing yet.
_REFUSED = re.compile(r"authentication|password|token|28P01|28000", re.IGNORECASE)
_ASLEEP = re.compile(
    r"refused|timeout|timed out|starting up|shutting down|recovery mode|not accept|No such file|closed the connection"
    r"|closed unexpectedly|reset by peer|terminating connection|57P0[123]|suspend|waking|could not receive|unreachable",
    re.IGNORECASE,
)


class Passwords(Protocol):
    """Where passwords come from."""

    def current(self) -> str:
        """The one to connect with; raises ``StorageFailed``."""

    def refused(self, password: str) -> None:
        """It was not good."""


def connect_with(engine: Engine, passwords: Passwords) -> None:
    """Let each new connection of the engine be made with the password of its moment; those that stand cost nothing."""

    def connect(dialect: Dialect, _record: ConnectionPoolEntry, args: Any, kwargs: dict[str, Any]) -> Any:
        until = time.monotonic() + WAKE_S
        pause = _PAUSE_S
        tried: set[str] = set()
        while True:
            password = _current(passwords)
            tried.add(password)
            try:
                # Not put into kwargs, which all connections share.
                return dialect.connect(*args, **kwargs | {"password": password})
            except psycopg.OperationalError as error:
                late = time.monotonic() + pause > until or len(tried) > MOST_REFUSALS
                if late or not _passes(error, passwords, password):
                    raise
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - so that all who wait don't come at once
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    event.listen(engine, "do_connect", connect)


def _current(passwords: Passwords) -> str:
    try:
        return passwords.current()
    except StorageFailed as error:  # for who connects, a way in which a connection fails
        raise psycopg.OperationalError(error.message) from error


def _passes(error: psycopg.OperationalError, passwords: Passwords, password: str) -> bool:
    """Whether the same may go well in a moment: with a newer password, or once the server is awake."""
    said = str(error)
    if _REFUSED.search(said):
        passwords.refused(password)
        return _current(passwords) != password
    return bool(_ASLEEP.search(said))

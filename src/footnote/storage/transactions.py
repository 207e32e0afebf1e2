"""Transactions on either database, and what its failures mean to a person.

A server waits for a locked SQLite file in Python: SQLite's own waiting would stop every greenlet.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, exc
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from footnote.errors import StorageFailed

BUSY_TIMEOUT_S = 5.0
"""How long a transaction waits for another process that writes."""

TURN = "footnote_turn"
"""The engine's option that holds the lock in which this process's writers stand in line; SQLite only."""
PATIENCE = "footnote_patience"
"""The engine's option for another ``BUSY_TIMEOUT_S``."""
WRITES = "footnote_writes"
"""The connection's option that makes its next transaction the only writer."""

BUSY = "The database is being written by another process. Nothing was changed here; try again in a moment."
FULL = (
    "The database could not be written: the disk is full, failing or read-only. Nothing was changed. See to it, "
    "then try again."
)
GONE = "The database can't be reached. Try again in a moment; if it happens again, tell whoever runs this page."

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_UNWRITABLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
_UNREACHABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_PROTOCOL)
_LONGEST_PAUSE_S = 0.02

Result = TypeVar("Result")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads; on SQLite it sees one state throughout, and waits for no writer.

    Raises ``StorageFailed`` where the database can't be reached.
    """
    until = time.monotonic() + _patience(engine)
    with told(), _begun(engine, writes=False, until=until) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is kept whole or not at all; on SQLite the only writer from its beginning on.

    Raises ``StorageFailed`` where another process writes for too long, the disk is full, or the
    database can't be reached.
    """
    until = time.monotonic() + _patience(engine)  # for the turn and the lock together: who asks waits no longer
    with told(), _turn(engine, until), _begun(engine, writes=True, until=until) as connection:
        yield connection


def failure(error: DBAPIError) -> StorageFailed | None:
    """What a person can do something about; None for a mistake of the program's own."""
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest only details it
        if code in _LOCKED:
            return StorageFailed(BUSY)
        if code in _UNWRITABLE:
            return StorageFailed(FULL)
        return StorageFailed(GONE) if code in _UNREACHABLE else None
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith("53") or state == "25006":  # out of resources; may only be read
        return StorageFailed(FULL)
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return StorageFailed(BUSY if state in {"55P03", "57014", "40P01", "40001"} else GONE)
    return None


def while_locked(act: Callable[[], Result], timeout_s: float) -> Result:
    """What ``act`` gives, tried again while another process's lock is in its way, until the time is over.

    Nobody is woken by a lock's end: so there are pauses, a little longer each.
    """
    until = time.monotonic() + timeout_s
    pause = 0.001
    while True:
        try:
            return act()
        except (DBAPIError, sqlite3.Error) as error:
            if not locked(error) or time.monotonic() >= until:
                raise
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - so that two who wait don't keep step
        pause = min(2 * pause, _LONGEST_PAUSE_S)


def locked(error: BaseException) -> bool:
    """Whether another process's lock on SQLite's file is what is in the way."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF in _LOCKED


@contextmanager
def told() -> Iterator[None]:
    """Have the database's failures in this block raised as ``StorageFailed``."""
    try:
        yield
    except DBAPIError as error:
        if meant := failure(error):
            raise meant from error
        raise
    except exc.TimeoutError as error:  # all connections of the pool are taken
        raise StorageFailed(GONE) from error


@contextmanager
def _turn(engine: Engine, until: float) -> Iterator[None]:
    turn: threading.Lock | None = engine.get_execution_options().get(TURN)
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=max(0.0, until - time.monotonic())):
        raise StorageFailed(BUSY)
    try:
        yield
    finally:
        turn.release()


@contextmanager
def _begun(engine: Engine, *, writes: bool, until: float) -> Iterator[Connection]:
    # To connect may meet a lock too: where another process is just making the database.
    connection = while_locked(lambda: _begin(engine, writes=writes), until - time.monotonic())
    with connection, connection.get_transaction() or connection.begin():
        yield connection


def _begin(engine: Engine, *, writes: bool) -> Connection:
    connection = engine.connect().execution_options(**{WRITES: writes})
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _patience(engine: Engine) -> float:
    return float(engine.get_execution_options().get(PATIENCE, BUSY_TIMEOUT_S))

"""The embedded database: one SQLite file that several processes, threads and greenlets share."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from footnote.errors import SettingsError, StorageFailed
from footnote.storage import full_text, schema

BUSY_TIMEOUT_S = 5.0
"""How long a writer waits for another. Under gevent nothing else runs in that time: keep transactions short."""

_WRITES = "footnote_writes"
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def open_database(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Open the database at ``path``; make it, its folder and its tables where they are missing.

    Raises ``SettingsError`` where the place can't be used or a newer Footnote has written it,
    ``StorageFailed`` where another process doesn't let go of it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, "A folder can't be made there.") from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_timeout_s}, hide_parameters=True
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    try:
        _use_write_ahead_log(path, busy_timeout_s)
        _create_tables(engine, path)
    except (sqlite3.DatabaseError, DatabaseError) as error:
        engine.dispose()
        raise _unusable(path, "It holds no database that can be opened and written to.") from error
    except (SettingsError, StorageFailed):
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database throughout, and waits for no writer."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is the only writer from its first statement on, and is kept whole or not at all.

    Raises ``StorageFailed`` where another process writes for too long, or the disk is full.
    """
    try:
        with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        if failure := _failure(error):
            raise failure from error
        raise


def _failure(error: DBAPIError) -> StorageFailed | None:
    """What a person can do something about."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest only details it
    if code in _LOCKED:
        return StorageFailed()
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}:
        return StorageFailed(
            "The library could not be written: the disk is full, failing or read-only. Nothing was changed. See to it, "
            "then try again.",
            retryable=False,
        )
    return None


def _on_connect(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Without this the driver begins transactions by itself, deferred; `_on_begin` decides instead.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log a crash of the machine keeps it whole


def _on_begin(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once when another one wrote in between;
    # one that takes the writer's place at its beginning waits for its turn.
    immediate = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _use_write_ahead_log(path: Path, timeout_s: float) -> None:
    """Switch once and for all to the write-ahead log, in which readers and the writer don't wait for each other.

    SQLite doesn't wait for its turn in this statement: where two processes open a new database
    at once, one of them has to try again.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=0)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _LOCKED:
                raise
            if time.monotonic() >= deadline:
                raise StorageFailed from error
            time.sleep(0.02)


def _create_tables(engine: Engine, path: Path) -> None:
    with reading(engine) as connection:  # so that an opening never waits for another process that writes
        if _schema_number(connection, path) == schema.SCHEMA_NUMBER:
            return
    with writing(engine) as connection:
        if _schema_number(connection, path) < schema.SCHEMA_NUMBER:
            schema.metadata.create_all(connection)
            connection.exec_driver_sql(full_text.CREATE)
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.SCHEMA_NUMBER:d}")


def _schema_number(connection: Connection, path: Path) -> int:
    number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if number > schema.SCHEMA_NUMBER:
        raise _unusable(path, "A newer Footnote has written the database there. Update this one.")
    return number


def _unusable(path: Path, reason: str) -> SettingsError:
    return SettingsError(
        f"FOOTNOTE_DATA={str(path.parent)!r} can't be used. {reason} Allowed: a folder that can be written to."
    )

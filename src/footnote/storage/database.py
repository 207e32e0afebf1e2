"""The embedded database: one SQLite file that several processes, threads and greenlets share."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from footnote.errors import SettingsError, StorageFailed
from footnote.storage.bells import BELLS
from footnote.storage.doorbells import FOLDER
from footnote.storage.migrations import Newer, prepare
from footnote.storage.transactions import BUSY, BUSY_TIMEOUT_S, PATIENCE, TURN, WRITES, locked, while_locked

_TRUNCATE_S = 0.5


def open_database(path: Path, *, prepared: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Open the database at ``path``; make it, its folder and its tables where they are missing.

    What was ``prepared`` is not looked at, let alone made anew: where it has vanished since, each transaction fails
    until it is back. Raises ``SettingsError`` where the place can't be used or a newer Footnote has written it,
    ``StorageFailed`` where another process doesn't let go of it.
    """
    if prepared:
        return _engine(path, busy_timeout_s)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, "A folder can't be made there.") from error
    engine = _engine(path, busy_timeout_s)
    try:
        _make(engine, path, busy_timeout_s)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _make(engine: Engine, path: Path, busy_timeout_s: float) -> None:
    try:
        _use_write_ahead_log(path, busy_timeout_s)
        prepare(engine)
    except Newer as error:
        raise SettingsError(
            f"FOOTNOTE_DATA={str(path.parent)!r} can't be used. A newer Footnote has written the database there. "
            "Update this one, or name another folder."
        ) from error
    except (sqlite3.DatabaseError, DatabaseError, StorageFailed) as error:
        if isinstance(error, StorageFailed) and error.message == BUSY:
            raise
        raise _unusable(path, "It holds no database that can be opened and written to.") from error


def truncate(engine: Engine) -> None:
    """Empty the write-ahead log, in which what was deleted may still stand, as soon as nobody reads in it; SQLite only.

    Where somebody reads for long, the next deletion sees to it.
    """
    if engine.dialect.name != "sqlite":
        return
    with suppress(DBAPIError, sqlite3.Error):
        while_locked(lambda: _truncate(engine), _TRUNCATE_S)


def _truncate(engine: Engine) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection  # outside of any transaction
        if driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            busy = sqlite3.OperationalError("somebody reads")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise busy


def _engine(path: Path, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        # `rw`: a file that has vanished is a failure; an empty one in its place would hide the loss.
        URL.create("sqlite", database=f"file:{quote(str(path.absolute()))}", query={"uri": "true", "mode": "rw"}),
        connect_args={"timeout": 0},
        execution_options={TURN: threading.Lock(), PATIENCE: busy_timeout_s, BELLS: path.absolute().parent / FOLDER},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        # Without this the driver begins transactions by itself, deferred; `_on_begin` decides instead.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "PRAGMA synchronous = NORMAL"
        )  # with a write-ahead log a crash of the machine keeps it whole
        connection.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten, not only forgotten
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def on_checkout(_connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object) -> None:
        # A file that was moved away or deleted is still written to by who has it open, and nobody would find it.
        if record.info.get("file") != _identity(path):
            raise DisconnectionError

    event.listen(engine, "begin", _on_begin)
    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - at each transaction: half the time of Path.stat
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _on_begin(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once when another one wrote in between;
    # one that takes the writer's place at its beginning waits for its turn.
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("BEGIN")
    try:
        # The first look takes the reader's lock: what can be in the way is in the way here, where it is tried again.
        connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").close()
    except DatabaseError:
        connection.exec_driver_sql("ROLLBACK")
        raise


def _use_write_ahead_log(path: Path, timeout_s: float) -> None:
    """Switch once and for all to the write-ahead log, in which readers and the writer don't wait for each other.

    SQLite doesn't wait for its turn in this statement: where two processes open a new database
    at once, one of them has to try again.
    """
    try:
        while_locked(lambda: _switch(path), timeout_s)
    except sqlite3.OperationalError as error:
        if locked(error):
            raise StorageFailed(BUSY) from error
        raise


def _switch(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def _unusable(path: Path, reason: str) -> SettingsError:
    return SettingsError(
        f"FOOTNOTE_DATA={str(path.parent)!r} can't be used. {reason} Allowed: a folder that can be written to."
    )

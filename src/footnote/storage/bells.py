"""What rings when another process has changed something: Postgres tells it, SQLite's file shows it."""

from __future__ import annotations

import time
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from footnote.storage.logs import CHANNEL

LOOK_S = 0.05
"""How often SQLite's file is looked at: some microseconds each time."""
RECONNECT_S = 1.0
_STOPS = "SELECT 1 FROM answers WHERE ended = 0 AND stop = 1 AND owner = ? LIMIT 1"


class Bell(Protocol):
    """Rings for changes of others; it may ring in vain, and doesn't fail."""

    def wait(self, timeout_s: float) -> set[str] | None:
        """Return when something may have changed, or after ``timeout_s``; which answers, None where that isn't known.

        At least once in ``timeout_s`` it says None: then everything is looked at, whatever was missed.
        """

    def may_stop(self) -> bool:
        """Whether an answer that this process writes may have been asked to stop; a cheap look, never a wrong no."""

    def close(self) -> None:
        """Let go of the connection; the next ``wait`` takes a new one."""


def bell(engine: Engine, process: str) -> Bell:
    """The bell of an engine's database; what ``process`` itself changes need not ring."""
    return _Notified(engine, process) if engine.dialect.name == "postgresql" else _FileChanged(engine, process)


class _FileChanged:
    """SQLite counts the commits of other connections, where they can be seen without reading anything else."""

    def __init__(self, engine: Engine, process: str) -> None:
        self._engine = engine
        self._process = process
        self._connection: Any = None
        self._version = -1

    def wait(self, timeout_s: float) -> set[str] | None:
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            time.sleep(LOOK_S)
            version = self._look()
            if version != self._version:
                self._version = version
                break
        return None

    def may_stop(self) -> bool:
        # This process's own commits ring too: 20 times a second, for which a whole transaction is too dear.
        try:
            return self._connection is None or bool(self._connection.execute(_STOPS, (self._process,)).fetchall())
        except self._engine.dialect.loaded_dbapi.Error:
            return True

    def _look(self) -> int:
        try:
            if self._connection is None:
                self._connection = _own_connection(self._engine)
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
            self.close()
            return -1

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Notified:
    """Postgres sends a notification with the commit; while it can't, everything is looked at again and again."""

    def __init__(self, engine: Engine, process: str) -> None:
        self._engine = engine
        self._process = process
        self._connection: Any = None
        self._tried = -RECONNECT_S
        self._told_all = time.monotonic()

    def wait(self, timeout_s: float) -> set[str] | None:
        rung = self._rung(min(timeout_s, max(0.0, self._told_all + timeout_s - time.monotonic())))
        if rung is None:
            self._told_all = time.monotonic()
        return rung

    def _rung(self, timeout_s: float) -> set[str] | None:
        try:
            if self._connection is None:
                if time.monotonic() - self._tried < RECONNECT_S:
                    time.sleep(min(timeout_s, LOOK_S))
                    return None
                self._tried = time.monotonic()
                self._connection = _own_connection(self._engine)
                self._connection.autocommit = True
                self._connection.execute(f"LISTEN {CHANNEL}")
                return None
            heard = [n.payload.partition(":") for n in self._connection.notifies(timeout=timeout_s, stop_after=1)]
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
            self.close()
            return None
        if not heard:
            return None
        return {id for sender, _, ids in heard if sender != self._process for id in ids.split(",")}

    def may_stop(self) -> bool:
        return True  # it rang for this answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _own_connection(engine: Engine) -> Any:
    """A connection of the driver's that is nobody else's and not the pool's."""
    connection = engine.connect()
    connection.detach()
    return connection.connection.dbapi_connection

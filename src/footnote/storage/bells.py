"""What rings when another process has changed something: Postgres tells it, or the process itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from footnote.storage.doorbells import Doorbell
from footnote.storage.logs import CHANNEL

BELLS = "footnote_bells"
"""The engine's option that names the folder of its processes' doorbells; SQLite only."""
LOOK_S = 0.05
"""How often SQLite's file is looked at where nobody can ring: some microseconds each time."""
RECONNECT_S = 1.0
_STOPS = "SELECT 1 FROM answers WHERE ended = 0 AND stop = 1 AND owner = ? LIMIT 1"


log = logging.getLogger(__name__)


class Bell(Protocol):
    """Rings for changes of others; it may ring in vain, may miss one, and doesn't fail."""

    def wait(self, timeout_s: float) -> set[str] | None:
        """Return when something may have changed, or after ``timeout_s``; which answers, None where that isn't known.

        None also as often as it begins to listen anew: then everything is to be looked at.
        """

    def ring(self, answer_ids: Sequence[str]) -> None:
        """Let the other processes know of changes that are committed, from any thread; never waits."""

    def may_stop(self) -> bool:
        """Whether an answer that this process writes may have been asked to stop; a cheap look, never a wrong no."""

    def close(self) -> None:
        """Let go of what is listened at; the next ``wait`` begins anew."""


def bell(engine: Engine, process: str) -> Bell:
    """The bell of an engine's database; what ``process`` itself changes need not ring."""
    if engine.dialect.name == "postgresql":
        return _Notified(engine, process)
    folder: Path = engine.get_execution_options()[BELLS]
    return _Rung(Doorbell(folder, process), _FileChanged(engine, process))


class _Rung:
    """Who shares an SQLite file is on the same machine, and rings; where that can't be, the file is looked at."""

    def __init__(self, doorbell: Doorbell, file: _FileChanged) -> None:
        self._doorbell = doorbell
        self._file = file
        self._deaf = False

    def wait(self, timeout_s: float) -> set[str] | None:
        if self._deaf:
            return self._file.wait(timeout_s)
        try:
            if self._doorbell.listens:
                return self._doorbell.heard(timeout_s) or None
            self._doorbell.listen()
        except OSError as error:
            log.debug("nobody can ring here (%s): the database is looked at instead", error.strerror or error)
            self._deaf = True
        return None

    def ring(self, answer_ids: Sequence[str]) -> None:
        self._doorbell.ring(answer_ids)

    def may_stop(self) -> bool:
        return not self._deaf or self._file.may_stop()

    def close(self) -> None:
        self._doorbell.close()
        self._file.close()
        self._deaf = False  # the folder may be back by the next time


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
        self._version = -1  # each connection counts for itself
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

    def wait(self, timeout_s: float) -> set[str] | None:
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

    def ring(self, answer_ids: Sequence[str]) -> None:
        """Nothing is left to do: the commit itself has told it (``logs.tell``)."""

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

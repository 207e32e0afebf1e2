"""Databases that several processes share, as the tests of this room open them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, event

from fakes import PATIENCE_S
from footnote.chat import FinishReason
from footnote.events import Done, Timings, TokenCounts
from footnote.storage.answers import SqlLog
from footnote.storage.database import open_database
from footnote.storage.postgres import open_postgres
from footnote.storage.transactions import WRITES

DONE = Done(FinishReason.STOP, TokenCounts(1, 2), Timings(3))
Result = TypeVar("Result")


@dataclass
class Shared:
    """A database; each ``open`` stands for another process that has it open."""

    place: Path | str
    engines: list[Engine] = field(default_factory=list)
    logs: list[SqlLog] = field(default_factory=list)

    def open(self, **options: Any) -> Engine:
        self.engines.append(opened(self.place, **options))
        return self.engines[-1]

    def log(self, **options: Any) -> SqlLog:
        """The log as another process has it."""
        self.logs.append(SqlLog(self.open(), **options))
        return self.logs[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.logs:
            with ThreadPoolExecutor(len(self.logs)) as pool:  # each waits for the last look of its thread
                list(pool.map(SqlLog.close, self.logs))
        for engine in self.engines:
            engine.dispose()


def opened(place: Path | str, **options: Any) -> Engine:
    """The database at a path or a URL."""
    return open_database(place, **options) if isinstance(place, Path) else open_postgres(place)


def at_once(count: int, act: Callable[[int], Result]) -> list[Result]:
    """What ``count`` threads get that do the same at the same moment."""
    together = threading.Barrier(count)

    def run(n: int) -> Result:
        together.wait(PATIENCE_S)
        return act(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@contextmanager
def failing_commits(engine: Engine, *, kept: bool) -> Iterator[None]:
    """In this block each commit of a change fails: before anything is kept, or when all is, but nobody is told so."""
    dialect: Any = engine.dialect
    original = dialect.do_commit
    changes = threading.local()

    def on_commit(connection: Connection) -> None:
        changes.something = connection.get_execution_options().get(WRITES)

    def commit(connection: Any) -> None:
        if kept or not changes.something:
            original(connection)
        else:
            connection.rollback()
        if changes.something:
            raise lost_connection(dialect.name)

    event.listen(engine, "commit", on_commit)
    dialect.do_commit = commit
    try:
        yield
    finally:
        dialect.do_commit = original
        event.remove(engine, "commit", on_commit)


def lost_connection(dialect: str) -> Exception:
    """What a driver raises when it can't say what became of a commit."""
    if dialect == "postgresql":
        return psycopg.OperationalError("the connection was lost")
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error

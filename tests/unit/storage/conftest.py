"""The databases of this room's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from databases import Shared
from footnote.conversations import AnswerLog
from footnote.storage.answers import SqlLog
from footnote.storage.database import open_database
from footnote.storage.memory import MemoryLog
from postgres import Postgres


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "footnote.db"
    open_database(path).dispose()
    return path


@pytest.fixture
def sqlite(tmp_path: Path, prepared_file: Path) -> Iterator[Shared]:
    """An embedded database with nothing in it."""
    shutil.copy(prepared_file, tmp_path)
    with Shared(tmp_path / "footnote.db") as shared:
        yield shared


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Shared]:
    """A database on Postgres with nothing in it."""
    with Shared(postgres_server.empty_database()) as shared:
        yield shared


@pytest.fixture
def new_sqlite(tmp_path: Path) -> Iterator[Shared]:
    """A place where no embedded database is yet."""
    with Shared(tmp_path / "footnote.db") as shared:
        yield shared


@pytest.fixture
def new_postgres(postgres_server: Postgres) -> Iterator[Shared]:
    """A database on Postgres without a table."""
    with Shared(postgres_server.new_database()) as shared:
        yield shared


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest) -> Shared:
    """A database that several processes share, on either kind."""
    found: Shared = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def a(shared: Shared) -> SqlLog:
    """The log in one process."""
    return shared.log()


@pytest.fixture
def b(shared: Shared) -> SqlLog:
    """The log in another."""
    return shared.log()


class Clock:
    """A clock that moves when it is told to: the seconds and the moments that logs look at."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        """The moment."""
        return datetime(2026, 3, 12, 9, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    """The clock of ``answer_log``."""
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def answer_log(request: pytest.FixtureRequest, clock: Clock) -> AnswerLog:
    """Each kind of log in turn, with nothing in it."""
    if request.param == "memory":
        return MemoryLog(clock=clock)
    shared: Shared = request.getfixturevalue(request.param)
    return shared.log(now=clock.now)

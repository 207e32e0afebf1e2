"""Databases that several processes share, as the tests of this room open them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Engine

from fakes import PATIENCE_S
from footnote.chat import FinishReason
from footnote.events import Done, Timings, TokenCounts
from footnote.storage.answers import SqlLog
from footnote.storage.database import open_database
from footnote.storage.postgres import open_postgres

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
        for log in self.logs:
            log.close()
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

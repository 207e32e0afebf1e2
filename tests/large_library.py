"""A large library that is small, and processes that serve it: for the tests of its index."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from footnote.passages import Filter, Hit
from footnote.retrieval.large.owner import Owner
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Writer
from footnote.retrieval.sized import SizedRetriever
from footnote.storage.changes import standing
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.transactions import reading
from searched import Searched

LEAST = 4
SOON_S = 30.0


class Serving:
    """A process that serves, as far as searches go: which index answers can be told."""

    def __init__(self, database: Path) -> None:
        self.engine = open_database(database)
        self.retriever = SizedRetriever(self.engine, database, least=LEAST)
        self.library = Searched(SqlLibrary(self.engine), self.retriever)
        self.by_fts = 0
        small = self.retriever._small.search

        def counted(*args: Any, **kwargs: Any) -> list[Hit]:
            self.by_fts += 1
            return small(*args, **kwargs)

        self.retriever._small.search = counted  # type: ignore[method-assign]

    def found(self, query: str, filter: Filter | None = None) -> list[str]:
        return sorted(hit.passage.id for hit in self.retriever.search(query, filter=filter or Filter()))

    def found_by_the_index(self, query: str, filter: Filter | None = None) -> list[str]:
        """What is found as soon as the large library's index answers."""
        until = time.monotonic() + SOON_S
        while time.monotonic() < until:
            before = self.by_fts
            found = self.found(query, filter)
            if self.by_fts == before:
                return found
            time.sleep(0.02)
        raise AssertionError("the index never came to where the database is")

    @property
    def owner(self) -> Owner:
        """What has this process's part of the index written."""
        return self.retriever._reader_and_owner()[1]

    @property
    def writer(self) -> int | None:
        """The process that writes, where it is this one's."""
        child = self.owner._child
        return child.pid if child and child.poll() is None else None

    def close(self) -> None:
        self.retriever.close()
        self.engine.dispose()


@contextmanager
def serving(database: Path) -> Iterator[Serving]:
    """A process, as long as the block lasts."""
    made = Serving(database)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def no_file_opened() -> Iterator[None]:
    """As many files are open as this process may open."""
    _, most = bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))  # a number, not a count: 0, 1 and 2 are taken
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, bounds)


def followed(engine: Engine, database: Path) -> None:
    """Have the index come to where the database is, and be left there."""
    writer = Writer(engine, Place(database), lambda: False)
    try:
        writer.follow()
    finally:
        writer.close()


def newest(engine: Engine) -> int:
    """The library's newest change."""
    with reading(engine) as connection:
        return standing(connection).newest

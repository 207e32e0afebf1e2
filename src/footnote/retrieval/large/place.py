"""Where the index stands, and who may write it: what another process, or another version, may not mistake."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from footnote.storage.transactions import locked

_META = "meta.json"
_BORN = "born"
_COMPARED = "compared"
_OPENS = 8
MADE_BY = ("words.py", "storage/full_text.py", "retrieval/large/fields.py")
RULES = "e1ff4b83a0bf"
"""The digest of the sources that decide how words and fields stand in the index: where one of them changes, the index
is made anew. Noted here, for not every installation has its sources; a test holds it to them."""


class Place:
    """A folder beside the database, and in it one for the index of this version."""

    def __init__(self, database: Path) -> None:
        self._folder = database.with_suffix(".index")
        self.index = self._folder / f"{version('tantivy')}-{RULES}"

    @property
    def stands(self) -> bool:
        """Whether an index is there, whole or not."""
        return (self.index / _META).exists()

    @property
    def remains(self) -> bool:
        """Whether any index is there, also one of another version."""
        return bool(self._indexes())

    @property
    def compared(self) -> tuple[int, int] | None:
        """Which comparing with the database found the index to be of it; None as long as its present writer has not."""
        try:
            found = (self.index / _COMPARED).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    @property
    def can_be_read(self) -> bool:
        """Whether as many files can be opened there as tantivy has open at once; False also where the index is gone."""
        try:
            with ExitStack() as opened:
                for _ in range(_OPENS):
                    opened.enter_context((self.index / _META).open("rb"))
        except OSError:
            return False
        return True

    @property
    def age_s(self) -> float:
        """How long ago the index was made from nothing."""
        try:
            return time.time() - (self.index / _BORN).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def note_birth(self) -> None:
        """The index is being made from nothing."""
        (self.index / _BORN).touch()

    def note_comparing(self) -> None:
        """The index is of the database beside it: whoever reads may take it from now on."""
        now = time.time_ns()
        (self.index / _COMPARED).touch()
        os.utime(self.index / _COMPARED, ns=(now, now))  # finer than the clock of the files

    def doubt(self) -> None:
        """Nobody may take the index until it has been compared."""
        (self.index / _COMPARED).unlink(missing_ok=True)

    def condemn(self) -> None:
        """Have its owner make the index anew."""
        self.doubt()
        (self.index / _META).unlink(missing_ok=True)

    def make(self) -> None:
        """The folder for this version's index, empty or as it stands; what other versions left is removed."""
        self.index.mkdir(parents=True, exist_ok=True)
        for found in self._indexes():
            if found != self.index:
                shutil.rmtree(found, ignore_errors=True)

    def clear(self) -> None:
        """Remove every index; who reads in it keeps what it has open."""
        for found in self._indexes():
            shutil.rmtree(found, ignore_errors=True)

    def _indexes(self) -> list[Path]:
        try:
            return [found for found in self._folder.iterdir() if found.is_dir()]
        except OSError:
            return []

    @contextmanager
    def alone(self, patience_s: float = 0.0) -> Iterator[bool]:
        """Whether nobody else writes the index; if so, nobody does in this block. It ends with its process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            # SQLite's own lock, of a file beside: it holds on every system.
            lock = sqlite3.connect(self._folder / "owner.lock", timeout=patience_s, isolation_level=None)
        except sqlite3.Error as error:
            raise OSError("the lock can't be made") from error
        with closing(lock):
            yield _taken(lock)


def _taken(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if locked(error):
            return False
        raise OSError("the lock can't be taken") from error
    return True

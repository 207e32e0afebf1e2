"""Where the index stands, and who may write it: what another process, or another version, may not mistake."""

from __future__ import annotations

import hashlib
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
_OPENS = 8
_FOLDER = Path(__file__).resolve().parents[2]
_MADE_BY = ("words.py", "storage/full_text.py", "retrieval/large/fields.py")
"""What decides how words and fields stand in the index: where one of them changes, it is made anew."""


class Place:
    """A folder beside the database, and in it one for the index of this version."""

    def __init__(self, database: Path) -> None:
        self._folder = database.with_suffix(".index")
        code = b"".join((_FOLDER / name).read_bytes() for name in _MADE_BY)
        self.index = self._folder / f"{version('tantivy')}-{hashlib.sha256(code).hexdigest()[:12]}"

    @property
    def stands(self) -> bool:
        """Whether an index is there, whole or not."""
        return (self.index / _META).exists()

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

    def condemn(self) -> None:
        """Have its owner make the index anew."""
        (self.index / _META).unlink(missing_ok=True)

    def make(self) -> None:
        """The folder for this version's index, empty or as it stands; what other versions left is removed."""
        self.index.mkdir(parents=True, exist_ok=True)
        for other in self._folder.iterdir():
            if other.is_dir() and other != self.index:
                shutil.rmtree(other, ignore_errors=True)

    def clear(self) -> None:
        """Remove this version's index; who reads in it keeps what it has open."""
        shutil.rmtree(self.index, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else writes the index; if so, nobody does in this block. It ends with its process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            # SQLite's own lock, of a file beside: it holds on every system.
            lock = sqlite3.connect(self._folder / "owner.lock", timeout=0, isolation_level=None)
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

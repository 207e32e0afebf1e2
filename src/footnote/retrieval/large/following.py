"""The process that owns the index's writer: it makes the index, follows the database, and ends with its parent.

It is apart from the processes that serve, so that no stream waits for it, and ends as soon as its standard input does.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

from sqlalchemy import Engine

from footnote.errors import StorageFailed
from footnote.retrieval.large.failing import Unusable, told
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Lost, Stopped, Writer
from footnote.storage.changes import held
from footnote.storage.database import open_database

LOOK_S = 0.2
"""How often is looked whether the database has gone on: two requests of SQLite's."""
TAKES_S = 0.5
"""How long it tries to own the index: others hold the lock for a moment, to ask whether anybody does."""
WORN = 0.2
DAY_S = 24 * 3600.0
"""The index is made anew once this share of it has been removed, and one a day old where anything was: until then
tantivy may keep the words in its files, which nobody finds."""
_KINDNESS = 10
"""How far it stands back where processors are short."""


class End(IntEnum):
    """Why it ended."""

    WELL = 0
    TAKEN = 3
    """Another process owns the index."""
    TOO_FEW = 4
    """The library has become so small that it is searched without."""
    UNWRITABLE = 5
    UNREADABLE = 6
    """The database can't be read now."""


def follow(engine: Engine, place: Place, least: int, unwanted: threading.Event) -> End:
    """Keep the index of a library that has half of ``least`` passages, until it is ``unwanted``."""
    with place.alone(TAKES_S) as alone:
        if not alone:
            return End.TAKEN
        if held(engine).passages < least / 2:
            place.clear()
            return End.TOO_FEW
        writer = Writer(engine, place, unwanted.is_set)
        try:
            while True:
                writer.follow()
                if writer.removed > (WORN if place.age_s < DAY_S else 0):
                    place.condemn()
                if unwanted.wait(LOOK_S):
                    return End.WELL
        finally:
            writer.close()


def _told_by_the_parent() -> threading.Event:
    """Set once the parent has let go of the other end of this process's input; not every system can wait for a pipe."""
    unwanted = threading.Event()

    def listen() -> None:
        while os.read(0, 1):
            pass
        unwanted.set()

    threading.Thread(target=listen, name="footnote-parent", daemon=True).start()
    return unwanted


def main() -> int:
    """The process: the database, the folder and the least number of passages are its arguments."""
    database, least = Path(sys.argv[1]), int(sys.argv[2])
    with suppress(OSError, AttributeError):
        os.nice(_KINDNESS)
    try:
        with told():
            return follow(open_database(database, prepared=True), Place(database), least, _told_by_the_parent())
    except (Stopped, Lost):
        return End.WELL
    except StorageFailed:
        return End.UNREADABLE
    except Unusable:
        return End.UNWRITABLE


if __name__ == "__main__":
    sys.exit(main())

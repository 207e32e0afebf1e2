"""The index as a process reads it: only where it stands exactly as the database does."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from tantivy import Index, Searcher

from footnote.retrieval.large.failing import Unusable, told
from footnote.retrieval.large.fields import standing_of
from footnote.retrieval.large.place import Place

LOOK_S = 0.05
"""How long an index that was behind is not looked at again: its writer needs that long, too."""
LOOK_FOR_S = 0.5
"""The same for one that can't be read."""

log = logging.getLogger(__name__)


class Reader:
    """Looks at the index again where the database has gone on; never waits for it."""

    def __init__(self, database: Path) -> None:
        self._place = Place(database)
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._searcher: Searcher | None = None
        self._standing: int | None = None
        self._compared: tuple[int, int] | None = None
        self._looks_at = 0.0

    def at(self, newest: int) -> Searcher | None:
        """What searches the library as it is with its ``newest`` change; None where the index is behind or away.

        It is away, too, as long as its present writer has not compared it with the database.
        """
        with self._lock:
            compared = self._place.compared
            if compared is None:
                self._let_go()
                return None
            if self._comes_to != (compared, newest) and time.monotonic() >= self._looks_at:
                self._look(compared)
            return self._searcher if self._comes_to == (compared, newest) else None

    def let_go(self) -> None:
        """Keep none of its files open."""
        with self._lock:
            self._let_go()

    def give_up(self) -> None:
        """What was given by ``at`` can't be searched: have the index made anew."""
        with self._lock:
            self._condemn()

    @property
    def _comes_to(self) -> tuple[tuple[int, int] | None, int | None]:
        return self._compared, self._standing

    def _look(self, compared: tuple[int, int]) -> None:
        if compared != self._compared:
            self._let_go()  # by another writer, perhaps made anew
        self._looks_at = time.monotonic() + LOOK_S
        try:
            with told():
                self._index = self._index or self._opened()
                self._index.reload()
                self._searcher = self._index.searcher()
                self._standing, self._compared = standing_of(self._searcher), compared
        except Unusable:
            self._condemn()

    def _opened(self) -> Index:
        index = Index.open(str(self._place.index))
        index.config_reader("manual")
        return index

    def _let_go(self) -> None:
        self._index = self._searcher = self._standing = self._compared = None

    def _condemn(self) -> None:
        self._let_go()
        self._looks_at = time.monotonic() + LOOK_FOR_S
        if self._place.can_be_read:  # else it was removed, or nothing can be opened just now
            log.warning("the index of the large library can't be read, and is made anew")
            try:
                self._place.condemn()
            except OSError:
                log.warning("it can't be removed either", exc_info=True)

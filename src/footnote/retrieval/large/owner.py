"""Which of the processes that serve a library has its index written: one of them, and another where that one dies."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from footnote.bounds import environment
from footnote.retrieval.large.following import End
from footnote.retrieval.large.place import Place

LOOK_S = 1.0
"""How often is looked whether anybody owns the index."""
RESTS_S: Mapping[int, float] = {End.WELL: 0.0, End.TAKEN: 0.0, End.TOO_FEW: 3600.0, End.UNREADABLE: 5.0}
"""How long nothing is begun after such an end."""
KILLED_RESTS_S = 2.0
"""After one that was killed; twice as long after each further one in a row."""
MOST_KILLED = 3
FAILED_RESTS_S = 60.0
CLOSING_S = 5.0
_CHILD = ("-m", "footnote.retrieval.large.following")

log = logging.getLogger(__name__)


class Owner:
    """Sees to it that one process writes the index; begun by the first who wants it, for no thread survives a fork."""

    def __init__(self, database: Path, least: int) -> None:
        self._place = Place(database)
        self._command = [sys.executable, *_CHILD, str(database.absolute()), str(least)]
        self._least = least
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._begun_at = 0.0
        self._rests_until = 0.0
        self._numbers = 0
        self._too_few: int | None = None
        """The least numbers since there were too few passages: so many more have to come before anybody counts anew."""
        self._killed = 0
        self._told = False
        self.given_up = False
        """Whether it can't be written for now, or need not be."""

    def begin(self, numbers: int) -> None:
        """Have the index of a library whose passages span so many ``numbers`` written; asked again, it has begun.

        An index that nobody writes now is believed by nobody until who writes it next has compared it.
        """
        with self._lock:
            self._numbers = numbers
            if self._too_few is not None:
                self._too_few = min(self._too_few, numbers)
            if self._thread is None and not self._closed.is_set():
                self._doubt_what_nobody_writes()
                self._thread = threading.Thread(target=self._run, name="footnote-index", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Have it written no more by this process; twice is no matter."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(CLOSING_S)

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._see_to_it()
            except OSError:
                self._ended(End.UNWRITABLE)
            self._closed.wait(LOOK_S)
        self._stop()

    def _see_to_it(self) -> None:
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return
            self._stop()
            self._ended(code)
        if self._is_wanted() and self._is_free():
            # In a session of its own: Ctrl-C on a terminal is for who serves, whose end ends it.
            self._child = subprocess.Popen(  # noqa: S603 - ours
                self._command, stdin=subprocess.PIPE, env=environment(), start_new_session=True
            )
            self._begun_at, self.given_up = time.monotonic(), False
            with self._lock:
                self._too_few = None

    def _is_wanted(self) -> bool:
        """Whether there is an index to write, or one to remove of a library that has become small."""
        grown = self._too_few is not None and self._numbers >= self._too_few + self._least / 2
        if time.monotonic() < self._rests_until and not grown:
            return False
        return self._numbers >= self._least or self._place.remains

    def _is_free(self) -> bool:
        with self._place.alone() as alone:
            return alone

    def _doubt_what_nobody_writes(self) -> None:
        with suppress(OSError), self._place.alone() as alone:
            if alone:
                self._place.doubt()

    def _ended(self, code: int) -> None:
        self._killed = self._killed_in_a_row() if code < 0 else 0
        rests = self._killed_rests_s() if self._killed else RESTS_S.get(code, FAILED_RESTS_S)
        self._rests_until = time.monotonic() + rests
        with self._lock:
            self._too_few = self._numbers if code == End.TOO_FEW else None
        failed = self._killed >= MOST_KILLED or not (self._killed or code in RESTS_S)
        if failed and not self._told:
            log.warning("the index of the large library can't be written; searches go on without it, and take longer")
        self._told = failed or (self._told and bool(self._killed))
        self.given_up = failed or code == End.TOO_FEW

    def _killed_in_a_row(self) -> int:
        """One that had the index follow for a while was none of a row."""
        did_well = time.monotonic() - self._begun_at > FAILED_RESTS_S and self._place.compared is not None
        return 1 if did_well else self._killed + 1

    def _killed_rests_s(self) -> float:
        doublings = min(self._killed - 1, 10)  # a row may be long
        return min(KILLED_RESTS_S * 2.0**doublings, FAILED_RESTS_S)

    def _stop(self) -> None:
        """Let the child end, which it does as soon as its input has."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(CLOSING_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

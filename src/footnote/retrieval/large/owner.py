"""Which of the processes that serve a library has its index written: one of them, and another where that one dies."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from footnote.bounds import environment
from footnote.retrieval.large.following import End
from footnote.retrieval.large.place import Place

LOOK_S = 1.0
"""How often is looked whether anybody owns the index."""
RESTS_S: Mapping[int, float] = {End.WELL: 0.0, End.TAKEN: 0.0, End.TOO_FEW: 3600.0, End.UNREADABLE: 5.0}
"""How long nothing is begun after such an end."""
KILLED_RESTS_S = 2.0
FAILED_RESTS_S = 60.0
CLOSING_S = 5.0
_CHILD = ("-m", "footnote.retrieval.large.following")

log = logging.getLogger(__name__)


class Owner:
    """Sees to it that one process writes the index; begun by the first who wants it, for no thread survives a fork."""

    def __init__(self, database: Path, least: int) -> None:
        self._place = Place(database)
        self._command = [sys.executable, *_CHILD, str(database.absolute()), str(least)]
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._rests_until = 0.0
        self.given_up = False
        """Whether it can't be written for now, or need not be."""

    def begin(self) -> None:
        """Have the index written from now on; asked again, it has begun."""
        with self._lock:
            if self._thread is None and not self._closed.is_set():
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
        if time.monotonic() >= self._rests_until and self._is_free():
            # In a session of its own: Ctrl-C on a terminal is for who serves, whose end ends it.
            self._child = subprocess.Popen(  # noqa: S603 - ours
                self._command, stdin=subprocess.PIPE, env=environment(), start_new_session=True
            )

    def _is_free(self) -> bool:
        with self._place.alone() as alone:
            return alone

    def _ended(self, code: int) -> None:
        rests = KILLED_RESTS_S if code < 0 else RESTS_S.get(code, FAILED_RESTS_S)
        self._rests_until = time.monotonic() + rests
        if rests == FAILED_RESTS_S and not self.given_up:
            log.warning("the index of the large library can't be written; searches go on without it, and take longer")
        self.given_up = rests >= FAILED_RESTS_S

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

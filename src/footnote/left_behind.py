"""Work that nothing can interrupt, read as it goes, and left behind where it does not end when it is called off.

A node of somebody's graph, and a search in an index far away: who stops an answer waits for neither.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from footnote.chat import Cancellation
from footnote.errors import ModelUnavailable, StreamingError

MOST_HELD = 256
"""What the work may be ahead of its reader."""
MOST_LEFT = 32
"""Called off, and still running: beyond them nothing new is begun."""

T = TypeVar("T")
log = logging.getLogger(__name__)


class Abandoned(BaseException):
    """Raised in work that nobody reads any more, where it gives its next piece."""


class LeftBehind(Generic[T]):
    """Runs works in threads of their own; counts those that were called off and have not ended."""

    def __init__(self, most: int = MOST_LEFT, *, full: type[StreamingError] = ModelUnavailable) -> None:
        """``full`` is raised where ``most`` have not ended yet."""
        self._most = most
        self._full = full
        self._lock = threading.Lock()
        self.count = 0

    def read(self, work: Callable[[], Iterator[T]], cancellation: Cancellation) -> Iterator[T]:
        """What the work gives, as it comes, and what it raises; ``Cancelled`` at once when it is called off."""
        if self.count >= self._most:
            log.warning("%d searches or models that were called off have not ended: no other is begun", self.count)
            raise self._full
        running = _Running(work)
        try:
            with cancellation.on_request(running.wake):
                running.start()
                yield from running.read(cancellation)
        finally:
            if running.abandon():
                self._left(running)

    def do(self, work: Callable[[], T], cancellation: Cancellation) -> T:
        """What the work comes to, or what it raises; ``Cancelled`` at once when it is called off."""
        (outcome,) = self.read(lambda: iter((work(),)), cancellation)
        return outcome

    def _left(self, running: _Running[T]) -> None:
        with self._lock:
            self.count += 1
        running.when_ended(self._ended)

    def _ended(self) -> None:
        with self._lock:
            self.count -= 1


class _Running(Generic[T]):
    """One work, between the thread that does it and the one that reads."""

    def __init__(self, work: Callable[[], Iterator[T]]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._given: deque[T] = deque()
        self._failure: Exception | None = None
        self._over = False
        self._abandoned = False
        self._on_end: Callable[[], None] = lambda: None

    def start(self) -> None:
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run,), name="left-behind", daemon=True).start()

    def read(self, cancellation: Cancellation) -> Iterator[T]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._given or self._over or cancellation.reason)
                cancellation.raise_if_requested()
                given = [*self._given]
                self._given.clear()
                self._changed.notify_all()
                over = self._over
            yield from given
            if over:
                break
        if self._failure is not None:
            raise self._failure

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def abandon(self) -> bool:
        """Nobody reads any more; whether the work still runs."""
        with self._changed:
            self._abandoned = True
            self._given.clear()
            self._changed.notify_all()
            return not self._over

    def when_ended(self, told: Callable[[], None]) -> None:
        """Call ``told`` once the work has ended, at once if it has."""
        with self._changed:
            if not self._over:
                self._on_end = told
                return
        told()

    def _run(self) -> None:
        try:
            for given in self._work():
                self._give(given)
        except Abandoned:
            pass
        except Exception as failure:  # the thread's end: whatever it was is the reader's to tell apart
            log.debug("work aside failed", exc_info=failure)
            self._failure = failure
        except BaseException as stray:  # noqa: BLE001 - a cancelled task, code that exits: no answer's end
            self._failure = RuntimeError(type(stray).__name__)
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()
                told = self._on_end
            told()

    def _give(self, given: T) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._given) < MOST_HELD or self._abandoned)
            if self._abandoned:
                raise Abandoned
            self._given.append(given)
            self._changed.notify_all()

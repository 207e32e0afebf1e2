"""What nothing can interrupt, done aside: whoever needs it waits only as long as they want to.

A look-up of a name and the SDK's renewal of a token block where no socket is known that could be
shut down. So each is done in a daemon thread, which may linger, and answers wait for its outcome.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from footnote.errors import LAYERS_BELOW, FootnoteError

SHARED_S = 3.0  # whoever asks later begins anew, for that one may never end
MOST_THREADS = 8

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Aside(Generic[K, T]):
    """Work that is done once for all who ask for the same thing at the same time."""

    def __init__(self, work: Callable[[K], T], *, shared_s: float = SHARED_S, most: int = MOST_THREADS) -> None:
        self._work = work
        self._shared_s = shared_s
        self._most = most
        self._lock = threading.Lock()
        self._newest: dict[K, tuple[Future[T], float]] = {}
        self._threads = 0

    def ask(self, key: K) -> Future[T]:
        """The outcome for this key as soon as it is there; ``TimeoutError`` at once where too many linger."""
        with self._lock:
            if running := self._newest.get(key):
                shared, since = running
                if time.monotonic() - since < self._shared_s:
                    return shared
            future: Future[T] = Future()
            if self._threads >= self._most:
                future.set_exception(TimeoutError("too many before it have not ended"))
                return future
            self._newest[key] = future, time.monotonic()
            self._threads += 1
        threading.Thread(target=self._do, args=(key, future), name="aside", daemon=True).start()
        return future

    def _do(self, key: K, future: Future[T]) -> None:
        try:
            try:
                outcome = self._work(key)
            finally:
                self._ended(key, future)
            future.set_result(outcome)
        except (FootnoteError, *LAYERS_BELOW) as error:
            future.set_exception(error)
        finally:
            future.cancel()  # of no effect but after what nobody foresaw, which must leave nobody waiting

    def _ended(self, key: K, future: Future[T]) -> None:
        with self._lock:
            self._threads -= 1
            if key in self._newest and self._newest[key][0] is future:
                del self._newest[key]

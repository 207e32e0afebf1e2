"""What takes long to make is made beside the requests, once in each process that serves."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from footnote.chat import Cancellation
from footnote.errors import FootnoteError, InternalError, ModelUnavailable, StreamingError
from footnote.loading import load

LOOK_S = 0.1
REQUESTS_FIRST_S = 0.3
"""How long an import waits: what is asked of a process as it begins to serve, its page, is answered before it."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class Starting(Generic[T]):
    """Something that ``build`` makes as soon as its packages are there; what needs it waits for it.

    Begun by hand or by the first that waits, never where it is put together: a thread would not survive a fork.
    Where it fails, those who waited are told, and who comes next tries again.
    """

    def __init__(self, name: str, packages: Sequence[str], build: Callable[[], T]) -> None:
        self._name = name
        self._packages = packages
        self._build = build
        self._lock = threading.Lock()
        self._made: Future[T] | None = None

    @property
    def ready(self) -> bool:
        """Whether it is there."""
        return self._made is not None and self._made.done() and not _failed(self._made)

    @property
    def failed(self) -> bool:
        """Whether it could not be made; who comes next tries again."""
        return self._made is not None and self._made.done() and _failed(self._made)

    def begin(self) -> None:
        """Begin to make it; asked again, it has begun already."""
        self._begun(again=False)

    def wait(self, cancellation: Cancellation) -> Iterator[None]:
        """Return once it is there; yields now and then.

        Raises what it failed with, or ``Cancelled`` soon after the cancellation was requested.
        """
        made = self._begun(again=True)
        while not made.done():
            yield
            cancellation.wait(LOOK_S)
            cancellation.raise_if_requested()
        made.result()

    def get(self, cancellation: Cancellation) -> T:
        """It, as soon as it is there; raises as ``wait`` does."""
        for _ in self.wait(cancellation):
            pass
        return self._begun(again=False).result()

    def _begun(self, *, again: bool) -> Future[T]:
        with self._lock:
            if self._made is None or (again and self._made.done() and _failed(self._made)):
                self._made = Future()
                threading.Thread(target=self._make, args=(self._made,), name="footnote-start", daemon=True).start()
            return self._made

    def _make(self, future: Future[T]) -> None:
        began = time.monotonic()
        try:
            if self._packages:
                time.sleep(REQUESTS_FIRST_S)
            load(self._packages)
            made = self._build()
        except Exception as error:  # noqa: BLE001 - a graph is somebody else's code: it may raise anything
            future.set_exception(self._told(error))
        else:
            future.set_result(made)
            log.info("%s is ready, after %.1f s", self._name, time.monotonic() - began)
        finally:
            future.cancel()  # of no effect but after what nobody foresaw, which must leave nobody waiting

    def _told(self, error: Exception) -> StreamingError:
        """The error for who waits; why is told to the log, in a line where that is known."""
        if isinstance(error, StreamingError):
            log.error("%s can't be started: %s", self._name, error.code, exc_info=error.__cause__)
            return error
        if isinstance(error, FootnoteError):
            log.error("%s", error.message)
            return ModelUnavailable()
        log.error("%s can't be started", self._name, exc_info=error)
        return InternalError()


def _failed(made: Future[T]) -> bool:
    return made.cancelled() or made.exception() is not None

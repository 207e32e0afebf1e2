"""What becomes of questions, told in one place to all who want to know: traces, the log, figures."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from footnote.answers.recording import Recording
from footnote.conversations import Answer
from footnote.events import Event

_LEAST_S = 0.1
"""That each has to hand on what it took, also where those before it took all of the time."""

log = logging.getLogger(__name__)


class Observer:
    """Is told what happens; whoever wants to know of something has the method for it.

    No method waits, or takes any time worth speaking of. Nobody is told of single tokens.
    """

    def trace_id(self, answer_id: str) -> str | None:
        """What an answer's trace is called, in every process and before there is one, where it makes them."""

    def started(self, answer: Answer) -> None:
        """An answer begins here; it may have to wait for its place."""

    def event(self, answer: Answer, event: Event) -> None:
        """An event of an answer, but for tokens; the end is told by ``ended`` too."""

    def ended(self, recording: Recording) -> None:
        """An answer has ended, however it did; one whose process died was ``started`` there."""

    def busy(self, running: int, waiting: int) -> None:
        """So many answers are being written in this process now, and so many wait for a place."""

    def saved(self, waited_s: float) -> None:
        """Events were committed and their readers woken, the oldest so long after the model's chunk."""

    def unsaved(self) -> None:
        """Events could not be committed; it is tried again."""

    def stream_opened(self, *, resumed: bool) -> None:
        """Somebody reads an answer, from its beginning or, ``resumed``, from where they had come."""

    def stream_closed(self) -> None:
        """They read it no more."""

    def uploaded(self, outcome: str) -> None:
        """A file was sent: ``taken``, or the code with which it was refused."""

    def close(self, timeout_s: float) -> None:
        """Hand on what has been taken so far, for no longer than this."""


class Observers(Observer):
    """All of them as one; one that fails is told of in the log, once, and is in nobody's way."""

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self._observers = tuple(observers)
        self._failed: set[Observer] = set()

    def trace_id(self, answer_id: str) -> str | None:
        return next(filter(None, (one.trace_id(answer_id) for one in self._observers)), None)

    def trace_of(self, answer: Answer) -> str:
        """What an answer's trace is called; empty where it has none, as of those that no model writes."""
        return "" if answer.profile else self.trace_id(answer.id) or ""

    def started(self, answer: Answer) -> None:
        self._tell(lambda one: one.started(answer))

    def event(self, answer: Answer, event: Event) -> None:
        self._tell(lambda one: one.event(answer, event))

    def ended(self, recording: Recording) -> None:
        self._tell(lambda one: one.ended(recording))

    def busy(self, running: int, waiting: int) -> None:
        self._tell(lambda one: one.busy(running, waiting))

    def saved(self, waited_s: float) -> None:
        self._tell(lambda one: one.saved(waited_s))

    def unsaved(self) -> None:
        self._tell(lambda one: one.unsaved())

    def stream_opened(self, *, resumed: bool) -> None:
        self._tell(lambda one: one.stream_opened(resumed=resumed))

    def stream_closed(self) -> None:
        self._tell(lambda one: one.stream_closed())

    def uploaded(self, outcome: str) -> None:
        self._tell(lambda one: one.uploaded(outcome))

    def close(self, timeout_s: float) -> None:
        until = time.monotonic() + timeout_s
        self._tell(lambda one: one.close(max(_LEAST_S, until - time.monotonic())))

    def _tell(self, told: Callable[[Observer], None]) -> None:
        for observer in self._observers:
            try:
                told(observer)
            except Exception:  # nothing that watches an answer may end it
                if observer not in self._failed:
                    log.exception("%s can't take what it is told", type(observer).__name__)
                self._failed.add(observer)

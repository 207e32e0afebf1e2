"""Traces on their way to where they are kept: aside, within bounds, and never in an answer's way."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from footnote.answers.observing import Observer
from footnote.answers.recording import Recording
from footnote.conversations import Answer
from footnote.feedback import FeedbackStore
from footnote.tracing.store import NotKept, TraceMissing, TraceStore
from footnote.wire import encode

MOST_WAITING = 500
MOST_CHARACTERS = 20_000_000
TRIES = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
_IDS = uuid.UUID("5c2b5f3e-9f6b-4f0a-8a39-6f0c7c1c2a54")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Task:
    """A trace to be kept or, without a recording, what users said of an answer; or whose traces are to be deleted."""

    answer_id: str = ""
    recording: Recording | None = None
    deleted: Sequence[str] = ()
    size: int = 0
    tries: int = field(default=0, compare=False)


class Exporter(Observer):
    """An ``Observer`` that hands on what it takes, one after the other, in a thread of its own.

    A store that is away, slow or refuses costs an answer nothing: what waits is tried again with
    growing pauses, ``TRIES`` times, and what finds no room is dropped. ``answer`` says which answers are still there.
    """

    def __init__(
        self,
        store: TraceStore,
        feedback: FeedbackStore,
        answer: Callable[[str], Answer | None],
        pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._store = store
        self._feedback = feedback
        self._answer = answer
        self._first_pause_s = pause_s
        self._changed = threading.Condition()
        self._waiting: deque[_Task] = deque()
        self._characters = 0
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._failing = False
        self._dropped = 0

    def trace_id(self, answer_id: str) -> str:
        # Not the answer's id itself: that is minted by the client, who could name another's trace.
        return f"tr-{uuid.uuid5(_IDS, answer_id).hex}"

    def ended(self, recording: Recording) -> None:
        if recording.trace_id:
            self._put(_Task(recording.answer.id, recording, size=_size(recording)))

    def said_of(self, answer_id: str) -> None:
        """What is said of an answer has changed."""
        self._put(_Task(answer_id))

    def deleted(self, answer_ids: Sequence[str]) -> None:
        """These answers are gone: so their traces go, and what waits of them is not handed on."""
        if not answer_ids:
            return
        gone = frozenset(answer_ids)
        with self._changed:
            self._characters -= sum(task.size for task in self._waiting if task.answer_id in gone)
            self._waiting = deque(task for task in self._waiting if task.answer_id not in gone)
        self._put(_Task(deleted=answer_ids, size=sum(map(len, answer_ids))))

    def close(self, timeout_s: float) -> None:
        until = time.monotonic() + timeout_s
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            while (self._waiting or self._busy) and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        self._store.close()

    def _put(self, task: _Task) -> None:
        with self._changed:
            if task.recording is None and task in self._waiting:
                return  # what is said is read when its turn comes
            if len(self._waiting) >= MOST_WAITING or self._characters + task.size > MOST_CHARACTERS:
                self._dropped += 1
                return
            self._waiting.append(task)
            self._characters += task.size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="footnote-traces", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        pause_s = self._first_pause_s
        while True:
            task = self._next()
            if self._done(task):
                pause_s = self._first_pause_s
                continue
            with self._changed:
                self._changed.wait_for(lambda: self._closed, pause_s)
                if self._closed:
                    return
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _next(self) -> _Task:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting)
            self._busy = True
            task = self._waiting.popleft()
            self._characters -= task.size
            return task

    def _done(self, task: _Task) -> bool:
        """Whether a task was done; one that was not is put back, unless it was tried often enough."""
        try:
            self._hand_on(task)
        except Exception as error:  # noqa: BLE001 - nothing that a store raises is an answer's business
            missing = isinstance(error, TraceMissing)  # of an answer that was never traced, it may be: no failure
            if not missing:
                self._failed(error)
            task.tries += 1
            with self._changed:
                self._busy = False
                if task.tries < TRIES and not self._closed:
                    self._waiting.append(task)
                    self._characters += task.size
                elif not missing:
                    self._dropped += 1
                self._changed.notify_all()
            return False
        self._succeeded()
        return True

    def _hand_on(self, task: _Task) -> None:
        if task.deleted:
            self._store.forget([self.trace_id(answer_id) for answer_id in task.deleted])
        elif task.recording is not None:
            self._store.keep(task.recording)
            if self._answer(task.answer_id) is None:  # another process has deleted it meanwhile, and perhaps too early
                self._store.forget([task.recording.trace_id])
        else:
            said = self._feedback.of([task.answer_id]).get(task.answer_id, ())
            self._store.assess(self.trace_id(task.answer_id), said)

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            # Not its words: they may hold an address, or what was sent.
            why = str(error) if isinstance(error, NotKept) else type(error).__name__
            log.warning("traces can't be handed on (%s); answers go on without them", why)
        self._failing = True

    def _succeeded(self) -> None:
        if self._failing or self._dropped:
            log.warning("traces are handed on again; %d were dropped", self._dropped)
        self._failing, self._dropped = False, 0


def _size(recording: Recording) -> int:
    """About how many characters a recording holds."""
    asked = recording.prompt.messages if recording.prompt else ()
    told = sum(len(encode(event)) for _, event in recording.moments)
    return len(recording.text) + told + sum(len(message.content) for message in asked)

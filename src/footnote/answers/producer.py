"""Writes answers: one producer an answer, whoever watches, until its end, a stop or a deadline."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from footnote import contexts
from footnote.answers import history, orphans
from footnote.answers.interviewer import Interviewer
from footnote.answers.keeper import Keeper
from footnote.answers.observing import Observer, Observers
from footnote.answers.orphans import Orphans
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.answers.places import Places
from footnote.answers.recorder import Recorder
from footnote.answers.running import Limits, Running
from footnote.answers.writer import Writer
from footnote.callers import Caller, acting_for
from footnote.chat import Cancellation, CancelReason, Model, Prompt, Starts
from footnote.conversations import Allowance, Answer, AnswerLog
from footnote.correlation import carried
from footnote.errors import StorageFailed, Unavailable
from footnote.events import Event, Queued, Token
from footnote.passages import Retriever

log = logging.getLogger(__name__)

WATCH_S = 0.25
"""How often deadlines are looked at."""
ASKED_TWICE_S = 10.0
"""How long a question asked twice at once waits for the first to be written down."""


_Written = Callable[[Cancellation, Callable[[], None], Callable[[Prompt], None]], Iterator[Event]]
"""An answer's events once it has its place, for what may call it off; told are that it gets on, and the prompt."""


def _left(until: float) -> float:
    return max(0.1, until - time.monotonic())


class Producer:
    """Starts answers, keeps to their deadlines, stops them, and ends those of processes that died."""

    def __init__(
        self,
        log: AnswerLog,
        retriever: Retriever,
        models: Mapping[str, Model],
        limits: Limits | None = None,
        interviewer: Interviewer | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._log = log
        self.observers = Observers(observers)
        self._writer = Writer(
            log,
            self.observers,
            on_lost=lambda ids: self._called_off(ids, CancelReason.LOST),
            on_stuck=lambda ids: self._called_off(ids, CancelReason.STORAGE),
        )
        self._retriever = retriever
        self._models = models
        self._limits = limits or Limits()
        self._interviewer = interviewer
        self._orphans = Orphans(log, retriever, self._limits.passages, self._writer.write, self.observers)
        self._keeper = Keeper(log, self._orphans.end)
        log.watch(self._stop_asked)
        self._places = Places(self._limits.running, self._limits.waiting, self.observers.busy)
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}
        self._watch: threading.Thread | None = None
        self._closed = False

    def keep(self) -> None:
        """Begin to look after answers whose process died, and to make ready what takes long; once, asked again."""
        for part in (self._retriever, *self._models.values()):
            if isinstance(part, Starts):
                part.begin()
        self._keeper.start()

    def start(self, answer: Answer, allowance: Allowance | None = None, caller: Caller | None = None) -> Answer:
        """Begin an answer with its caller's rights; the one that stands under its id already, if there is one.

        Raises ``Unavailable`` where the queue is full too or this process ends, and what the log raises.
        """
        while (running := self._reserve(answer.id)) is None:
            if (kept := self._asked_twice(answer.id)) is not None:
                return kept
        try:
            written = self._writing(answer, caller)
            kept, new = self._log.create(answer, allowance)
        except BaseException:
            self._release(answer.id)
            raise
        running.created.set()
        if not new:
            self._release(answer.id)
            if running.cancellation.reason is CancelReason.STOPPED:  # meant for who writes it
                self._log.request_stop(answer.id)
            return kept
        thread = threading.Thread(
            target=carried(kept.id, self._produce),
            args=(kept, written, running),
            name=f"answer-{answer.id[:8]}",
            daemon=True,
        )
        try:
            thread.start()
        except RuntimeError:  # the system gives no more threads: the answer ends here, and its place is free
            log.exception("an answer could not be started")
            running.cancellation.request(CancelReason.SHUTDOWN)
            self._produce(kept, written, running)
        return kept

    def stop(self, answer_id: str, reason: CancelReason = CancelReason.STOPPED) -> bool:
        """Call an answer off; whether it was running here."""
        with self._lock:
            running = self._running.get(answer_id)
        return running is not None and running.cancellation.request(reason)

    def request_stop(self, answer_id: str) -> None:
        """Call an answer off, whichever process writes it. Here it happens at once, whatever the database does."""
        with self._lock:
            here = self._running.get(answer_id)
        if here is None:
            self._log.request_stop(answer_id)
        else:
            here.cancellation.request(CancelReason.STOPPED)

    def close(self, grace_s: float = 0.0, timeout_s: float = 5.0) -> bool:
        """Take no more questions, and end what runs after ``grace_s``; whether anything had to be ended.

        An answer that is ended keeps its text, its log says that it was interrupted, and all of
        it is committed when this returns, unless the database was away for all of ``timeout_s``:
        then another process finds and ends it.
        """
        with self._lock:
            self._closed = True
        self._wait_until_idle(grace_s)
        until = time.monotonic() + timeout_s
        with self._lock:
            ids = list(self._running)
        for answer_id in ids:
            self.stop(answer_id, CancelReason.SHUTDOWN)
        self._wait_until_idle(timeout_s)
        self._keeper.close(_left(until))
        self._writer.close(_left(until))
        # In a thread, for a database that is away may make it wait for longer than there is time.
        closing = threading.Thread(target=self._close_log, name="footnote-close", daemon=True)
        closing.start()
        self.observers.close(_left(until))
        closing.join(_left(until))
        return bool(ids)

    def _close_log(self) -> None:
        with contextlib.suppress(StorageFailed):
            self._log.close()

    def _wait_until_idle(self, timeout_s: float) -> None:
        until = time.monotonic() + timeout_s
        while self._running and time.monotonic() < until:
            time.sleep(0.01)

    def _reserve(self, answer_id: str) -> Running | None:
        """A place under an id before the log is asked, so that one of several calls writes; None for the others."""
        with self._lock:
            if self._closed:
                raise Unavailable("The server is being restarted. Try again in a moment.", retry_after_s=5)
            if answer_id in self._running:
                return None
            running = self._running[answer_id] = Running(self._places.take())
            self._start_watch()
            return running

    def _asked_twice(self, answer_id: str) -> Answer | None:
        """The answer that another call has begun under an id; None where that was refused, or has just ended."""
        with self._lock:
            running = self._running.get(answer_id)
        if running is None:
            return None
        running.created.wait(ASKED_TWICE_S)
        if (kept := self._log.answer(answer_id)) is None and self._running.get(answer_id) is running:
            # It was deleted, and its writing is just being ended; or the database takes its time.
            raise Unavailable(retry_after_s=1)
        return kept

    def _release(self, answer_id: str) -> None:
        with self._lock:
            running = self._running.pop(answer_id)
        running.created.set()
        running.place.leave()

    def _writing(self, answer: Answer, caller: Caller | None) -> _Written:
        """What writes an answer, from what is known while its request is answered."""
        interviewer = self._interviewer
        if interviewer is not None and answer.profile is not None:
            return interviewer.writing(answer, caller)
        question = Question(
            answer.query,
            answer.filter,
            history.turns(self._log, answer),
            orphans.begun(self._log, answer),
            reader=interviewer.profiles.profile(answer.user) if interviewer else None,
            about=contexts.hits(answer.context, answer.id, answer.filter),
        )

        def written(
            cancellation: Cancellation, heard: Callable[[], None], asked: Callable[[Prompt], None]
        ) -> Iterator[Event]:
            return stream_rag_response(
                question,
                retriever=acting_for(self._retriever, caller),
                model=acting_for(self._models[answer.model], caller),
                passages=self._limits.passages,
                cancellation=cancellation,
                heard=heard,
                asked=asked,
            )

        return written

    def _produce(self, answer: Answer, written: _Written, running: Running) -> None:
        shown = False
        recorder = Recorder(answer, self.observers)
        try:
            for event in recorder.recorded(self._events(answer, written, running, recorder)):
                if running.cancellation.reason is CancelReason.LOST:
                    return
                running.hear()
                # The first words go at once; later ones are gathered.
                self._writer.write(answer.id, event, urgent=not (shown and isinstance(event, Token)))
                shown |= isinstance(event, Token)
        finally:
            self._release(answer.id)

    def _events(self, answer: Answer, written: _Written, running: Running, recorder: Recorder) -> Iterator[Event]:
        yield orphans.start(answer)
        yield from map(Queued, running.place.queued(running.cancellation))
        running.begin()
        recorder.begin()
        yield from written(running.cancellation, running.hear, recorder.asked)

    def _stop_asked(self, answer_id: str) -> None:
        self.stop(answer_id)

    def _called_off(self, answer_ids: Sequence[str], reason: CancelReason) -> None:
        for answer_id in answer_ids:
            self.stop(answer_id, reason)

    def _start_watch(self) -> None:
        if self._watch is None or not self._watch.is_alive():
            self._watch = threading.Thread(target=self._keep_deadlines, name="footnote-deadlines", daemon=True)
            self._watch.start()

    def _keep_deadlines(self) -> None:
        while True:
            time.sleep(WATCH_S)
            now = time.monotonic()
            with self._lock:
                if not self._running:
                    self._watch = None
                    return
                late = [running for running in self._running.values() if running.is_late(now, self._limits)]
            for running in late:
                running.cancellation.request(CancelReason.TIMEOUT)
            self._writer.look()

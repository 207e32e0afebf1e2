"""Writes answers: one producer an answer, whoever watches, until its end, a stop or a deadline."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from footnote.answers.pipeline import Question, stream_rag_response
from footnote.answers.prompt import MOST_TURNS
from footnote.answers.writer import Writer
from footnote.chat import Cancellation, CancelReason, Model, Turn
from footnote.conversations import Allowance, Answer, AnswerLog, Status, outcome
from footnote.errors import Unavailable
from footnote.events import Event, Start, Token
from footnote.passages import Filter, Retriever

log = logging.getLogger(__name__)

WATCH_S = 0.25
"""How often deadlines are looked at."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may take: seconds in all and without a chunk, passages, answers at once."""

    answer_s: float = 110.0
    idle_s: float = 30.0
    passages: int = 8
    running: int = 64


@dataclass(slots=True)
class _Running:
    cancellation: Cancellation = field(default_factory=Cancellation)
    began: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)

    def hear(self) -> None:
        """The answer is getting on: its idle time begins anew."""
        self.heard = time.monotonic()


class Producer:
    """Starts answers, keeps to their deadlines, and stops them."""

    def __init__(
        self,
        log: AnswerLog,
        retriever: Retriever,
        models: Mapping[str, Model],
        limits: Limits | None = None,
    ) -> None:
        self._log = log
        self._writer = Writer(log)
        self._retriever = retriever
        self._models = models
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}
        self._watch: threading.Thread | None = None
        self._closed = False

    def start(self, answer: Answer, allowance: Allowance | None = None) -> Answer:
        """Begin an answer; the one that stands under its id already, if there is one.

        Raises ``Unavailable`` where as many are running as may or this process ends, and what the log raises.
        """
        running = _Running()
        with self._lock:
            if self._closed:
                raise Unavailable("The server is being restarted. Try again in a moment.", retry_after_s=5)
            # A place is taken before the log is asked, so that exactly one of several calls writes.
            if answer.id in self._running:
                # Without a log of its own it was deleted, and its writing is just being ended.
                if (kept := self._log.answer(answer.id)) is None:
                    raise Unavailable(retry_after_s=1)
                return kept
            if len(self._running) >= self._limits.running:
                raise Unavailable(retry_after_s=2)
            turns = self._turns(answer.session_id)
            kept, new = self._log.create(answer, allowance)
            if not new:
                return kept
            self._running[answer.id] = running
            self._start_watch()
        thread = threading.Thread(
            target=self._produce, args=(answer, turns, running), name=f"answer-{answer.id[:8]}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the system gives no more threads: the answer ends here, and its place is free
            log.exception("an answer could not be started")
            running.cancellation.request(CancelReason.SHUTDOWN)
            self._produce(answer, turns, running)
        return answer

    def stop(self, answer_id: str, reason: CancelReason = CancelReason.STOPPED) -> bool:
        """Call an answer off; whether it was running here."""
        with self._lock:
            running = self._running.get(answer_id)
        return running is not None and running.cancellation.request(reason)

    def close(self, grace_s: float = 0.0, timeout_s: float = 5.0) -> bool:
        """Take no more questions, and end what runs after ``grace_s``; whether anything had to be ended.

        An answer that is ended keeps its text, its log says that it was interrupted, and all of
        it is committed when this returns.
        """
        with self._lock:
            self._closed = True
        self._wait_until_idle(grace_s)
        with self._lock:
            ids = list(self._running)
        for answer_id in ids:
            self.stop(answer_id, CancelReason.SHUTDOWN)
        self._wait_until_idle(timeout_s)
        self._writer.close()
        return bool(ids)

    def _wait_until_idle(self, timeout_s: float) -> None:
        until = time.monotonic() + timeout_s
        while self._running and time.monotonic() < until:
            time.sleep(0.01)

    def _produce(self, answer: Answer, turns: Sequence[Turn], running: _Running) -> None:
        with self._place(answer.id):
            self._writer.write(
                answer.id,
                Start(answer.id, answer.session_id, answer.model, answer.created_at.isoformat(timespec="milliseconds")),
                urgent=True,
            )
            shown = False
            for event in self._events(answer, turns, running):
                running.hear()
                # The first words go at once; later ones are gathered.
                self._writer.write(answer.id, event, urgent=not (shown and isinstance(event, Token)))
                shown |= isinstance(event, Token)

    def _events(self, answer: Answer, turns: Sequence[Turn], running: _Running) -> Iterator[Event]:
        return stream_rag_response(
            Question(answer.query, Filter.of(answer.recording_filter), turns),
            retriever=self._retriever,
            model=self._models[answer.model],
            passages=self._limits.passages,
            cancellation=running.cancellation,
            heard=running.hear,
        )

    @contextmanager
    def _place(self, answer_id: str) -> Iterator[None]:
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(answer_id, None)

    def _turns(self, session_id: str) -> list[Turn]:
        turns = []
        for answer in self._log.answers(session_id)[-MOST_TURNS:]:
            came_to = outcome(self._log.read(answer.id))
            if came_to.status is not Status.STREAMING and came_to.text:
                turns.append(Turn(answer.query, came_to.text))
        return turns

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
                late = [
                    r
                    for r in self._running.values()
                    if now - r.began > self._limits.answer_s or now - r.heard > self._limits.idle_s
                ]
            for running in late:
                running.cancellation.request(CancelReason.TIMEOUT)

"""Ends answers whose process died, and tells what an answer that goes on from one begins with."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from footnote import contexts
from footnote.answers import history, search
from footnote.answers.citations import cited_again
from footnote.answers.observing import Observers
from footnote.answers.pipeline import Begun
from footnote.answers.recording import recalled
from footnote.conversations import Answer, AnswerLog, outcome
from footnote.errors import Interrupted
from footnote.events import Citations, Error, Event, Start
from footnote.passages import Retriever
from footnote.wire import Entry

log = logging.getLogger(__name__)


def start(answer: Answer) -> Start:
    """The first event of an answer's log."""
    return Start(answer.id, answer.session_id, answer.model, answer.created_at.isoformat(timespec="milliseconds"))


def begun(log: AnswerLog, answer: Answer) -> Begun | None:
    """What an answer goes on from, where it does."""
    if not answer.continues or answer.replaces is None or answer.profile is not None:
        return None
    came_to = outcome(log.read(answer.replaces))
    return Begun(came_to.text, tuple(c.passage_id for c in sorted(came_to.citations, key=lambda c: c.n)))


class Write(Protocol):
    """Takes an event for an answer's log, as the writer does."""

    def __call__(self, answer_id: str, event: Event, *, urgent: bool = False) -> None: ...


class Orphans:
    """The answers that this process took over; what ends them is given to ``write``."""

    def __init__(self, log: AnswerLog, retriever: Retriever, passages: int, write: Write, observers: Observers) -> None:
        self._log = log
        self._retriever = retriever
        self._passages = passages
        self._write = write
        self._observers = observers

    def end(self, answer_id: str) -> None:
        """End an answer that was taken over: its text stands, with its sources."""
        answer = self._log.answer(answer_id)
        if answer is None:
            return
        entries = self._log.read(answer_id)
        if not entries:
            self._write(answer_id, start(answer))
        if outcome(entries).text and not any(isinstance(e.event, Citations) for e in entries):
            self._write(answer_id, self._sources_again(answer, entries))
        error = Interrupted()
        end = Error(error.code, error.message, error.retryable)
        self._write(answer_id, end, urgent=True)
        self._observers.ended(recalled(answer, entries, end, self._observers.trace_of(answer)))

    def _sources_again(self, answer: Answer, entries: Sequence[Entry]) -> Citations:
        if answer.profile is not None:
            return Citations(())
        try:
            turns = history.turns(self._log, answer)
            about = contexts.hits(answer.context, answer.id, answer.filter)
            found = search.find(self._retriever, answer.query, turns, answer.filter, self._passages, about)
            return cited_again(found.hits, entries, answer.query)
        except Exception:  # here too an answer's end is decided: without its sources it still has to end
            log.exception("the sources of an interrupted answer were not found again")
            return Citations(())

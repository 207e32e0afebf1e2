"""Turns what becomes of questions into figures."""

from __future__ import annotations

import platform
import threading
from collections.abc import Iterator, Sequence

from footnote import __version__
from footnote.answers.observing import Observer
from footnote.answers.recording import Recording
from footnote.errors import Code
from footnote.events import Error, Retrying, Stage, StageName, StageStatus
from footnote.monitoring import measures
from footnote.monitoring.measures import Measure, Sink

_NOT_THE_MODELS = frozenset({Code.INTERRUPTED, Code.INTERNAL_ERROR, Code.RETRIEVAL_FAILED})
_BEFORE_THE_MODEL = frozenset({StageName.RETRIEVAL, StageName.RERANKING})


class Measured(Observer):
    """Turns what happens into values for each sink."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._lock = threading.Lock()
        self._open = 0
        self._put(measures.PROCESSES, 1)
        self._put(measures.BUILD, 1, __version__, platform.python_version())
        for measure in (measures.RUNNING, measures.WAITING, measures.STREAMS):
            self._put(measure, 0)

    def ended(self, recording: Recording) -> None:
        answer, came_to = recording.answer, recording.outcome
        model = answer.profile or answer.model
        self._add(measures.ANSWERS, 1, model, came_to.end, came_to.code or "")
        self._observe(measures.TOTAL, _seconds(recording.began_ns, recording.ended_ns), model, came_to.end)
        self._observe(measures.QUEUED, recording.queued_ms / 1000)
        if recording.first_token_ns is not None:
            self._observe(measures.FIRST_TOKEN, _seconds(recording.began_ns, recording.first_token_ns), model)
        for stage, took_ms in came_to.stages_ms:
            self._observe(measures.STAGES, took_ms / 1000, stage)
        if came_to.unanswered:
            self._add(measures.UNANSWERED, 1, model)
        self._cost(recording, model)
        self._failures(recording, model)

    def busy(self, running: int, waiting: int) -> None:
        self._put(measures.RUNNING, running)
        self._put(measures.WAITING, waiting)

    def saved(self, waited_s: float) -> None:
        self._observe(measures.LAG, waited_s)

    def unsaved(self) -> None:
        self._add(measures.SAVE_FAILURES, 1)

    def stream_opened(self, *, resumed: bool) -> None:
        self._add(measures.STREAMS_OPENED, 1, "resumed" if resumed else "first")
        self._opened(1)

    def stream_closed(self) -> None:
        self._opened(-1)

    def uploaded(self, outcome: str) -> None:
        self._add(measures.UPLOADS, 1, outcome)

    def close(self, timeout_s: float) -> None:
        for sink in self._sinks:
            sink.close(timeout_s)

    def _cost(self, recording: Recording, model: str) -> None:
        came_to = recording.outcome
        for kind, count in (("input", came_to.input_tokens), ("output", came_to.output_tokens)):
            if count:
                self._add(measures.TOKENS, count, model, kind)
        if came_to.output_tokens and recording.first_token_ns is not None:
            took_s = _seconds(recording.first_token_ns, recording.ended_ns)
            if took_s > 0:
                self._observe(measures.PACE, came_to.output_tokens / took_s, model)

    def _failures(self, recording: Recording, model: str) -> None:
        for stage, event in failures(recording):
            if isinstance(event, Retrying):
                self._add(measures.RETRIES, 1, stage, event.code)
            if stage not in _BEFORE_THE_MODEL and event.code not in _NOT_THE_MODELS:
                self._add(measures.MODEL_FAILURES, 1, model, event.code)

    def _opened(self, by: int) -> None:
        with self._lock:
            self._open += by
            self._put(measures.STREAMS, self._open)

    def _add(self, measure: Measure, amount: float, *labels: str) -> None:
        for sink in self._sinks:
            sink.add(measure, amount, *labels)

    def _put(self, measure: Measure, value: float, *labels: str) -> None:
        for sink in self._sinks:
            sink.put(measure, value, *labels)

    def _observe(self, measure: Measure, value: float, *labels: str) -> None:
        for sink in self._sinks:
            sink.observe(measure, value, *labels)


def failures(recording: Recording) -> Iterator[tuple[str, Retrying | Error]]:
    """What went wrong, each with the stage that it fell into."""
    stage = StageName.STARTING
    for _, event in recording.moments:
        if isinstance(event, Stage) and event.status is StageStatus.START:
            stage = event.stage
        elif isinstance(event, Retrying | Error):
            yield stage, event


def _seconds(since_ns: int, until_ns: int) -> float:
    return (until_ns - since_ns) / 1e9

"""What is counted and measured, once for all who take it: Prometheus by asking, OpenTelemetry by being told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """How values of a measure come together."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted or measured; its labels have few values, whatever people do."""

    name: str
    kind: Kind
    text: str
    labels: tuple[str, ...] = ()
    unit: str = ""
    bounds: tuple[float, ...] = ()


_SOON = (0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)
_PACE = (5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 400, 800)

ANSWERS = Measure(
    "answers",
    Kind.COUNTER,
    "Answers that ended (done, error, cancelled), by code.",
    ("model", "end", "code"),
)
UNANSWERED = Measure("unanswered", Kind.COUNTER, "Whole answers that cite nothing.", ("model",))
FIRST_TOKEN = Measure(
    "first_token", Kind.HISTOGRAM, "From an answer's place to its first token.", ("model",), "seconds", _LONG
)
TOTAL = Measure("answer", Kind.HISTOGRAM, "From an answer's place to its end.", ("model", "end"), "seconds", _LONG)
QUEUED = Measure("queued", Kind.HISTOGRAM, "How long an answer waited for its place.", (), "seconds", _LONG)
STAGES = Measure(
    "stage", Kind.HISTOGRAM, "A stage that was completed: retrieval is a search.", ("stage",), "seconds", _LONG
)
TOKENS = Measure("tokens", Kind.COUNTER, "Tokens of whole answers, as the model counts them.", ("model", "kind"))
PACE = Measure(
    "tokens_per_second",
    Kind.HISTOGRAM,
    "Tokens a second, from the first to the end.",
    ("model",),
    "",
    _PACE,
)
RETRIES = Measure("retries", Kind.COUNTER, "Searches and models that were asked again.", ("stage", "code"))
MODEL_FAILURES = Measure(
    "model_failures", Kind.COUNTER, "What models failed with, also where they were asked again.", ("model", "code")
)
LAG = Measure(
    "lag",
    Kind.HISTOGRAM,
    "From a model's chunk to its readers woken: each commit's oldest.",
    (),
    "seconds",
    _SOON,
)
SAVE_FAILURES = Measure("save_failures", Kind.COUNTER, "Commits of events that failed; each is tried again.")
RUNNING = Measure("running", Kind.GAUGE, "Answers that are being written.")
WAITING = Measure("waiting", Kind.GAUGE, "Questions that wait for a place.")
STREAMS = Measure("streams", Kind.GAUGE, "Streams that are open.")
STREAMS_OPENED = Measure(
    "streams_opened", Kind.COUNTER, "Streams from an answer's beginning (first), or from a cursor (resumed).", ("kind",)
)
UPLOADS = Measure("uploads", Kind.COUNTER, "Files that were sent, and what became of them.", ("outcome",))
PROCESSES = Measure("processes", Kind.GAUGE, "Processes that serve.")
BUILD = Measure("build", Kind.GAUGE, "What runs here: 1 for each process of it.", ("version", "python"))

MEASURES = (
    ANSWERS, UNANSWERED, FIRST_TOKEN, TOTAL, QUEUED, STAGES, TOKENS, PACE, RETRIES, MODEL_FAILURES, LAG, SAVE_FAILURES,
    RUNNING, WAITING, STREAMS, STREAMS_OPENED, UPLOADS, PROCESSES, BUILD,
)  # fmt: skip


class Sink(Protocol):
    """Takes values. Nothing here waits."""

    def add(self, measure: Measure, amount: float, *labels: str) -> None:
        """Count so many more."""

    def put(self, measure: Measure, value: float, *labels: str) -> None:
        """It is so much now, in this process."""

    def observe(self, measure: Measure, value: float, *labels: str) -> None:
        """One more value of many."""

    def close(self, timeout_s: float) -> None:
        """Hand on what has been taken so far, for no longer than this."""

"""What becomes of questions, in figures: how many, how they ended, how soon, and what is going on now."""

from __future__ import annotations

import re
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes import STOP, ListRetriever, ScriptedModel, an_answer, passage, until, until_end
from footnote.answers.producer import Producer
from footnote.answers.running import Limits
from footnote.errors import ModelUnavailable, RetrievalFailed, StorageFailed
from footnote.events import Queued, Token
from footnote.monitoring.measured import Measured
from footnote.monitoring.measures import MEASURES
from footnote.monitoring.prometheus import Prometheus
from footnote.storage.memory import MemoryLog
from footnote.web.limits import Streams
from told_figures import figure


class FailingOnce(MemoryLog):
    """Keeps nothing the first time."""

    failed = False

    def append(self, batches):
        if not self.failed:
            self.failed = True
            raise StorageFailed("away")
        return super().append(batches)


class Seen:
    """A producer of one model's, and what is told of it."""

    def __init__(self, *script, log=None, retriever=None, limits=None):
        self.figures = Prometheus()
        self.log, model = log or MemoryLog(), ScriptedModel(*script)
        retriever = retriever or ListRetriever(passage("a", "The depot moves in May."))
        self.producer = Producer(self.log, retriever, {model.name: model}, limits, observers=[Measured([self.figures])])

    def of(self, name, **labels):
        return figure(self.figures.told("")[0].decode(), name, **labels)

    def answered(self):
        answer = self.producer.start(an_answer(query="When does the depot move?"))
        until_end(self.log, answer.id)
        self.producer.close()


def test_a_whole_answer_is_counted_with_its_times_and_tokens():
    seen = Seen("It moves ", "in May [1].", STOP)
    seen.answered()
    assert seen.of("answers_total", model="scripted", end="done", code="") == 1
    assert seen.of("first_token_seconds_count", model="scripted") == 1
    assert seen.of("answer_seconds_count", model="scripted", end="done") == 1
    assert seen.of("stage_seconds_count", stage="retrieval") == seen.of("stage_seconds_count", stage="generation") == 1
    assert (seen.of("tokens_total", kind="input"), seen.of("tokens_total", kind="output")) == (7, 3)
    assert seen.of("tokens_per_second_count") == 1
    assert seen.of("lag_seconds_count") >= 2
    assert 0 < seen.of("lag_seconds_sum") < 5
    assert (seen.of("running"), seen.of("waiting"), seen.of("processes")) == (0, 0, 1)
    assert seen.of("retries_total") == seen.of("model_failures_total") == seen.of("save_failures_total") == 0


def test_each_of_a_models_failures_is_counted_and_each_time_it_was_asked_again():
    seen = Seen(ModelUnavailable(retry_after_s=0.01))
    seen.answered()
    assert seen.of("answers_total", end="error", code="MODEL_UNAVAILABLE") == 1
    assert seen.of("retries_total", stage="generation", code="MODEL_UNAVAILABLE") == 2
    assert seen.of("model_failures_total", model="scripted", code="MODEL_UNAVAILABLE") == 3


def test_a_search_that_fails_is_no_failure_of_the_models():
    seen = Seen(STOP, retriever=ListRetriever(fails=RetrievalFailed(retry_after_s=0.01)))
    seen.answered()
    assert seen.of("retries_total", stage="retrieval", code="RETRIEVAL_FAILED") == 2
    assert seen.of("model_failures_total") == 0


def test_what_could_not_be_kept_at_once_is_counted():
    seen = Seen("It moves.", STOP, log=FailingOnce())
    seen.answered()
    assert seen.of("save_failures_total") == 1
    assert seen.of("answers_total", end="done") == 1


def test_what_runs_and_what_waits_is_seen_while_it_does():
    gate = threading.Event()
    seen = Seen("It ", gate, "moves.", STOP, limits=Limits(running=1, waiting=1))
    answers = [seen.producer.start(an_answer()) for _ in range(2)]
    until(seen.log, answers[0].id, Token)
    until(seen.log, answers[1].id, Queued)
    assert (seen.of("running"), seen.of("waiting")) == (1, 1)
    gate.set()
    for answer in answers:
        until_end(seen.log, answer.id)
    seen.producer.close()
    assert (seen.of("running"), seen.of("waiting"), seen.of("answers_total")) == (0, 0, 2)
    assert seen.of("queued_seconds_count") == 2


def test_streams_are_counted_while_they_are_open_and_those_that_were_resumed():
    seen = Seen()
    streams = Streams(seen.log, 5, seen.producer.observers)
    with ExitStack() as open_:
        for resumed in (False, True, True):
            open_.enter_context(streams.open("ann", resumed=resumed))
        assert seen.of("streams") == 3
    assert seen.of("streams") == 0
    assert (seen.of("streams_opened_total", kind="first"), seen.of("streams_opened_total", kind="resumed")) == (1, 2)


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=1.0.0", "text/html"])
def test_every_measure_is_described_whichever_form_is_asked_for(accept):
    body, content_type = Prometheus().told(accept)
    assert content_type.startswith("application/openmetrics-text" if "openmetrics" in accept else "text/plain")
    told = body.decode()
    assert [measure.name for measure in MEASURES if f"# HELP footnote_{measure.name}" not in told] == []


def test_every_figure_stands_in_the_operations_page_and_none_that_is_not_there():
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
    told = {re.sub("_(total|bucket)$", "", name) for name in re.findall(r"footnote_([a-z_]+)", page)}
    assert told == {f"{measure.name}_{measure.unit}".rstrip("_") for measure in MEASURES}

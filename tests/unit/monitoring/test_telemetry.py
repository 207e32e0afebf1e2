"""OpenTelemetry, where it is set: answers as spans and the figures, taken by a real receiver, and in nobody's way."""

from __future__ import annotations

import json
import time

import pytest

from fakes import SOON_S, STOP, ListRetriever, ScriptedModel, an_answer, passage, until_end
from footnote.answers.producer import Producer
from footnote.correlation import NOTHING, Correlation, begin
from footnote.errors import ModelUnavailable
from footnote.events import Done
from footnote.monitoring.measured import Measured
from footnote.monitoring.pseudonyms import Pseudonyms
from footnote.monitoring.telemetry import Figures, Spans
from footnote.setting_values import Telemetry
from footnote.storage.memory import MemoryLog
from otlp_receiver import attributes, receiving
from ports import number, reserved_port

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SECRET = b"of one installation"


@pytest.fixture
def receiver(monkeypatch):
    with receiving() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=analysts")
        yield receiver


def answered(*script, texts=False):
    """An answer that was asked for with a span of its asker's; what was sent of it is there when this returns."""
    log, model = MemoryLog(), ScriptedModel(*script)
    observers = [Spans(Pseudonyms(lambda: SECRET), texts=texts), Measured([Figures()])]
    producer = Producer(
        log, ListRetriever(passage("a", "The depot moves in May.")), {model.name: model}, observers=observers
    )
    begin(Correlation("request-7", traceparent=f"00-{TRACE}-{PARENT}-01"))
    answer = producer.start(an_answer(query="When does the depot move?", user="ann@example.org"))
    begin(NOTHING)
    end = until_end(log, answer.id)[-1].event
    producer.close()
    return answer, end


def test_an_answer_is_a_tree_of_spans_below_its_askers(receiver):
    answer, _ = answered("It moves ", "in May [1].", STOP)
    spans = {span.name: span for span in receiver.wait_for_spans(3)}
    root, chat = spans["invoke_agent footnote"], spans["chat scripted"]
    assert {span.trace_id.hex() for span in spans.values()} == {TRACE}
    assert root.parent_span_id.hex() == PARENT
    assert {span.parent_span_id for span in spans.values()} == {bytes.fromhex(PARENT), root.span_id}
    for span in spans.values():
        assert root.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
    told = attributes(root)
    assert told["gen_ai.conversation.id"] == answer.session_id
    assert (told["footnote.answer_id"], told["footnote.request_id"]) == (answer.id, "request-7")
    assert told["footnote.user"] == Pseudonyms(lambda: SECRET).of("ann@example.org")
    asked = attributes(chat)
    assert (asked["gen_ai.operation.name"], asked["gen_ai.request.model"]) == ("chat", "scripted")
    assert (asked["gen_ai.usage.input_tokens"], asked["gen_ai.usage.output_tokens"]) == (7, 3)
    assert asked["gen_ai.response.finish_reasons"] == ["stop"]
    assert [event.name for event in chat.events] == ["first token"]
    assert attributes(spans["retrieval"])["gen_ai.operation.name"] == "retrieval"
    said = str(receiver.spans)
    assert not [text for text in ("depot", "May", "ann@example.org") if text in said]


def test_who_runs_it_is_told_and_headers_go_along(receiver):
    answered("It moves.", STOP)
    receiver.wait_for_spans(3)
    assert receiver.resources[0]["service.name"] == "footnote"
    assert {headers.get("x-tenant") for headers in receiver.headers} == {"analysts"}


def test_a_failure_is_one_in_the_spans_with_each_time_that_it_was_tried(receiver):
    answered(ModelUnavailable(retry_after_s=0.01))
    spans = {span.name: span for span in receiver.wait_for_spans(3)}
    root = spans["invoke_agent footnote"]
    assert (root.status.code, root.status.message) == (2, "MODEL_UNAVAILABLE")
    assert attributes(root)["error.type"] == attributes(spans["chat scripted"])["error.type"] == "MODEL_UNAVAILABLE"
    assert [event.name for event in root.events] == ["retrying", "retrying"]


def test_texts_go_along_where_they_are_switched_on(receiver):
    answered("It moves in May [1].", STOP, texts=True)
    spans = {span.name: span for span in receiver.wait_for_spans(3)}
    (said,) = json.loads(attributes(spans["chat scripted"])["gen_ai.output.messages"])
    assert said == {"role": "assistant", "parts": [{"type": "text", "content": "It moves in May [1]."}]}
    assert attributes(spans["retrieval"])["gen_ai.retrieval.query.text"] == "When does the depot move?"


def test_the_figures_are_those_that_prometheus_has(receiver):
    answered("It moves in May [1].", STOP)
    assert receiver.figure("answers", model="scripted", end="done") == 1
    assert receiver.figure("tokens", kind="output") == 3
    assert receiver.figure("first_token", model="scripted") == 1
    assert receiver.figure("processes") == 1
    assert receiver.figure("running") == 0


def test_an_endpoint_that_is_away_costs_an_answer_nothing_and_the_end_little(monkeypatch):
    nobody = reserved_port()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{number(nobody)}")
    began = time.monotonic()
    log, model = MemoryLog(), ScriptedModel("It moves.", STOP)
    observers = [Spans(Pseudonyms(lambda: SECRET)), Measured([Figures()])]
    producer = Producer(log, ListRetriever(), {model.name: model}, observers=observers)
    answer = producer.start(an_answer())
    assert isinstance(until_end(log, answer.id)[-1].event, Done)
    producer.close(timeout_s=0.5)
    assert time.monotonic() - began < SOON_S
    nobody.close()


@pytest.mark.parametrize(
    ("variables", "spans", "figures"),
    [
        ({}, False, False),
        ({"ENDPOINT": "http://c:4318"}, True, True),
        ({"TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True, False),
        ({"METRICS_ENDPOINT": "http://c:4318/v1/metrics"}, False, True),
        ({"ENDPOINT": "http://c:4314", "PROTOCOL": "grpc"}, False, False),
        ({"ENDPOINT": "http://c:4318", "METRICS_PROTOCOL": "grpc"}, True, False),
    ],
)
def test_what_is_sent_is_what_the_environment_asks_for(monkeypatch, variables, spans, figures):
    for name, value in variables.items():
        monkeypatch.setenv(f"OTEL_EXPORTER_OTLP_{name}", value)
    assert (Telemetry().spans, Telemetry().figures) == (spans, figures)
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    assert (Telemetry().spans, Telemetry().figures) == (False, figures)
    monkeypatch.setenv("OTEL_SDK_DISABLED", "True")
    assert (Telemetry().spans, Telemetry().figures, Telemetry().wanted) == (False, False, False)

"""What the events of the Responses API say, and when an answer is whole."""

from __future__ import annotations

import pytest

from footnote.chat import FinishReason, Step, Usage
from footnote.errors import ModelUnavailable, RateLimited, StreamingError
from footnote.models.responses import ResponsesReading

DONE = b'data: {"type": "x"}\n\ndata: [DONE]\n\n'
DELTA = {"type": "response.output_text.delta", "item_id": "m1", "delta": "In May."}
MESSAGE = {
    "type": "response.output_item.done",
    "item": {"type": "message", "id": "m1", "content": [{"type": "output_text", "text": "In May."}]},
}


def item(kind: str, **fields) -> dict:
    return {"type": "response.output_item.done", "item": {"type": kind, **fields}}


CALL = item("function_call", call_id="c1", name="look_up", arguments="{}")
OUTPUT = item("function_call_output", call_id="c1", output="nothing")


def read(*events, steps: bool = True):
    reading = ResponsesReading(steps=steps)
    return reading, [chunk for event in events for chunk in reading.said(event)]


@pytest.mark.parametrize(
    ("events", "tail", "whole"),
    [
        ([DELTA, MESSAGE], DONE, True),
        ([MESSAGE], DONE, True),
        ([CALL, OUTPUT, DELTA, MESSAGE], DONE, True),
        ([CALL, DELTA, MESSAGE], DONE, True),  # an agent that does not tell what its tools said
        ([DELTA, MESSAGE], b"", False),
        ([DELTA], DONE, False),
        ([DELTA, MESSAGE, CALL], DONE, False),
        ([DELTA, MESSAGE, CALL, OUTPUT], DONE, False),
        ([DELTA, MESSAGE, {**DELTA, "item_id": "m2"}], DONE, False),
        ([], DONE, False),
        ([DELTA, MESSAGE], b'data: {"delta": "\\ndata: [DONE]"}\n\n', False),
    ],
)
def test_an_answer_that_nothing_calls_complete_is_whole_behind_a_message_that_is_done(events, tail, whole):
    reading, _ = read(*events)
    assert reading.finish is None
    assert (reading.end(tail) is FinishReason.STOP) == whole


@pytest.mark.parametrize(
    ("response", "finish"),
    [
        ({"status": "completed"}, "stop"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "content_filter"),
        ({"status": "incomplete"}, "length"),
    ],
)
def test_a_response_says_why_it_ended(response, finish):
    reading, _ = read(DELTA, MESSAGE, {"type": f"response.{response['status']}", "response": response})
    assert reading.finish == FinishReason(finish)


def test_text_comes_once_and_each_message_is_a_paragraph():
    second = {"type": "message", "id": "m2", "content": [{"type": "output_text", "text": "Nobody objected."}]}
    _, chunks = read(DELTA, MESSAGE, {"type": "response.output_item.done", "item": second})
    assert "".join(chunk.text for chunk in chunks) == "In May.\n\nNobody objected."


def test_a_step_begins_with_its_call_and_ends_with_its_output():
    begun = {"type": "response.output_item.added", "item": CALL["item"]}
    _, chunks = read(begun, CALL, OUTPUT, DELTA)
    assert [chunk.step for chunk in chunks if chunk.step] == [Step("look_up"), Step("look_up", complete=True)]
    _, silent = read(begun, CALL, OUTPUT, DELTA, steps=False)
    assert not any(chunk.step or chunk.sources for chunk in silent)


def test_each_event_is_a_sign_of_life():
    for event in ({"type": "response.created"}, {"type": "response.in_progress"}, {"trace_id": "tr"}, {}):
        assert read(event)[1]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"type": "error", "message": "died", "code": "server_error"}, "GENERATION_FAILED"),
        ({"type": "response.failed", "response": {"error": {"code": "rate_limit_exceeded"}}}, "RATE_LIMIT"),
        ({"type": "response.failed", "response": {"error": {"code": "UNAVAILABLE"}}}, "MODEL_UNAVAILABLE"),
    ],
)
def test_a_failure_is_told_apart_by_its_code(event, error):
    with pytest.raises(StreamingError) as raised:
        read(event)
    assert raised.value.code == error
    assert isinstance(raised.value, RateLimited | ModelUnavailable) or error == "GENERATION_FAILED"


@pytest.mark.parametrize("item", [None, [], "x", {"type": None}, {"type": "message", "content": [None, 1, {}]}])
def test_an_event_of_a_wrong_shape_says_nothing(item):
    _, chunks = read({"type": "response.output_item.done", "item": item, "custom_outputs": {"sources": [item, 3]}})
    assert not any(chunk.text or chunk.step or chunk.sources for chunk in chunks)


def test_counts_that_are_none_are_not_told():
    usage = {"input_tokens": "<b>many</b>", "output_tokens": [1]}
    _, chunks = read({"type": "response.completed", "response": {"status": "completed", "usage": usage}})
    assert [chunk.usage for chunk in chunks] == [Usage(None, None)]

"""Which error a person is told, from what was raised and from what a stream said last."""

import datetime as dt
import json
from email.utils import format_datetime

import httpx
import openai
import pytest

from footnote.errors import AuthFailed, Code
from footnote.models.failures import early_end, failure_of, retry_after_s

REQUEST = httpx.Request("POST", "https://secret-host/serving-endpoints/chat/completions")


def refused(status: int, body: object = None, headers: dict[str, str] | None = None) -> openai.APIStatusError:
    response = httpx.Response(status, json=body, headers=headers, request=REQUEST)
    return openai.APIStatusError("said by secret-host", response=response, body=body)


def wrapped(cause: Exception) -> openai.APIConnectionError:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    return error


def code_of(error: Exception, *, begun: bool = False, tail: bytes = b"", content_type: str = "") -> Code:
    failure = failure_of(error, begun=begun, tail=tail, content_type=content_type)
    assert "secret-host" not in failure.message
    return failure.code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, Code.AUTH_ERROR),
        (403, Code.AUTH_ERROR),
        (404, Code.MODEL_UNAVAILABLE),
        (408, Code.MODEL_UNAVAILABLE),
        (413, Code.CONTEXT_TOO_LONG),
        (422, Code.GENERATION_FAILED),
        (429, Code.RATE_LIMIT),
        (500, Code.MODEL_UNAVAILABLE),
        (504, Code.MODEL_UNAVAILABLE),
    ],
)
def test_a_status_has_its_code(status, code):
    assert code_of(refused(status)) == code


@pytest.mark.parametrize(
    "said",
    [
        "Input is too long for requested model: 210034 tokens > 200000 maximum",
        "prompt is too long: 210034 tokens > 200000 maximum",
        "This model's maximum context length is 8192 tokens. However, you requested 9034 tokens",
        "The input tokens (9000) plus max_tokens (2048) exceed the limit of 8192",
        "context_length_exceeded",
        "Please reduce the length of the messages.",
    ],
)
def test_a_context_that_is_too_long_is_known_by_what_is_said(said):
    """As a refusal and as a frame; in the words of several makers."""
    assert code_of(refused(400, {"error_code": "BAD_REQUEST", "message": said})) == Code.CONTEXT_TOO_LONG
    frame = f"data: {json.dumps({'error': {'message': said, 'type': 'invalid_request_error'}})}\n\n".encode()
    assert early_end(begun=False, tail=frame, content_type="").code == Code.CONTEXT_TOO_LONG


@pytest.mark.parametrize(
    "said",
    ["Parameter top_q is unknown", "max_tokens is too large: 100000", "Invalid model name", "temperature must be 1"],
)
def test_another_bad_request_is_not_taken_for_a_long_one(said):
    failure = failure_of(refused(400, {"message": said}), begun=False, tail=b"", content_type="")
    assert (failure.code, failure.retryable) == (Code.GENERATION_FAILED, False)


@pytest.mark.parametrize("wrap", [wrapped, lambda cause: cause])
@pytest.mark.parametrize(
    ("cause", "before", "after"),
    [
        (httpx.ReadTimeout("", request=REQUEST), Code.TIMEOUT, Code.TIMEOUT),
        (httpx.ConnectTimeout("", request=REQUEST), Code.MODEL_UNAVAILABLE, Code.TRUNCATED),
        (httpx.PoolTimeout("", request=REQUEST), Code.MODEL_UNAVAILABLE, Code.TRUNCATED),
        (httpx.ConnectError("", request=REQUEST), Code.MODEL_UNAVAILABLE, Code.TRUNCATED),
        (httpx.ReadError("", request=REQUEST), Code.MODEL_UNAVAILABLE, Code.TRUNCATED),
        (httpx.RemoteProtocolError("", request=REQUEST), Code.MODEL_UNAVAILABLE, Code.TRUNCATED),
    ],
)
def test_a_broken_connection_is_named_by_when_it_broke(wrap, cause, before, after):
    """Whether the openai client wraps it or not: its versions differ."""
    assert (code_of(wrap(cause)), code_of(wrap(cause), begun=True)) == (before, after)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "slow down"}, Code.RATE_LIMIT),
        ({"error": {"code": 429, "message": "slow down"}}, Code.RATE_LIMIT),
        ({"error_code": "PERMISSION_DENIED", "message": "no"}, Code.AUTH_ERROR),
        ({"error": {"type": "overloaded_error", "message": "no"}}, Code.MODEL_UNAVAILABLE),
        ({"error_code": "TEMPORARILY_UNAVAILABLE", "message": "no"}, Code.MODEL_UNAVAILABLE),
        ({"error": {"message": "CUDA"}}, Code.GENERATION_FAILED),
        ({"error": "CUDA"}, Code.GENERATION_FAILED),
        ({"error_code": "INTERNAL_ERROR"}, Code.GENERATION_FAILED),
    ],
)
def test_an_error_frame_at_the_end_says_what_it_was(frame, code):
    """Also with [DONE] behind it, which raises nothing anywhere else."""
    tail = f"data: {json.dumps(frame)}\n\ndata: [DONE]\n\n".encode()
    failure = early_end(begun=True, tail=tail, content_type="text/event-stream")
    assert failure.code == code
    assert failure.__cause__ is not None
    said = frame.get("error") or frame
    assert code_of(openai.APIError("secret-host", REQUEST, body=said), begun=True) == code


@pytest.mark.parametrize(
    "tail",
    [
        b'data: {"choices": [{"delta": {"content": "an \\"error\\" in the text"}}]}\n\n',
        b'data: {"error": null}\n\n',
        b'data: {"error": \xff\n\n',
        b'"error": 7}\n\ndata: ["error"]\n\n',
        b"",
    ],
)
def test_a_stream_that_only_ended_is_truncated(tail):
    assert early_end(begun=True, tail=tail, content_type="").code == Code.TRUNCATED


def test_a_web_page_in_place_of_a_model_is_no_matter_of_trying_again():
    failure = early_end(begun=False, tail=b"<html>", content_type="text/html; charset=utf-8")
    assert (failure.code, failure.retryable) == (Code.MODEL_UNAVAILABLE, False)


@pytest.mark.parametrize("wrap", [wrapped, lambda cause: cause])
def test_an_error_of_ours_stays_what_it_is(wrap):
    """Signing in fails inside of a request, and the openai client may wrap what it raises there."""
    assert code_of(wrap(AuthFailed())) == Code.AUTH_ERROR


def test_an_error_without_anything_known_ends_the_answer_as_failed():
    assert code_of(openai.APIError("x", REQUEST, body=None)) == Code.GENERATION_FAILED
    assert code_of(KeyError("delta"), begun=True) == Code.GENERATION_FAILED


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2),
        ("0.5", 0.5),
        ("-3", 0),
        ("1e300", 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("inf", None),
        ("-inf", None),
        ("nan", None),
        ("1e999", None),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_retry_after_in_seconds(header, seconds):
    """Within an hour; nothing that isn't a number of seconds gets through."""
    assert retry_after_s(header) == seconds


def test_retry_after_as_a_date():
    """The other form that RFC 9110 allows."""
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    assert retry_after_s(format_datetime(soon, usegmt=True)) == pytest.approx(90, abs=2)
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    failure = failure_of(refused(429, headers={"Retry-After": "7"}), begun=False, tail=b"", content_type="")
    assert failure.retry_after_s == 7

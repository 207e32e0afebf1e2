"""The contract's events as they stand on the wire."""

import json
import re

import pytest

from footnote.chat import FinishReason
from footnote.events import (
    Citation,
    Citations,
    Continue,
    Done,
    Error,
    Evidence,
    Found,
    Html,
    Ping,
    Retrieved,
    Stage,
    StageName,
    StageStatus,
    Start,
    Statement,
    Stopped,
    Timings,
    Token,
    TokenCounts,
    Unfound,
    Verdict,
    gathered,
)
from footnote.wire import DONE, decode, encode, entry, frame, text_of

NASTY = 'a"b\\c\nd\re\u2028f\u2029g\x85h\x0bi\x0cj\x1ck\x00l\tm 😀 שלום </script> \ud800 data: x'
CITATION = Citation(1, "p#1", "p", NASTY, NASTY, cited=True, speaker=NASTY, page=3, start_s=1.5, end_s=2.0, score=0.5)
BARE = Citation(2, "q#1", "q", "Title", "Words.", cited=False)
LOGGED = [
    Start("a", "s", NASTY, "2026-03-01T10:00:00.000+00:00"),
    Stage(StageName.RETRIEVAL, StageStatus.START, 0, searched=14),
    Stage(StageName.RETRIEVAL, StageStatus.COMPLETE, 12, searched=14, found=0),
    Stage(StageName.RERANKING, StageStatus.COMPLETE, 20, candidates=40, selected=8),
    Stage(StageName.GENERATION, StageStatus.START, 21),
    Token(NASTY),
    Retrieved(("Who?",), (Found("p#0", "p", "P", 0.5, 1, "Ana", 2, 3.5), Found("q#1", "q", "Q", 0.25))),
    Citations((CITATION, BARE)),
    Citations((BARE,), (Statement(0, 9, Verdict.WEAK, (Evidence(1, "So it is."),), (Unfound(3, 5),)),)),
    Citations(()),
    Done(FinishReason.STOP, TokenCounts(10, None), Timings(100, 10, 5, 6, 70)),
    Done(FinishReason.LENGTH, TokenCounts(None, None), Timings(100)),
    Error("TIMEOUT", NASTY, retryable=True, retry_after_s=2.5),
    Error("INTERNAL_ERROR", "m", retryable=False),
    Stopped(),
]
NOT_LOGGED = [Html(f"<p>{NASTY}</p>", NASTY), Ping(), Continue(12)]


def named(event):
    return type(event).__name__


@pytest.mark.parametrize("event", LOGGED + NOT_LOGGED, ids=named)
def test_every_event_is_one_line_of_utf8_whatever_stands_in_it(event):
    """A line break of any kind would end the line for some reader, half a surrogate pair the response."""
    line = encode(event, 3)
    assert line.splitlines() == [line]
    assert not re.search("[\r\n\u2028\u2029\x85]", line)
    assert json.loads(line.encode("utf-8"))["type"] == event.type


@pytest.mark.parametrize("event", LOGGED, ids=named)
def test_a_logged_event_comes_back_from_its_line_as_it_was(event):
    assert decode(encode(event, 7)) == entry(7, event)


@pytest.mark.parametrize(
    "line",
    [encode(Ping()), encode(Continue(3)), encode(Html("<p>", ""), 3), "[]", "{}", '{"type":"token"}', '{"seq":1}', "<"],
)
def test_what_is_not_an_event_of_the_log_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011 - the json module's own words
        decode(line)


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        (Start("a", "s", "m", "t"), {"answer_id": "a", "session_id": "s", "model": "m", "created_at": "t"}),
        (
            Stage(StageName.RETRIEVAL, StageStatus.COMPLETE, 9, searched=3, found=0),
            {"stage": "retrieval", "status": "complete", "elapsed_ms": 9, "searched": 3, "found": 0},
        ),
        (Token("hi"), {"content": "hi"}),
        (Html("<p>x</p>", "y"), {"html": "<p>x</p>", "tail": "y"}),
        (
            Citations((BARE,)),
            {
                "citations": [
                    {
                        "n": 2,
                        "passage_id": "q#1",
                        "recording_id": "q",
                        "recording_title": "Title",
                        "excerpt": "Words.",
                        "cited": False,
                    }
                ],
                "statements": [],
            },
        ),
        (
            Done(FinishReason.CONTENT_FILTER, TokenCounts(1, None), Timings(20, first_token_ms=4)),
            {
                "finish_reason": "content_filter",
                "usage": {"input_tokens": 1, "output_tokens": None},
                "timings": {"total_ms": 20, "first_token_ms": 4},
            },
        ),
        (Error("TIMEOUT", "m", retryable=True), {"code": "TIMEOUT", "message": "m", "retryable": True}),
        (
            Error("RATE_LIMIT", "m", retryable=True, retry_after_s=3),
            {"code": "RATE_LIMIT", "message": "m", "retryable": True, "retry_after_s": 3},
        ),
        (Stopped(), {}),
    ],
    ids=lambda value: named(value) if not isinstance(value, dict) else "",
)
def test_the_fields_are_the_contracts_and_those_of_none_are_left_out(event, fields):
    assert json.loads(encode(event, 5)) == {"seq": 5, "type": event.type} | fields


def test_what_is_not_in_the_log_has_no_seq():
    assert json.loads(encode(Ping())) == {"type": "ping"}
    assert json.loads(encode(Continue(12))) == {"type": "continue", "after": 12}


def test_a_frame_is_as_the_contract_writes_it():
    """The empty second data line is what puts a newline behind the JSON where data is glued."""
    assert frame('{"seq":4}', 4) == 'id: 4\ndata: {"seq":4}\ndata:\n\n'
    assert frame('{"type":"ping"}') == 'data: {"type":"ping"}\ndata:\n\n'
    assert DONE == "data: [DONE]\n\n"


def test_neighbouring_tokens_are_gathered_and_other_events_keep_their_place():
    start = Stage(StageName.GENERATION, StageStatus.START, 0)
    events = [start, Token("a"), Token("b"), Stopped(), Token("c")]
    assert list(gathered(events)) == [start, Token("ab"), Stopped(), Token("c")]
    assert list(gathered([])) == []


def test_gathered_text_is_split_at_the_bound_and_none_of_it_is_lost():
    tokens = [Token("abc"), Token("de"), Token("f😀")]
    assert list(gathered(tokens, most=3)) == [Token("abc"), Token("def"), Token("😀")]
    assert text_of(entry(n, e) for n, e in enumerate(gathered(tokens, most=1), 1)) == "abcdef😀"

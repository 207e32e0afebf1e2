"""A response ends by size, age or with its answer, and those that follow it carry the rest."""

from __future__ import annotations

import json

import pytest

from fakes import PATIENCE_S
from footnote.answers.cursor import Bounds, follow
from footnote.answers.rendering import Renderings
from footnote.events import Stopped, Token
from logged_answers import BEGINNING, DONE, EVENTS, logged, response


def joined(log, id, *, html, bounds):
    """The events of as many responses as it takes, without their ``continue``; and how many it took."""
    events, after, taken = [], 0, 0
    while True:
        one = response(log, id, after, html=html, bounds=bounds)
        taken += 1
        assert taken < 200
        if not one or one[-1]["type"] != "continue":
            return events + one, taken
        assert "seq" not in one[-1]
        after = one[-1]["after"]
        events += one[:-1]


@pytest.mark.parametrize("octets", [1, 60, 200, 500])
@pytest.mark.parametrize("html", [False, True])
def test_cut_by_size_the_joined_responses_equal_one(html, octets):
    log, id = logged(*EVENTS)
    events, taken = joined(log, id, html=html, bounds=Bounds(PATIENCE_S, octets, PATIENCE_S))
    assert events == response(log, id, html=html)
    assert taken > 1


def test_a_response_is_within_its_size_in_bytes_unless_one_event_alone_is_more():
    log, id = logged(*BEGINNING, *[Token("😀" * 10)] * 100, DONE)
    bounds = Bounds(PATIENCE_S, 1000, PATIENCE_S)
    lines = list(follow(log, id, bounds=bounds))
    assert sum(len(line.line.encode()) for line in lines[:-1]) <= 1000
    assert json.loads(lines[-1].line) == {"type": "continue", "after": len(lines) - 1}


@pytest.mark.parametrize("octets", [1, 60, 500])
def test_asked_from_one_before_the_last_event_seen_every_response_brings_something_new(octets):
    """The page asks so; a block larger than a response must not make it ask for ever."""
    log, id = logged(*EVENTS)
    seen = 0
    while seen < len(EVENTS):
        one = response(log, id, max(0, seen - 1), html=True, bounds=Bounds(PATIENCE_S, octets, PATIENCE_S))
        came_to = max(e.get("seq", 0) for e in one)
        assert came_to > seen
        seen = came_to


def test_by_default_a_response_carries_a_minute_or_thirty_two_thousand_bytes():
    bounds = Bounds()
    assert (bounds.seconds, bounds.octets, bounds.silence_s) == (60, 32_000, 10)


@pytest.mark.parametrize("html", [False, True])
def test_cut_by_age_it_names_the_cursor_it_came_to_and_nothing_is_missing(html):
    log, id = logged(*EVENTS[:5])
    brief = Bounds(seconds=0.01, octets=10**9, silence_s=PATIENCE_S)
    first = response(log, id, html=html, bounds=brief)
    assert first[-1] == {"type": "continue", "after": 5}
    log.append([(id, EVENTS[5:])])
    assert first[:-1] + response(log, id, 5, html=html) == response(log, id, html=html)


def test_a_finished_answer_is_not_cut_by_age():
    log, id = logged(*EVENTS)
    assert response(log, id, bounds=Bounds(seconds=0.0, octets=10**9))[-1]["type"] == "done"


def test_silence_is_told_apart_from_death():
    log, id = logged(*EVENTS[:2])
    lines = follow(log, id, bounds=Bounds(PATIENCE_S, 10**9, silence_s=0.001))
    seen = [json.loads(next(lines).line) for _ in range(5)]
    assert [e["type"] for e in seen] == ["start", "stage", "ping", "ping", "ping"]
    log.append([(id, [Stopped()])])
    rest = [json.loads(line.line)["type"] for line in lines]
    assert rest[-1] == "cancelled"
    assert set(rest[:-1]) <= {"ping"}


def test_pings_go_on_where_blocks_are_asked_for():
    log, id = logged(*EVENTS[:4])
    lines = follow(log, id, 4, renderings=Renderings(log), bounds=Bounds(PATIENCE_S, 10**9, silence_s=0.001))
    assert [json.loads(next(lines).line)["type"] for _ in range(2)] == ["ping", "ping"]

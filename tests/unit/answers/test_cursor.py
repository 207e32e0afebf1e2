"""A stream is a cursor over a log: from wherever it begins, it carries exactly the rest."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from fakes import PATIENCE_S, an_answer
from footnote.answers.cursor import Bounds, follow
from footnote.answers.rendering import Renderings
from footnote.chat import FinishReason
from footnote.errors import NotFound
from footnote.events import (
    Citations,
    Done,
    Error,
    Retrying,
    Stage,
    StageName,
    StageStatus,
    Start,
    Stopped,
    Timings,
    Token,
    TokenCounts,
)
from footnote.storage.memory import MemoryLog
from footnote.wire import encode

DONE = Done(FinishReason.STOP, TokenCounts(1, 2), Timings(3))
BEGINNING = [Start("a", "s", "m", "t"), Stage(StageName.GENERATION, StageStatus.START, 1)]
SPOKEN = ["It is **so** [1].", "\n", "\nAnd\n\n- one\n", "- two\n\n## Then\n\n```py\nx", " = 1\n```\n\nlast", " words"]
EVENTS = [*BEGINNING, *map(Token, SPOKEN), Citations(()), DONE]
NEVER = Bounds(seconds=PATIENCE_S, octets=10**9, silence_s=PATIENCE_S)


def logged(*events):
    """A log with an answer that came to these events, and the answer's id."""
    log = MemoryLog()
    answer = an_answer()
    log.create(answer)
    log.append([(answer.id, list(events))])
    return log, answer.id


def response(log, id, after=0, *, html=False, bounds=NEVER):
    """The events of one response, as a client reads them."""
    renderings = Renderings(log) if html else None
    return [json.loads(line.line) for line in follow(log, id, after, renderings=renderings, bounds=bounds)]


def blocks(events, upto=10**9):
    return [(e["seq"], e["html"]) for e in events if e["type"] == "html" and e["seq"] <= upto]


def test_from_every_cursor_it_carries_exactly_the_rest():
    log, id = logged(*EVENTS)
    expected = [json.loads(encode(event, seq)) for seq, event in enumerate(EVENTS, 1)]
    for after in range(len(EVENTS) + 1):
        assert response(log, id, after) == expected[after:], after


class Following(MemoryLog):
    """A log in which something comes while its second waiting lasts."""

    def __init__(self, *coming):
        super().__init__()
        self.coming = coming
        self.waited = []

    def wait(self, answer_id, after, timeout_s):
        self.waited.append(after)
        if len(self.waited) == 2 and self.coming:
            self.append([(answer_id, list(self.coming))])
        return super().wait(answer_id, after, timeout_s)


@pytest.mark.parametrize("coming", [[Token("It is so.")], []], ids=["words", "nothing"])
def test_how_far_it_is_waits_a_moment_for_the_first_words_and_comes_all_the_same(coming):
    log, answer = Following(*coming), an_answer()
    log.create(answer)
    log.append([(answer.id, BEGINNING)])
    lines = follow(log, answer.id, bounds=NEVER)
    told = [json.loads(next(lines).line)["type"] for _ in (*BEGINNING, *coming)]
    assert told == [event.type for event in (*BEGINNING, *coming)]
    assert log.waited == [0, 2]


def test_words_wait_for_nothing():
    log, answer = Following(), an_answer()
    log.create(answer)
    log.append([(answer.id, [*BEGINNING, Token("It is so.")])])
    lines = follow(log, answer.id, bounds=NEVER)
    assert [json.loads(next(lines).line)["type"] for _ in range(3)] == ["start", "stage", "token"]
    assert log.waited == [0]


@pytest.mark.parametrize("end", [DONE, Error("TIMEOUT", "m", retryable=True), Stopped()], ids=lambda e: e.type)
def test_from_its_last_event_a_finished_answer_ends_at_once(end):
    log, id = logged(*BEGINNING, end)
    assert response(log, id, 3) == []


def test_it_goes_on_as_the_log_grows_and_ends_with_it():
    log, id = logged(*EVENTS[:3])
    lines = follow(log, id, bounds=NEVER)
    seen = [next(lines) for _ in range(3)]
    log.append([(id, EVENTS[3:5])])
    seen += [next(lines) for _ in range(2)]
    log.append([(id, EVENTS[5:])])
    seen += lines
    assert [line.seq for line in seen] == list(range(1, len(EVENTS) + 1))


def test_blocks_follow_the_token_that_finished_them():
    log, id = logged(*EVENTS)
    events = response(log, id, html=True)
    numbers = [e["seq"] for e in events]
    assert numbers == sorted(numbers)
    kinds = {seq: [e["type"] for e in events if e["seq"] == seq] for seq in numbers}
    assert all(k[0] != "html" for k in kinds.values())
    tokens = {seq for seq, k in kinds.items() if k[0] == "token"}
    assert {seq for seq, k in kinds.items() if "html" in k} <= tokens
    assert "<strong>so</strong>" in events[kinds[3].count("token") + 4]["html"]
    assert any(k.count("html") > 1 for k in kinds.values()), "one token finishes several blocks"


def test_text_and_tails_always_add_up():
    """What a block's event calls its tail is the text that is in no block yet."""
    log, id = logged(*EVENTS)
    text = ""
    for event in response(log, id, html=True):
        if event["type"] == "token":
            text += event["content"]
        if event["type"] == "html":
            assert text.endswith(event["tail"])
    assert blocks(response(log, id, html=True))[-1][1].strip() == "<p>last words</p>"


def test_the_blocks_up_to_a_cursor_and_those_after_it_are_all_blocks_for_every_cursor():
    log, id = logged(*EVENTS)
    every = response(log, id, html=True)
    for after in range(len(EVENTS) + 1):
        assert blocks(every, upto=after) + blocks(response(log, id, after, html=True)) == blocks(every), after


def test_blocks_are_the_same_for_who_reads_along_and_who_comes_later():
    log, id = logged()
    live = []
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(lambda: live.extend(response(log, id, html=True)))
        for event in EVENTS:
            log.append([(id, [event])])
        reading.result(PATIENCE_S)
    assert live == response(log, id, html=True)


def test_the_last_block_comes_when_the_text_has_ended_though_its_token_was_sent():
    log, id = logged(*EVENTS[:-2])
    lines = follow(log, id, renderings=Renderings(log), bounds=NEVER)
    while next(lines).seq != len(EVENTS) - 2:
        pass
    log.append([(id, EVENTS[-2:])])
    assert [json.loads(line.line)["type"] for line in lines] == ["html", "citations", "done"]


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


def test_an_answer_that_is_not_there_is_not_found():
    log, id = logged(*EVENTS)
    log.delete(log.answer(id).session_id)
    for after in (0, 3):
        with pytest.raises(NotFound):
            response(log, id, after)


def test_deleted_while_it_is_followed_it_is_not_found():
    log, id = logged(*EVENTS[:2])
    reached = threading.Event()

    def read():
        for line in follow(log, id, bounds=NEVER):
            if line.seq == 2:
                reached.set()

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        assert reached.wait(PATIENCE_S)
        log.delete(log.answer(id).session_id)
        with pytest.raises(NotFound):
            reading.result(PATIENCE_S)


def test_renderings_that_were_forgotten_are_made_again(monkeypatch):
    monkeypatch.setattr("footnote.answers.rendering.MOST_ANSWERS", 1)
    log, id = logged(*EVENTS)
    other = an_answer()
    log.create(other)
    log.append([(other.id, [Token("Another.\n\n"), DONE])])
    renderings = Renderings(log)
    first = renderings.blocks(id, len(EVENTS))
    assert renderings.blocks(other.id, 2)[0].event.html.strip() == "<p>Another.</p>"
    assert renderings.blocks(id, len(EVENTS)) == first
    assert len(renderings._answers) == 1


def test_blocks_up_to_a_cursor_are_the_same_whoever_has_read_further():
    log, id = logged(*EVENTS)
    fresh = [Renderings(log).blocks(id, upto) for upto in range(len(EVENTS))]
    ahead = Renderings(log)
    every = ahead.blocks(id, len(EVENTS))
    for upto in range(len(EVENTS) - 2):  # before the last token
        assert ahead.blocks(id, upto) == fresh[upto] == [block for block in every if block.seq <= upto]


def test_a_text_that_goes_on_behind_a_stage_is_one_text():
    """What an answer begins with that goes on from another comes before the model writes."""
    stages = [Stage(StageName.GENERATION, StageStatus.START, 1), Retrying("RATE_LIMIT", 2, 0.5)]
    log, id = logged(BEGINNING[0], Token("One **wo"), *stages, Token("rd**."), Citations(()), DONE)
    assert [block.event.html.strip() for block in Renderings(log).blocks(id, 7)] == [
        "<p>One <strong>word</strong>.</p>"
    ]


def test_an_answer_without_text_has_no_blocks():
    log, id = logged(*BEGINNING, Citations(()), DONE)
    assert blocks(response(log, id, html=True)) == []


def test_blocks_of_a_deleted_answer_are_not_shown_of_another_that_stands_under_its_id():
    log = MemoryLog()
    renderings = Renderings(log)
    answer = an_answer()
    for text in ("The first one.", "Another one."):
        log.create(answer)
        log.append([(answer.id, [Token(text), DONE])])
        renderings.about(answer)
        assert [text in block.event.html for block in renderings.blocks(answer.id, 2)] == [True]
        log.delete(answer.session_id)
        answer = replace(answer, created_at=answer.created_at + timedelta(seconds=1))

"""A stream is a cursor over a log: from wherever it begins, it carries exactly the rest."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from fakes import PATIENCE_S, an_answer
from footnote.answers.cursor import follow
from footnote.answers.rendering import Renderings
from footnote.errors import NotFound
from footnote.events import (
    Citations,
    Error,
    Retrying,
    Stage,
    StageName,
    StageStatus,
    Stopped,
    Token,
)
from footnote.storage.memory import MemoryLog
from footnote.wire import encode
from logged_answers import BEGINNING, DONE, EVENTS, NEVER, logged, response


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

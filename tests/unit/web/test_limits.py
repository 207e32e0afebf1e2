"""How many questions a user may ask, and how many answers they may watch at once."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from fakes import STOP, until
from footnote.errors import StorageFailed, TooManyStreams
from footnote.events import Token
from footnote.settings import Settings
from footnote.storage.memory import MemoryLog
from footnote.web.limits import Streams
from page_client import STREAM, UNKNOWN, WHOLE, Page, assert_problem, question


@pytest.fixture
def two_questions(scripted):
    made = Page(replace(scripted, settings=Settings(rate_limit="2/hour")))
    yield made
    made.producer.close()


@pytest.fixture
def one_stream(scripted):
    made = Page(replace(scripted, settings=Settings(max_streams=1, trust_identity=True)))
    yield made
    made.producer.close()


ANN = {"X_Forwarded_Email": "ann@example.org"}
EVE = {"X_Forwarded_Email": "eve@example.org"}


def open_streams(page):
    return len(page.watched)


def test_a_question_tells_how_many_are_left(two_questions):
    assert two_questions.ask().get_json()["remaining"] == 1
    asked = question(answer_id=str(uuid4()))
    assert two_questions.post("/answers", asked).get_json()["remaining"] == 0
    assert two_questions.post("/answers", asked).get_json()["remaining"] == 0, "asked again, it costs nothing"


def test_beyond_the_rate_a_question_is_refused_with_the_wait_and_starts_nothing(two_questions):
    page = two_questions
    page.answered(), page.answered()
    for path in ("/answers", "/stream"):
        refused = page.post(path, question())
        assert_problem(refused, 429, "RATE_LIMIT", "questions")
        assert 3500 < refused.get_json()["retry_after_s"] <= 3600
        assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert len(page.model.prompts) == 2
    assert len(page.made) == 2
    assert open_streams(page) == 0


def test_a_question_that_is_refused_for_another_reason_costs_nothing(two_questions):
    page = two_questions
    for _ in range(3):
        assert page.ask(recording_filter=["nowhere"]).status_code == 400
        assert page.ask(replaces=UNKNOWN).status_code == 404
    assert page.ask().get_json()["remaining"] == 1


def test_without_a_rate_nothing_is_said_about_it(scripted):
    page = Page(replace(scripted, settings=Settings(rate_limit="off")))
    assert set(page.ask().get_json()) == {"answer_id", "session_id"}
    page.producer.close()


def test_beyond_the_streams_a_user_may_watch_the_next_is_refused_and_starts_nothing(one_stream):
    page = one_stream
    page.model.script = ("First", threading.Event())
    watched = page.post("/stream", question(answer_id=(id := str(uuid4()))), **STREAM, **ANN)
    until(page.log, id, Token)
    for body, accept in (
        (question(), STREAM),
        (question(), WHOLE),
        ({"answer_id": id}, STREAM),
        ({"answer_id": id}, WHOLE),
    ):
        refused = page.post("/stream", body, **accept, **ANN)
        assert_problem(refused, 429, "RATE_LIMIT", "watching")
        assert refused.get_json()["retry_after_s"] >= 1
        assert int(refused.headers["Retry-After"]) >= 1
    assert len(page.model.prompts) == len(page.made) == 1
    page.model.script = ("Hers.", STOP)
    hers = page.post("/stream", question(), **STREAM, **EVE)
    assert hers.status_code == 200, "another user watches her own"
    assert open_streams(page) == 2
    watched.close()
    hers.close()
    assert open_streams(page) == 0


def test_a_stream_counts_no_longer_than_it_is_read(one_stream):
    page = one_stream
    for _ in range(3):
        response = page.post("/stream", question(), **STREAM, **ANN)
        assert response.get_data(as_text=True).endswith("data: [DONE]\n\n")
        response.close()
        assert open_streams(page) == 0


def test_a_stream_that_is_closed_unread_or_half_read_counts_no_more(one_stream):
    page = one_stream
    page.model.script = ("First", threading.Event())
    page.post("/stream", question(answer_id=(id := str(uuid4()))), **STREAM, **ANN).close()
    assert open_streams(page) == 0
    response = page.post("/stream", {"answer_id": id}, **STREAM, **ANN)
    assert '"type":"start"' in next(response.iter_encoded()).decode()
    assert open_streams(page) == 1
    response.close()
    assert open_streams(page) == 0


def test_a_stream_that_breaks_off_counts_no_more(one_stream, monkeypatch):
    page = one_stream

    def fail(*_args):
        raise OSError("disk of db.internal is gone")

    monkeypatch.setattr(page.log, "wait", fail)
    response = page.post("/stream", question(), **STREAM, **ANN)
    assert response.get_data(as_text=True) == "data: [DONE]\n\n"
    response.close()
    assert open_streams(page) == 0


def test_a_refused_question_gives_its_stream_back(one_stream):
    page = one_stream
    for body in (question(model="gpt"), question(recording_filter=["nowhere"]), question(replaces=UNKNOWN)):
        assert page.post("/stream", body, **STREAM, **ANN).status_code in (400, 404)
        assert open_streams(page) == 0


def test_the_whole_answer_counts_while_it_is_waited_for(one_stream):
    page = one_stream
    gate = threading.Event()
    page.model.script = ("First", gate, STOP)
    id, came = str(uuid4()), []
    waiting = threading.Thread(
        target=lambda: came.append(page.post("/stream", question(answer_id=id), **WHOLE, **ANN).get_json())
    )
    waiting.start()
    try:
        page.model.started.wait(10)
        until(page.log, id, Token)
        assert open_streams(page) == 1
    finally:
        gate.set()
        waiting.join(10)
    assert came[0]["status"] == "complete"
    assert open_streams(page) == 0


class FlakyLog(MemoryLog):
    """A log that can count streams, or can't."""

    def __init__(self):
        super().__init__()
        self.away = False

    def open_stream(self, user, most):
        if self.away:
            raise StorageFailed
        return super().open_stream(user, most)


def test_where_the_database_is_away_nobody_is_kept_out(caplog):
    log = FlakyLog()
    streams = Streams(log, 1)
    log.away = True
    with streams.open("ann"), streams.open("ann"):
        assert log._streams == {}
    assert "not counted" in caplog.text


def test_a_place_is_free_again_however_the_block_ends():
    log = FlakyLog()
    streams = Streams(log, 1)
    for failure in (OSError(), KeyboardInterrupt(), GeneratorExit()):
        with suppress(BaseException), streams.open("ann"):
            raise failure
        assert log._streams == {}
    with streams.open("ann"), pytest.raises(TooManyStreams), streams.open("ann"):
        pass


def test_ten_at_once_are_never_more_than_may(scripted):
    """Exactly as many of several streams that begin at the same moment are let through as may."""
    log = FlakyLog()
    streams = Streams(log, 3)
    begin, leave, came = threading.Barrier(10), threading.Barrier(10), []

    def watch():
        begin.wait(10)
        try:
            with streams.open("ann"):
                came.append(datetime.now(UTC))
                leave.wait(10)
        except TooManyStreams:
            leave.wait(10)

    watchers = [threading.Thread(target=watch) for _ in range(10)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join(10)
    assert len(came) == 3
    assert log._streams == {}

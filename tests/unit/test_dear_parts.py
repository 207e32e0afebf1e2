"""What takes long to make is made once, beside the requests, and waited for."""

from __future__ import annotations

import sys
import threading

import pytest

from fakes import ListRetriever, passage
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.callers import Caller, acting_for
from footnote.chat import Cancellation, Cancelled, CancelReason, Starts
from footnote.errors import Code, SettingsError
from footnote.events import Done, Error, Stage, StageName, StageStatus, Stopped
from footnote.models.extractive import ExtractiveModel
from footnote.models.starting import StartingModel
from footnote.starting import Starting

SOON_S = 10


class Held:
    """What is made only when it is let; counts how often that was begun."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let = threading.Event()
        self.times = 0
        self.fails: Exception | None = None

    def build(self):
        self.times += 1
        self.begun.release()
        assert self.let.wait(SOON_S)
        if self.fails:
            raise self.fails
        return ExtractiveModel()


@pytest.fixture
def held():
    held = Held()
    yield held
    held.let.set()


def answer(model, cancellation=None, heard=lambda: None):
    retriever = ListRetriever(passage("a#1", "The depot moves in May."))
    return stream_rag_response(
        Question("When does the depot move?"), retriever=retriever, model=model, cancellation=cancellation, heard=heard
    )


def test_nothing_is_made_where_it_is_put_together(held):
    """A process that forks would leave the thread behind."""
    model = StartingModel("m", (), held.build)
    assert isinstance(model, Starts)
    assert (model.ready, held.times, model.name) == (False, 0, "m")


def test_it_is_made_once_however_often_it_is_begun_and_asked(held):
    starting = Starting("m", (), held.build)
    readers = [threading.Thread(target=starting.get, args=(Cancellation(),)) for _ in range(5)]
    for reader in readers:
        starting.begin()
        reader.start()
    held.let.set()
    for reader in readers:
        reader.join(SOON_S)
    assert (starting.ready, held.times) == (True, 1)


def test_a_question_asked_meanwhile_is_told_and_goes_on_by_itself(held):
    heard = threading.Semaphore(0)
    events = answer(StartingModel("m", (), held.build), heard=heard.release)
    first = next(events)
    assert (first.stage, first.status) == (StageName.STARTING, StageStatus.START)
    threading.Thread(target=lambda: (heard.acquire(), heard.acquire(), held.let.set()), daemon=True).start()
    rest = list(events)
    assert isinstance(rest[0], Stage)
    assert (rest[0].stage, rest[0].status) == (StageName.STARTING, StageStatus.COMPLETE)
    assert isinstance(rest[-1], Done)
    assert rest[-1].timings.starting_ms == rest[0].elapsed_ms - first.elapsed_ms


def test_who_asks_is_told_to_the_model_that_comes(held):
    """Also where it was not there when they asked."""
    made = []

    class Acting(ExtractiveModel):
        def on_behalf_of(self, caller):
            made.append(caller)
            return self

    model = StartingModel("m", (), Acting)
    caller = Caller("ann@example.org", "token")
    assert list(answer(acting_for(model, caller)))[-1].type == "done"
    assert made == [caller]


def test_one_that_is_there_is_not_told_of(held):
    held.let.set()
    model = StartingModel("m", (), held.build)
    list(model.wait(Cancellation()))
    told = [event.stage for event in answer(model) if isinstance(event, Stage)]
    assert StageName.STARTING not in told


def test_a_stop_ends_the_wait_and_not_the_start(held):
    cancellation = Cancellation()
    model = StartingModel("m", (), held.build)
    events = answer(model, cancellation)
    next(events)
    cancellation.request(CancelReason.STOPPED)
    assert list(events) == [Stopped()]
    with pytest.raises(Cancelled):
        list(model.wait(cancellation))
    held.let.set()
    assert list(answer(model))[-1].type == "done"
    assert held.times == 1


@pytest.mark.parametrize(
    ("fails", "code", "line"),
    [
        (SettingsError("The model 'm' can't be used: check it."), Code.MODEL_UNAVAILABLE, "can't be used: check it."),
        (ImportError("no module"), Code.INTERNAL_ERROR, "m can't be started"),
        (ZeroDivisionError("of a graph's own"), Code.INTERNAL_ERROR, "m can't be started"),
    ],
)
def test_what_fails_at_the_start_is_the_answers_error_one_line_in_the_log_and_tried_again(
    held, caplog, fails, code, line
):
    """By the next question, not by each request."""
    held.fails = fails
    held.let.set()
    model = StartingModel("m", (), held.build)
    error = list(answer(model))[-1]
    assert isinstance(error, Error)
    assert error.code == code
    assert str(fails) not in error.message
    told = [record for record in caplog.records if record.name == "footnote.starting"]
    assert len(told) == 1
    assert line in told[0].getMessage()
    model.begin()
    assert (model.ready, held.times) == (False, 1)
    held.fails = None
    assert isinstance(list(answer(model))[-1], Done)
    assert held.times == 2


def test_a_package_that_is_not_there_leaves_nobody_waiting(held):
    held.let.set()
    error = list(answer(StartingModel("m", ("no_such_package",), held.build)))[-1]
    assert isinstance(error, Error)
    assert error.code == Code.INTERNAL_ERROR
    assert held.times == 0
    assert "no_such_package" not in sys.modules

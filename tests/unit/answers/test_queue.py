"""Answers that wait for a place: in order, told where they stand, stopped at once, and with no deadline yet."""

import threading

import pytest

import footnote.answers.producer as producer_module
from fakes import PATIENCE_S, STOP, ScriptedModel, an_answer, until, until_end
from footnote.answers.running import Limits
from footnote.chat import Chunk
from footnote.errors import Unavailable
from footnote.events import Done, Error, Queued, Start, Stopped, Token
from footnote.wire import text_of


class Gated(ScriptedModel):
    """Each answer begins, and ends when its own gate is opened."""

    def __init__(self):
        super().__init__()
        self.gates = {}

    def stream(self, prompt, cancellation):
        self.prompts.append(prompt)
        yield Chunk("Said.")
        gate = self.gates.setdefault(prompt.question, threading.Event())
        with cancellation.on_request(gate.set):
            assert gate.wait(PATIENCE_S)
        cancellation.raise_if_requested()
        yield STOP

    def let_end(self, question):
        self.gates.setdefault(question, threading.Event()).set()


@pytest.fixture
def queue(produced):
    """A producer with one place and a line of three, and its model."""
    return produced(model=Gated(), limits=Limits(running=1, waiting=3))


def ask(producer, question):
    return producer.start(an_answer(query=question)).id


def numbers(entries):
    return [e.event.place for e in entries if isinstance(e.event, Queued)]


def test_each_is_told_its_place_after_its_start_and_whenever_it_changes(log, queue):
    producer, model = queue
    ids = [ask(producer, f"Question {n}?") for n in range(4)]
    until(log, ids[0], Token)
    for n, id in enumerate(ids):
        assert numbers(until(log, id, Queued, 1) if n else log.read(id)) == ([n] if n else [])
    for n in range(4):
        model.let_end(f"Question {n}?")
        until_end(log, ids[n])
        for behind in range(n + 2, 4):
            until(log, ids[behind], Queued, n + 2)
    logs = [until_end(log, id) for id in ids]
    assert [numbers(entries) for entries in logs] == [[], [1], [2, 1], [3, 2, 1]]
    assert all(isinstance(entries[0].event, Start) and isinstance(entries[-1].event, Done) for entries in logs)
    assert [p.question for p in model.prompts] == [f"Question {n}?" for n in range(4)]


def test_the_place_is_told_before_anything_is_searched(log, queue):
    producer, model = queue
    running, waiting = ask(producer, "First?"), ask(producer, "Second?")
    until(log, running, Token)
    assert [e.event.type for e in until(log, waiting, Queued)] == ["start", "queued"]
    assert len(model.prompts) == 1


def test_one_that_is_stopped_while_it_waits_leaves_at_once_and_asks_nobody(log, queue):
    producer, model = queue
    running, stopped, behind = (ask(producer, question) for question in ("First?", "Second?", "Third?"))
    until(log, running, Token)
    for waiting in (stopped, behind):
        until(log, waiting, Queued)
    assert producer.stop(stopped)
    assert [e.event for e in until_end(log, stopped)[1:]] == [Queued(1), Stopped()]
    assert numbers(until(log, behind, Queued, 2)) == [2, 1]
    assert not isinstance(log.read(running)[-1].event, Stopped)
    assert [p.question for p in model.prompts] == ["First?"]


def test_beyond_the_line_nothing_is_created_and_it_is_said_when_to_ask_again(log, queue):
    producer, _ = queue
    for n in range(4):
        ask(producer, f"Question {n}?")
    refused = an_answer()
    with pytest.raises(Unavailable) as problem:
        producer.start(refused)
    assert problem.value.retry_after_s
    assert log.answer(refused.id) is None
    assert log.session(refused.session_id) is None


def test_a_question_that_the_log_refuses_gives_its_place_back(log, queue, monkeypatch):
    producer, _ = queue
    create = log.create

    def fails(*_):
        raise Unavailable

    monkeypatch.setattr(log, "create", fails)
    for _ in range(10):
        with pytest.raises(Unavailable):
            producer.start(an_answer())
    monkeypatch.setattr(log, "create", create)
    until(log, ask(producer, "First?"), Token)


def test_deadlines_begin_with_the_place(log, produced, monkeypatch):
    """To wait is no idleness; the one who is written meanwhile has a deadline all the same."""
    monkeypatch.setattr(producer_module, "WATCH_S", 0.01)
    producer, model = produced(model=Gated(), limits=Limits(answer_s=0.8, idle_s=0.8, running=1, waiting=3))
    slow, waiting = ask(producer, "First?"), ask(producer, "Second?")
    model.let_end("Second?")
    end = until_end(log, slow)[-1].event
    assert isinstance(end, Error)
    assert end.code == "TIMEOUT"
    assert isinstance(until_end(log, waiting)[-1].event, Done)


def test_at_the_process_s_end_those_that_wait_are_interrupted_too(log, queue):
    producer, model = queue
    ids = [ask(producer, f"Question {n}?") for n in range(3)]
    until(log, ids[0], Token)
    for id in ids[1:]:
        until(log, id, Queued)
    assert producer.close()
    ends = [log.read(id)[-1].event for id in ids]
    assert [end.code for end in ends] == ["INTERRUPTED"] * 3
    assert [text_of(log.read(id)) for id in ids] == ["Said.", "", ""]
    assert len(model.prompts) == 1

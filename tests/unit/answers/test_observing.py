"""Who wants to know what becomes of questions is told in one place, and is in nobody's way."""

from __future__ import annotations

import threading

from fakes import STOP, ListRetriever, ScriptedModel, an_answer, passage, until, until_end
from footnote.answers.observing import Observer, Observers
from footnote.answers.orphans import Orphans
from footnote.answers.producer import Producer
from footnote.answers.running import Limits
from footnote.correlation import NOTHING, Correlation, begin, here
from footnote.events import Done, Error, Queued, Stage, Token
from footnote.storage.memory import MemoryLog

RETRIEVER = ListRetriever(passage("a", "What was decided? To open the pier."))


class Listening(Observer):
    """Keeps all that it is told, and for which request and answer that was."""

    def __init__(self):
        self.told = []
        self.heard = threading.Condition()

    def _take(self, name, *what):
        with self.heard:
            self.told.append((name, *what, here()))
            self.heard.notify_all()

    def started(self, answer):
        self._take("started", answer)

    def event(self, answer, event):
        self._take("event", event)

    def ended(self, recording):
        self._take("ended", recording)

    def busy(self, running, waiting):
        self._take("busy", running, waiting)

    def saved(self, waited_s):
        self._take("saved", waited_s)

    def of(self, name):
        with self.heard:
            return [told[1:] for told in self.told if told[0] == name]

    def wait_for(self, name, count=1):
        with self.heard:
            assert self.heard.wait_for(lambda: sum(told[0] == name for told in self.told) >= count, 30)
        return self.of(name)


class Broken(Observer):
    """Fails at whatever it is told."""

    def event(self, answer, event):
        raise ZeroDivisionError

    def ended(self, recording):
        raise ZeroDivisionError


def producing(log, model, *observers, limits=None):
    return Producer(log, RETRIEVER, {model.name: model}, limits, observers=observers)


def test_an_answer_is_told_of_from_its_beginning_to_its_end_for_the_request_that_began_it():
    """Each event but the tokens; in the thread that writes it stands who asked."""
    log, listening = MemoryLog(), Listening()
    producer = producing(log, ScriptedModel("Open ", "it [1].", STOP), listening)
    begin(Correlation("request-7", traceparent="00-trace"))
    answer = producer.start(an_answer())
    begin(NOTHING)
    ((recording, where),) = listening.wait_for("ended")
    producer.close()
    assert where == Correlation("request-7", answer.id, "00-trace")
    assert [told[0] for told in listening.of("started")] == [answer]
    events = [told[0] for told in listening.of("event")]
    assert not [event for event in events if isinstance(event, Token)]
    assert events == [event for _, event in recording.moments]
    assert isinstance(recording.end, Done)
    assert recording.end.trace_id is None
    assert (recording.text, recording.trace_id) == ("Open it [1].", "")
    assert all(0 <= waited_s < 30 for waited_s, _ in listening.of("saved"))


def test_who_waits_for_a_place_is_counted_and_the_wait_is_no_part_of_the_answers_time():
    log, listening, gate = MemoryLog(), Listening(), threading.Event()
    model = ScriptedModel("A ", gate, "word.", STOP)
    producer = producing(log, model, listening, limits=Limits(running=1, waiting=1))
    first, second = producer.start(an_answer()), producer.start(an_answer())
    until(log, second.id, Queued)
    assert listening.of("busy")[-1][:2] == (1, 1)
    gate.set()
    until_end(log, first.id)
    until_end(log, second.id)
    producer.close()
    recordings = {told[0].answer.id: told[0] for told in listening.wait_for("ended", 2)}
    waited = recordings[second.id]
    queued = next(at for at, event in waited.moments if isinstance(event, Queued))
    stage = next(event for _, event in waited.moments if isinstance(event, Stage))
    assert waited.began_ns >= queued
    assert (recordings[first.id].queued_ms, stage.elapsed_ms) < (waited.queued_ms + 1, 1000)
    assert listening.of("busy")[-1][:2] == (0, 0)


def test_who_fails_at_what_they_are_told_ends_no_answer_and_is_named_once(caplog):
    log, listening = MemoryLog(), Listening()
    producer = producing(log, ScriptedModel("Open it.", STOP), Broken(), listening)
    answer = producer.start(an_answer())
    assert isinstance(until_end(log, answer.id)[-1].event, Done)
    listening.wait_for("ended")
    producer.close()
    assert len([record for record in caplog.records if "Broken can't take" in record.getMessage()]) == 1


def test_an_answer_whose_process_died_is_told_of_by_who_ends_it():
    log, listening = MemoryLog(), Listening()
    answer, _ = log.create(an_answer())
    Orphans(log, RETRIEVER, 8, lambda *_, **__: None, Observers((listening,))).end(answer.id)
    ((recording, _),) = listening.of("ended")
    assert recording.answer == answer
    assert isinstance(recording.end, Error)
    assert recording.end.code == "INTERRUPTED"

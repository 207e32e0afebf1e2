"""Traces on their way: nobody waits for them, and a store that is away, slow or refuses is told of once."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from fakes import PATIENCE_S, STOP, CommitLog, ListRetriever, ScriptedModel, an_answer, passage, until, until_end
from footnote.answers.producer import Producer
from footnote.answers.recording import Recording
from footnote.conversations import Answer
from footnote.events import Done, Found, Retrieved, Token
from footnote.feedback import Feedback
from footnote.storage.feedback import MemoryFeedback
from footnote.tracing import exporting
from footnote.tracing.exporting import Exporter
from footnote.tracing.store import TraceMissing
from footnote.tracing.traces import trace


class ListStore:
    """A ``TraceStore`` that keeps what it is given in lists; ``trouble`` is done before that."""

    def __init__(self, trouble: Callable[[], None] = lambda: None) -> None:
        self.trouble = trouble
        self.kept: list[Recording] = []
        self.assessed: list[tuple[str, Sequence[Feedback]]] = []
        self.forgotten: list[str] = []
        self.changed = threading.Condition()

    def keep(self, recording: Recording) -> None:
        self.trouble()
        with self.changed:
            self.kept.append(recording)
            self.changed.notify_all()

    def assess(self, trace_id: str, said: Sequence[Feedback]) -> None:
        self.trouble()
        with self.changed:
            self.assessed.append((trace_id, said))
            self.changed.notify_all()

    def forget(self, trace_ids: Sequence[str]) -> None:
        self.trouble()
        with self.changed:
            self.forgotten.extend(trace_ids)
            self.changed.notify_all()

    def close(self) -> None:
        """Nothing runs aside."""

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(
                lambda: len(self.kept) + len(self.assessed) + len(self.forgotten) >= count, PATIENCE_S
            )


class Failing:
    """Trouble for the first so many times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left = times
        self.error = error

    def __call__(self) -> None:
        if self.left:
            self.left -= 1
            raise self.error


@pytest.fixture
def log() -> Iterator[CommitLog]:
    log = CommitLog()
    yield log
    log.close()


def exporter_to(store: ListStore, log: CommitLog) -> Exporter:
    return Exporter(store, MemoryFeedback(log.answer), an_answer_there, pause_s=0.01)


def an_answer_there(answer_id: str) -> Answer:
    """As a log that still has every answer says."""
    return an_answer(id=answer_id)


def a_recording(**fields: object) -> Recording:
    return Recording(an_answer(**fields), "tr-1", 1, 2)


def a_store_that_hangs() -> tuple[threading.Event, threading.Event, ListStore]:
    """Set: it hangs; to be set: it is freed; and the store itself."""
    hanging, freed = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        freed.wait(PATIENCE_S)

    return hanging, freed, ListStore(hang)


def test_the_traces_of_deleted_answers_are_deleted_though_the_store_is_away_at_first(log):
    store = ListStore(Failing(2, ConnectionError()))
    exporter = exporter_to(store, log)
    exporter.deleted(["one", "other"])
    store.wait_for(2)
    exporter.close(PATIENCE_S)
    assert store.forgotten == [exporter.trace_id("one"), exporter.trace_id("other")]


def test_what_waits_of_a_deleted_answer_is_not_handed_on(log):
    hanging, freed, store = a_store_that_hangs()
    exporter = exporter_to(store, log)
    first, gone = a_recording(), a_recording()
    exporter.ended(first)
    assert hanging.wait(PATIENCE_S)
    exporter.ended(gone)
    exporter.said_of(gone.answer.id)
    exporter.deleted([gone.answer.id])
    freed.set()
    exporter.close(PATIENCE_S)
    assert (store.kept, store.assessed) == ([first], [])
    assert store.forgotten == [exporter.trace_id(gone.answer.id)]


def test_where_no_answer_was_deleted_the_store_is_asked_for_nothing(log):
    """As where two tabs delete the same conversation."""
    store = ListStore()
    exporter = exporter_to(store, log)
    exporter.deleted([])
    exporter.close(PATIENCE_S)
    assert (store.assessed, store.forgotten) == ([], [])


def test_a_trace_that_comes_after_its_answers_deletion_by_another_process_goes_again(log):
    store = ListStore()
    exporter = Exporter(store, MemoryFeedback(log.answer), lambda _: None)
    exporter.ended(a_recording())
    exporter.close(PATIENCE_S)
    assert store.forgotten == ["tr-1"]


def test_an_answer_is_handed_on_once_it_has_ended_and_names_its_trace(log):
    store = ListStore()
    exporter = exporter_to(store, log)
    model = ScriptedModel("Open ", "it [1].", STOP)
    producer = Producer(
        log, ListRetriever(passage("a", "What was decided?")), {model.name: model}, observers=(exporter,)
    )
    answer = producer.start(an_answer())
    end = until_end(log, answer.id)[-1].event
    assert isinstance(end, Done)
    store.wait_for(1)
    (recording,) = store.kept
    assert end.trace_id == recording.trace_id == exporter.trace_id(answer.id)
    assert (recording.text, recording.end) == ("Open it [1].", end)
    assert recording.prompt is model.prompts[0]


def test_an_answer_that_was_deleted_meanwhile_leaves_no_trace(log):
    store = ListStore()
    exporter = exporter_to(store, log)
    deleted, noticed = threading.Event(), threading.Event()
    model = ScriptedModel("Open it. ", deleted, "Then wait. ", noticed, STOP)
    producer = Producer(log, ListRetriever(), {model.name: model}, observers=(exporter,))
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    log.delete(answer.session_id)
    deleted.set()
    assert model.closed.wait(PATIENCE_S)
    producer.close()
    assert store.kept == []


def test_a_store_that_is_away_costs_nothing_but_one_line_and_gets_all_once_it_is_back(log, caplog):
    caplog.set_level(logging.WARNING, "footnote.tracing")
    store = ListStore(Failing(3, ConnectionError("https://secret-host refused")))
    exporter = exporter_to(store, log)
    for _ in range(3):
        exporter.ended(a_recording())
    store.wait_for(3)
    exporter.close(PATIENCE_S)
    first, *rest = (record.getMessage() for record in caplog.records)
    assert "ConnectionError" in first
    assert "secret-host" not in caplog.text
    assert rest in ([], ["traces are handed on again; 0 were dropped"])


def test_what_is_refused_again_and_again_keeps_nothing_else_from_going_on(log, caplog):
    refused = a_recording(query="refused")
    store = ListStore()

    class Refusing(ListStore):
        def keep(self, recording: Recording) -> None:
            if recording is refused:
                raise ValueError("too long")
            store.keep(recording)

    exporter = Exporter(Refusing(), MemoryFeedback(log.answer), an_answer_there, pause_s=0.001)
    exporter.ended(refused)
    exporter.ended(a_recording(query="fine"))
    store.wait_for(1)
    assert [kept.answer.query for kept in store.kept] == ["fine"]


def test_nobody_waits_for_a_store_that_hangs_and_what_finds_no_room_is_dropped(log, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_WAITING", 10)
    hanging, freed, store = a_store_that_hangs()
    exporter = exporter_to(store, log)
    exporter.ended(a_recording())
    assert hanging.wait(PATIENCE_S)
    began = time.thread_time()
    for _ in range(1000):
        exporter.ended(a_recording())
    assert time.thread_time() - began < 1  # some 50 ms, of which making them takes most
    exporter.close(0.05)
    freed.set()
    store.wait_for(11)
    exporter.close(PATIENCE_S)
    assert len(store.kept) == 11


def test_long_traces_find_no_room_before_many_short_ones_do(log, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_CHARACTERS", 100)
    freed = threading.Event()
    store = ListStore(lambda: freed.wait(PATIENCE_S) and None)
    exporter = exporter_to(store, log)
    long = a_recording(query="long")
    long.text = "x" * 101
    short = a_recording(query="short")
    for recording in (long, short):
        exporter.ended(recording)
    freed.set()
    store.wait_for(1)
    exporter.close(PATIENCE_S)
    assert store.kept == [short]


def test_feedback_on_a_trace_that_is_not_there_yet_is_tried_again_and_is_no_failure(log, caplog):
    store = ListStore(Failing(2, TraceMissing()))
    exporter = exporter_to(store, log)
    exporter.said_of("an answer")
    store.wait_for(1)
    exporter.close(PATIENCE_S)
    assert caplog.records == []
    assert store.assessed == [(exporter.trace_id("an answer"), ())]


def test_a_trace_s_name_is_the_same_everywhere_and_nothing_that_a_client_could_choose(log):
    one, other = (exporter_to(ListStore(), log) for _ in range(2))
    answer_id = an_answer().id
    assert one.trace_id(answer_id) == other.trace_id(answer_id)
    assert answer_id.replace("-", "") not in one.trace_id(answer_id)


def test_what_a_model_told_of_its_sources_takes_room_too(log, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_CHARACTERS", 1000)
    store = ListStore()
    exporter = exporter_to(store, log)
    recording = a_recording()
    recording.moments.append((1, Retrieved(("x" * 2000,), ())))
    exporter.ended(recording)
    exporter.ended(a_recording())
    store.wait_for(1)
    exporter.close(PATIENCE_S)
    assert recording not in store.kept


def test_without_texts_a_trace_names_nobody_who_was_heard():
    recording = a_recording()
    recording.moments.append((1, Retrieved((), (Found("r#0", "r", "Minutes", 1.0, 1, "Ann Smith"),))))
    for texts in (True, False):
        told = json.dumps(trace(recording, texts=texts))
        assert ("Ann Smith" in told, "Minutes" in told, "r#0" in told) == (texts, texts, True)

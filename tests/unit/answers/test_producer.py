"""Who writes answers: one producer an answer, ended by its own end, a stop, a deadline or the process's end."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

import footnote.answers.producer as producer_module
from fakes import PATIENCE_S, STOP, CommitLog, ListRetriever, an_answer, passage, until, until_end, until_text
from footnote.answers.prompt import MOST_TURNS
from footnote.answers.running import Limits
from footnote.chat import CancelReason
from footnote.errors import AuthFailed, NotFound, StorageFailed, Unavailable
from footnote.events import Done, Error, Start, Stopped, Token
from footnote.wire import text_of

PASSAGES = [passage("a", "It was decided to open the pier.")]


def test_an_answer_is_written_from_its_start_to_its_end(log, produced):
    producer, _ = produced("Open ", "it [1].", STOP)
    answer = producer.start(an_answer())
    entries = until_end(log, answer.id)
    start = entries[0].event
    assert isinstance(start, Start)
    assert (start.answer_id, start.session_id, start.model) == (answer.id, answer.session_id, "scripted")
    assert text_of(entries) == "Open it [1]."
    assert isinstance(entries[-1].event, Done)
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))


def test_the_filter_reaches_the_search(log, produced):
    two = ListRetriever(*PASSAGES, passage("b", "It was decided to wait."))
    producer, model = produced("So.", STOP, retriever=two)
    until_end(log, producer.start(an_answer(recording_filter=("b",))).id)
    assert [p.id for p in model.prompts[0].passages] == ["b"]


def test_the_first_words_are_shown_while_the_model_still_writes(log, produced):
    gate = threading.Event()
    producer, model = produced("First", gate, " last.", STOP)
    answer = producer.start(an_answer())
    assert text_of(until(log, answer.id, Token)) == "First"
    assert not model.closed.is_set()
    gate.set()
    assert text_of(until_end(log, answer.id)) == "First last."


def test_asked_by_eight_at_the_same_moment_it_is_written_once(log, produced):
    gate = threading.Event()
    producer, model = produced("So.", gate, STOP)
    answer = an_answer()
    together = threading.Barrier(8)

    def ask(_):
        together.wait(PATIENCE_S)
        return producer.start(answer)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [answer] * 8
    gate.set()
    entries = until_end(log, answer.id)
    assert len(model.prompts) == 1
    assert sum(isinstance(e.event, Start) for e in entries) == 1
    assert text_of(entries) == "So."


def test_where_the_first_of_several_is_refused_the_next_one_makes_it(log, produced, monkeypatch):
    """Who asks again after a failure is not told of it a second time."""
    producer, model = produced("So.", STOP)
    answer, create, failures = an_answer(), log.create, [StorageFailed()]
    refused, together = [], threading.Barrier(4)

    def fails_once(*arguments):
        time.sleep(0.05)  # long enough for the others to come
        if failures:
            raise failures.pop()
        return create(*arguments)

    monkeypatch.setattr(log, "create", fails_once)

    def ask(_):
        together.wait(PATIENCE_S)
        try:
            return producer.start(answer)
        except StorageFailed as failure:
            refused.append(failure)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(ask, range(4)))
    assert (len(refused), got.count(answer)) == (1, 3)
    assert text_of(until_end(log, answer.id)) == "So."
    assert len(model.prompts) == 1


def test_while_one_question_waits_for_the_database_others_are_stopped_at_once(log, produced, monkeypatch):
    producer, model = produced("First", threading.Event(), "never")
    running = producer.start(an_answer())
    until(log, running.id, Token)
    waiting, go_on, create = threading.Event(), threading.Event(), log.create

    def slow(*arguments):
        waiting.set()
        assert go_on.wait(PATIENCE_S)
        return create(*arguments)

    monkeypatch.setattr(log, "create", slow)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(producer.start, an_answer())
        assert waiting.wait(PATIENCE_S)
        assert producer.stop(running.id)
        assert model.closed.wait(PATIENCE_S)
        assert isinstance(until_end(log, running.id)[-1].event, Stopped)
        go_on.set()
        producer.stop(asked.result(PATIENCE_S).id)


def test_asked_again_after_its_end_it_is_the_same_answer(log, produced):
    producer, model = produced("So.", STOP)
    answer = an_answer()
    entries = until_end(log, producer.start(answer).id)
    assert producer.start(an_answer(id=answer.id, session_id=answer.session_id)) == answer
    assert log.read(answer.id) == entries
    assert len(model.prompts) == 1


def test_a_conversation_of_someone_else_is_not_found_and_nothing_is_started(log, produced):
    producer, model = produced("So.", STOP)
    answer = an_answer()
    until_end(log, producer.start(answer).id)
    with pytest.raises(NotFound):
        producer.start(an_answer(session_id=answer.session_id, user="eve"))
    assert len(model.prompts) == 1


def test_a_stop_ends_it_as_cancelled_and_keeps_the_text(log, produced):
    producer, model = produced("First", threading.Event(), "never")
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    assert producer.stop(answer.id)
    entries = until_end(log, answer.id)
    assert isinstance(entries[-1].event, Stopped)
    assert text_of(entries) == "First"
    assert model.closed.is_set()


def test_a_second_stop_and_one_of_what_is_not_there_change_nothing(log, produced):
    producer, _ = produced("First", threading.Event(), "never")
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    assert producer.stop(answer.id)
    entries = until_end(log, answer.id)
    assert not producer.stop(answer.id)
    assert not producer.stop(str(uuid4()))
    assert log.read(answer.id) == entries


@pytest.mark.parametrize(
    ("limits", "script"),
    [
        (Limits(answer_s=0.01), ("First",)),
        (Limits(idle_s=0.01), ("First",)),
        (Limits(idle_s=0.01), ()),
    ],
    ids=["in all", "without a chunk", "without a first chunk"],
)
def test_a_deadline_ends_it_with_what_is_there(log, produced, monkeypatch, limits, script):
    monkeypatch.setattr(producer_module, "WATCH_S", 0.01)
    producer, model = produced(*script, threading.Event())
    answer = producer.start(an_answer())
    assert model.started.wait(PATIENCE_S)
    until_text(log, answer.id, "".join(script))
    producer._limits = limits  # the time is over, however long a busy machine took until here
    entries = until_end(log, answer.id)
    end = entries[-1].event
    assert isinstance(end, Error)
    assert (end.code, end.retryable) == ("TIMEOUT", True)
    assert text_of(entries) == "".join(script)
    assert model.closed.is_set()


def test_deadlines_are_watched_again_after_a_time_with_nothing_to_watch(log, produced, monkeypatch):
    monkeypatch.setattr(producer_module, "WATCH_S", 0.01)
    producer, model = produced("So.", STOP, limits=Limits(answer_s=0.1))
    until_end(log, producer.start(an_answer()).id)
    first = producer._watch
    if first is not None:
        first.join(PATIENCE_S)
    model.script = ("First", threading.Event())
    end = until_end(log, producer.start(an_answer()).id)[-1].event
    assert isinstance(end, Error)
    assert end.code == "TIMEOUT"


def test_beyond_the_places_there_are_nothing_is_started_until_one_is_free(log, produced):
    producer, model = produced("First", threading.Event(), limits=Limits(running=2, waiting=0))
    running = [producer.start(an_answer()) for _ in range(2)]
    refused = an_answer()
    with pytest.raises(Unavailable) as problem:
        producer.start(refused)
    assert problem.value.retry_after_s
    assert log.answer(refused.id) is None
    assert log.session(refused.session_id) is None
    assert producer.start(running[0]) == running[0]  # asking again needs no place
    producer.stop(running[0].id)
    until_end(log, running[0].id)
    model.script = ("So.", STOP)
    # Its end is in the log a moment before its place is free.
    for _ in range(1000):
        try:
            producer.start(refused)
            break
        except Unavailable:
            threading.Event().wait(0.005)
    assert text_of(until_end(log, refused.id)) == "So."


def test_the_conversation_so_far_is_handed_on_with_what_failed_left_out(log, produced):
    producer, model = produced("The pier [1].", STOP)
    session = str(uuid4())

    def ask(query):
        return until_end(log, producer.start(an_answer(session_id=session, query=query)).id)

    ask("What opens?")
    model.script = (AuthFailed(),)
    ask("And nothing?")
    model.script = ("Cut short", AuthFailed())
    ask("And half?")
    model.script = ("In May.", STOP)
    ask("And when?")
    told = [(m.role, m.content) for m in model.prompts[-1].messages[1:-1]]
    assert told == [
        ("user", "What opens?"),
        ("assistant", "The pier."),
        ("user", "And half?"),
        ("assistant", "Cut short"),
    ]


def test_other_conversations_are_not_told_and_long_ones_only_in_part(log, produced):
    producer, model = produced("So.", STOP)
    session = str(uuid4())
    until_end(log, producer.start(an_answer(query="Elsewhere?")).id)
    for n in range(MOST_TURNS + 3):
        until_end(log, producer.start(an_answer(session_id=session, query=f"Question {n}?")).id)
    asked = [m.content for m in model.prompts[-1].messages if m.role == "user"][:-1]
    assert asked == [f"Question {n}?" for n in range(2, 2 + MOST_TURNS)]


def test_closing_ends_what_runs_as_interrupted_with_its_text_committed(produced):
    log = CommitLog()
    producer, model = produced("First ", "words", threading.Event(), into=log)
    answers = [producer.start(an_answer()) for _ in range(3)]
    for answer in answers:
        until(log, answer.id, Token)
    producer.close()
    for answer in answers:
        entries = log.read(answer.id)
        end = entries[-1].event
        assert isinstance(end, Error)
        assert end.code == "INTERRUPTED"
        assert text_of(entries) == "First words"
    assert model.closed.is_set()


def test_after_closing_nothing_is_started(log, produced):
    producer, model = produced("So.", STOP)
    producer.close()
    with pytest.raises(Unavailable):
        producer.start(an_answer())
    assert model.prompts == []


def test_given_time_to_finish_an_answer_is_not_ended(log, produced):
    gate = threading.Event()
    producer, _ = produced("First", gate, " last.", STOP)
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    opened = threading.Timer(0.05, gate.set)
    opened.start()
    assert not producer.close(grace_s=PATIENCE_S)
    opened.join()
    assert text_of(until_end(log, answer.id)) == "First last."


def test_a_deadline_given_by_hand_is_a_timeout(log, produced):
    producer, _ = produced("First", threading.Event())
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    producer.stop(answer.id, CancelReason.TIMEOUT)
    end = until_end(log, answer.id)[-1].event
    assert isinstance(end, Error)
    assert end.code == "TIMEOUT"

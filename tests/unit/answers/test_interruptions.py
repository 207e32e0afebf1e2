"""What becomes of answers when the database, this process or another one goes away in the middle of them."""

import sqlite3
import threading
import time
from contextlib import closing, contextmanager

import pytest

from fakes import (
    PATIENCE_S,
    SOON_S,
    STOP,
    ListRetriever,
    ScriptedModel,
    an_answer,
    passage,
    until,
    until_end,
    until_text,
)
from footnote.chat import Chunk
from footnote.conversations import Lease, Status, outcome
from footnote.errors import StorageFailed
from footnote.events import Citations, Error, Stopped, Token
from footnote.wire import text_of


class Endless(ScriptedModel):
    """Says a word every few milliseconds until it is called off, and notes when that was."""

    called_off_at = None

    def stream(self, prompt, cancellation):
        self.prompts.append(prompt)
        self.started.set()
        try:
            while not cancellation.wait(0.005):
                yield Chunk("word ")
            self.called_off_at = time.monotonic()
            cancellation.raise_if_requested()
        finally:
            self.closed.set()


@contextmanager
def locked(shared):
    """Another process writes to the database, for as long as the block lasts."""
    with closing(sqlite3.connect(shared.place, timeout=PATIENCE_S, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def stopped_within(producer, model, answer_id):
    """How long a stop took to reach the model."""
    began = time.monotonic()
    assert producer.stop(answer_id)
    assert model.closed.wait(PATIENCE_S)
    return model.called_off_at - began


def test_a_stop_reaches_the_model_at_once(log, produced):
    producer, model = produced(model=Endless())
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    assert stopped_within(producer, model, answer.id) < SOON_S
    assert isinstance(until_end(log, answer.id)[-1].event, Stopped)


def test_a_stop_reaches_the_model_at_once_while_the_database_is_locked(sqlite, produced):
    """And nothing of what it has said is lost: it is kept once the lock is gone."""
    log = sqlite.log()
    producer, model = produced(model=Endless(), into=log)
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    with locked(sqlite):
        time.sleep(0.3)  # words wait to be kept now
        kept = text_of(log.read(answer.id))
        assert stopped_within(producer, model, answer.id) < SOON_S
        assert not isinstance(log.read(answer.id)[-1].event, Stopped)
    entries = until_end(log, answer.id)
    assert isinstance(entries[-1].event, Stopped)
    assert len(text_of(entries)) > len(kept)
    assert sqlite.log().read(answer.id) == entries


def test_a_stop_asked_of_another_process_reaches_the_model(sqlite, produced):
    here, there = sqlite.log(), sqlite.log()
    producer, model = produced(model=Endless(), into=here)
    other, _ = produced(into=there)
    answer = producer.start(an_answer())
    until(here, answer.id, Token)
    began = time.monotonic()
    other.request_stop(answer.id)
    assert model.closed.wait(PATIENCE_S)
    assert model.called_off_at - began < SOON_S
    assert isinstance(until_end(there, answer.id)[-1].event, Stopped)


def test_a_lock_that_goes_away_in_time_leaves_no_trace(sqlite, produced):
    log, gate = sqlite.log(), threading.Event()
    producer, _ = produced("First ", gate, "last.", STOP, into=log)
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    with locked(sqlite):
        gate.set()
        time.sleep(0.2)
    entries = until_end(log, answer.id)
    assert outcome(entries).status is Status.COMPLETE
    assert text_of(entries) == "First last."
    assert sqlite.log().read(answer.id) == entries


def test_where_the_database_is_away_for_too_long_the_answer_is_called_off_and_told_once_it_is_back(
    log, produced, monkeypatch
):
    away, append = threading.Event(), log.append

    def fails(batches):
        if away.is_set():
            raise StorageFailed
        return append(batches)

    monkeypatch.setattr(log, "append", fails)
    producer, model = produced(model=Endless())
    producer._writer._patience_s = 0.1
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    away.set()
    assert model.closed.wait(PATIENCE_S)
    kept = log.read(answer.id)
    with pytest.raises(StorageFailed):
        log.wait(answer.id, len(kept), PATIENCE_S)
    away.clear()
    entries = until_back(log, answer.id)
    assert entries[: len(kept)] == kept
    end = entries[-1].event
    assert (end.code, end.retryable) == ("INTERNAL_ERROR", True)
    assert "database" in end.message
    assert isinstance(entries[-2].event, Citations)


def until_back(log, id):
    """The answer's log, as soon as its end can be had: until then, who waits for it is turned away."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            return until_end(log, id)
        except StorageFailed:
            time.sleep(0.01)
    raise AssertionError("the log did not come back")


def test_of_a_deleted_answer_nothing_more_is_written_and_its_model_is_called_off(log, produced):
    producer, model = produced(model=Endless())
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    log.delete(answer.session_id)
    assert model.closed.wait(PATIENCE_S)
    producer.close()
    assert log.read(answer.id) == []
    assert log.answer(answer.id) is None


def test_a_process_that_was_taken_for_dead_finds_itself_fenced(sqlite, produced):
    """Paused for a while, it goes on writing: not a word of that is shown, and its model is called off."""
    here, there = sqlite.log(), sqlite.log()
    producer, model = produced(model=Endless(), into=here)
    other, _ = produced(into=there)
    answer = producer.start(an_answer())
    until(here, answer.id, Token)
    lease = next(lease for lease in there.beat() if lease.answer_id == answer.id)
    assert there.take_over(lease)
    kept = there.read(answer.id)
    other._orphans.end(answer.id)
    entries = until_end(there, answer.id)
    assert model.closed.wait(PATIENCE_S)
    assert entries[: len(kept)] == kept
    assert text_of(entries) == text_of(kept)
    assert until_end(here, answer.id) == there.read(answer.id) == entries


def killed(log, produced, *script):
    """An answer whose process died after these words: its log, as that process left it."""
    producer, _ = produced(*script, threading.Event(), into=log)
    answer = producer.start(an_answer())
    until_text(log, answer.id, "".join(script))
    producer._writer.write = lambda *_, **__: None  # from here on, it is dead
    return answer


def taken_over(log, answer):
    """Take an answer over from whoever had it, as a keeper does."""
    assert log.take_over(next(lease for lease in log.beat() if lease.answer_id == answer.id))


def test_an_answer_whose_process_died_before_its_first_event_begins_as_every_log_does(sqlite, produced):
    answer = an_answer()
    sqlite.log().create(answer)
    log = sqlite.log()
    producer, _ = produced(into=log)
    taken_over(log, answer)
    producer._orphans.end(answer.id)
    assert [e.event.type for e in until_end(log, answer.id)] == ["start", "error"]


def test_a_dead_process_s_answer_is_ended_with_its_text_and_its_sources(sqlite, produced):
    answer = killed(sqlite.log(), produced, "Open the pier [1].")
    log = sqlite.log()
    producer, model = produced(into=log)
    taken_over(log, answer)
    producer._orphans.end(answer.id)
    came_to = outcome(until_end(log, answer.id))
    assert came_to.status is Status.INTERRUPTED
    assert came_to.text == "Open the pier [1]."
    assert [(c.n, c.passage_id, c.cited) for c in came_to.citations] == [(1, "a", True)]
    assert came_to.error.retryable
    assert model.prompts == []


@pytest.mark.parametrize(
    "found_again",
    [
        ListRetriever(),
        ListRetriever(passage("of others", "They decided to open the pier, which only others may read.")),
        ListRetriever(fails=ValueError("unforeseen")),
    ],
    ids=["the library has changed", "with other rights other passages are found", "the search fails"],
)
def test_where_its_sources_can_t_be_found_again_none_are_made_up(sqlite, produced, found_again):
    answer = killed(sqlite.log(), produced, "Open the pier [1].")
    log = sqlite.log()
    producer, _ = produced(into=log, retriever=found_again)
    taken_over(log, answer)
    producer._orphans.end(answer.id)
    came_to = outcome(until_end(log, answer.id))
    assert (came_to.status, came_to.text, came_to.citations) == (Status.INTERRUPTED, "Open the pier [1].", ())


def test_one_that_had_not_begun_to_write_is_ended_without_citations(sqlite, produced):
    answer = killed(sqlite.log(), produced)
    log = sqlite.log()
    producer, _ = produced(into=log)
    taken_over(log, answer)
    producer._orphans.end(answer.id)
    assert not any(isinstance(e.event, Citations) for e in until_end(log, answer.id))


def test_one_that_was_deleted_meanwhile_is_left_alone(sqlite, produced):
    answer = killed(sqlite.log(), produced, "Open")
    log = sqlite.log()
    producer, _ = produced(into=log)
    taken_over(log, answer)
    log.delete(answer.session_id)
    producer._orphans.end(answer.id)
    assert log.read(answer.id) == []


def test_the_whole_of_it_with_a_real_keeper(sqlite, produced):
    """A process dies; another one, which was there or comes later, ends its answer."""
    dead = sqlite.log()
    answer = killed(dead, produced, "Open")
    log = sqlite.log()
    producer, _ = produced(into=log)
    producer._keeper._beat_s, producer._keeper._dead_s = 0.05, 0.2
    producer.keep()
    assert until_end(log, answer.id)[-1].event.code == "INTERRUPTED"


def test_at_the_process_s_end_all_is_committed_though_the_database_was_locked_just_then(sqlite, produced):
    log = sqlite.log()
    producer, model = produced(model=Endless(), into=log)
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    with locked(sqlite):
        closed = threading.Thread(target=producer.close)
        closed.start()
        assert model.closed.wait(PATIENCE_S)
    closed.join(PATIENCE_S)
    assert sqlite.log().read(answer.id)[-1].event.code == "INTERRUPTED"


def test_the_process_s_end_is_bounded_also_where_the_database_stays_away(sqlite, produced):
    """Whoever is left then ends its answers."""
    log = sqlite.log()
    producer, _ = produced(model=Endless(), into=log)
    answer = producer.start(an_answer())
    until(log, answer.id, Token)
    producer.keep()
    with locked(sqlite):
        began = time.monotonic()
        assert producer.close(grace_s=0.1, timeout_s=1.0)
        assert time.monotonic() - began < 4.5  # one try alone waits for 5 s
        # Looked at while it is locked: behind that, a thread that still tries may end the answer first.
        assert not isinstance(sqlite.log().read(answer.id)[-1].event, Error)


def test_an_answer_made_though_the_connection_was_lost_is_ended_by_its_own_process(sqlite, produced, monkeypatch):
    """Nobody was told of it, and nobody asks again: no reader may wait for it for ever."""
    log = sqlite.log()
    producer, model = produced(into=log)
    answer, create = an_answer(), log.create

    def lost(*arguments):
        create(*arguments)
        log._tails.drop([answer.id])
        raise StorageFailed

    monkeypatch.setattr(log, "create", lost)
    with pytest.raises(StorageFailed):
        producer.start(answer)
    assert [lease for lease in log.beat() if lease == Lease(answer.id, log._process, 0)]
    producer._keeper._beat_s, producer._keeper._dead_s = 0.05, 0.2
    producer.keep()
    assert until_end(log, answer.id)[-1].event.code == "INTERRUPTED"
    assert model.prompts == []

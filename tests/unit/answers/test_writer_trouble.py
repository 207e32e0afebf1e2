"""The one writer of a process where the database is away, answers are lost, or nobody foresaw what happens."""

import threading
import time

import pytest

from fakes import PATIENCE_S, SOON_S, CommitLog, an_answer
from footnote.answers.writer import Writer
from footnote.errors import StorageFailed
from footnote.events import Error, Stopped, Token
from footnote.wire import text_of

HOUR = 3600.0


class AwayLog(CommitLog):
    """A log whose database can be away, or that meets what nobody foresaw; it remembers what it was given."""

    def __init__(self):
        super().__init__()
        self.given = []
        self.fails = None
        self.away = threading.Event()
        self.suspended = []

    def append(self, batches):
        self.given.append([(id, list(events)) for id, events in batches])
        if self.fails and (failure := self.fails(batches)):
            self.away.set()
            raise failure
        return super().append(batches)

    def suspend(self, answer_ids):
        self.suspended += answer_ids
        super().suspend(answer_ids)


def storage_failed(_batches):
    return StorageFailed()


class Told:
    """Who was told of which answers, as the writer's callbacks."""

    def __init__(self):
        self.ids = []
        self.changed = threading.Condition()

    def __call__(self, ids):
        with self.changed:
            self.ids += ids
            self.changed.notify_all()

    def wait_for(self, count):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ids) >= count, PATIENCE_S)


@pytest.fixture
def away():
    return AwayLog()


def test_the_same_events_are_tried_again_until_they_are_kept_and_what_comes_meanwhile_waits_behind_them(away):
    """A commit whose success was lost on the way is only known again by what was in it."""
    id = away.create(an_answer())[0].id
    away.fails = storage_failed
    writer = Writer(away)
    writer.write(id, Token("a"))
    assert away.away.wait(PATIENCE_S)
    for piece in "bcd":
        writer.write(id, Token(piece))
    until_tried(away, 3)
    away.fails = None
    away.wait_for_commits(2)
    writer.close()
    assert away.given[:-1] == [[(id, [Token("a")])]] * (len(away.given) - 1)
    assert away.given[-1] == [(id, [Token("bcd")])]
    assert text_of(away.read(id)) == "abcd"


def until_tried(log, count):
    until = time.monotonic() + PATIENCE_S
    while len(log.given) < count:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_it_is_told_once_of_each_answer_that_is_stuck_and_so_are_its_readers(away):
    first, second, unaffected = (away.create(an_answer())[0].id for _ in range(3))
    away.fails = storage_failed
    stuck = Told()
    writer = Writer(away, on_stuck=stuck, patience_s=0.01)
    writer.write(first, Token("a"))
    stuck.wait_for(1)
    writer.write(second, Token("b"))  # what comes to wait later is told of at the next try
    stuck.wait_for(2)
    until_tried(away, len(away.given) + 2)
    assert stuck.ids == away.suspended == [first, second]
    for id in stuck.ids:
        with pytest.raises(StorageFailed):
            away.wait(id, 0, PATIENCE_S)
    away.fails = None
    away.wait_for_commits(2)
    assert [text_of(away.wait(id, 0, PATIENCE_S)) for id in stuck.ids] == ["a", "b"]
    assert away.read(unaffected) == []
    writer.close()


def test_before_its_patience_is_over_nobody_is_told(away):
    id = away.create(an_answer())[0].id
    away.fails = storage_failed
    stuck = Told()
    writer = Writer(away, on_stuck=stuck, patience_s=HOUR)
    writer.write(id, Token("a"))
    until_tried(away, 4)
    away.fails = None
    away.wait_for_commits(1)
    writer.close()
    assert stuck.ids == away.suspended == []


def test_who_looks_from_another_thread_tells_of_a_commit_that_hangs(away):
    """A database that is locked fails no sooner than it gives up: nobody has to wait for that."""
    id = away.create(an_answer())[0].id
    stuck = Told()
    writer = Writer(away, on_stuck=stuck, patience_s=0.0)
    away.may_commit.clear()
    writer.write(id, Token("a"))
    assert away.appending.wait(PATIENCE_S)
    writer.look()
    writer.look()
    assert stuck.ids == [id]
    away.may_commit.set()
    writer.close()


def test_a_database_that_is_away_is_logged_once_however_often_it_is_tried(away, caplog):
    id = away.create(an_answer())[0].id
    away.fails = storage_failed
    writer = Writer(away)
    writer.write(id, Token("a"))
    until_tried(away, 4)
    away.fails = None
    away.wait_for_commits(1)
    writer.close()
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_tries_are_soon_at_first_and_never_far_apart(monkeypatch, away):
    pauses = []
    monkeypatch.setattr("footnote.answers.writer.time.sleep", lambda s: pauses.append(s) if s else None)
    id = away.create(an_answer())[0].id
    away.fails = lambda _batches: StorageFailed() if len(pauses) < 8 else None
    writer = Writer(away)
    writer.write(id, Token("a"))
    away.wait_for_commits(1)
    writer.close()
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.5, 0.5, 0.5, 0.5]


def test_of_an_answer_that_is_lost_it_is_told_and_nothing_more_is_kept(away):
    """It was deleted, or another process has taken it over."""
    gone, kept = (away.create(an_answer())[0] for _ in range(2))
    lost = Told()
    writer = Writer(away, on_lost=lost, gather_s=HOUR)
    away.may_commit.clear()
    writer.write(kept.id, Token("a"))
    assert away.appending.wait(PATIENCE_S)
    away.delete(gone.session_id)
    writer.write(gone.id, Token("b"))
    writer.write(kept.id, Stopped(), urgent=True)
    away.may_commit.set()
    lost.wait_for(1)
    writer.close()
    assert lost.ids == [gone.id]
    assert [e.event for e in away.read(kept.id)] == [Token("a"), Stopped()]


def test_what_nobody_foresaw_in_one_answer_s_events_ends_that_answer_and_no_other(away, caplog):
    poisoned, others = away.create(an_answer())[0].id, [away.create(an_answer())[0].id for _ in range(3)]
    away.fails = lambda batches: ValueError() if ("poison" in str(batches)) else None
    lost = Told()
    writer = Writer(away, on_lost=lost, gather_s=HOUR)
    writer.write(others[0], Token("first "))
    away.wait_for_commits(1)
    writer.write(poisoned, Token("poison"))
    for id in others:
        writer.write(id, Token("all of it"))
    writer.close()
    assert [text_of(away.read(id)) for id in others] == ["first all of it", "all of it", "all of it"]
    [end] = [e.event for e in away.read(poisoned)]
    assert isinstance(end, Error)
    assert end.code == "INTERNAL_ERROR"
    assert lost.ids == [poisoned]
    assert "ValueError" in caplog.text


def test_trouble_that_is_over_is_nobody_s_trouble(away):
    poisoned, healthy = (away.create(an_answer())[0].id for _ in range(2))
    away.fails = lambda batches: ValueError() if "poison" in str(batches) else None
    lost, stuck = Told(), Told()
    writer = Writer(away, on_lost=lost, on_stuck=stuck, gather_s=HOUR, patience_s=0.0)
    writer.write(poisoned, Token("poison"))
    lost.wait_for(1)
    until = time.monotonic() + PATIENCE_S
    while writer._trouble is not None:
        assert time.monotonic() < until
        time.sleep(0.005)
    writer.write(healthy, Token("waits to be gathered"))
    writer.look()
    writer.close()
    assert stuck.ids == []
    assert text_of(away.read(healthy)) == "waits to be gathered"


def test_what_nobody_foresaw_in_every_commit_is_borne_like_a_database_that_is_away(away, caplog):
    """It neither ends the writer nor fills the log's file, and nothing is lost."""
    ids = [away.create(an_answer())[0].id for _ in range(3)]
    away.fails = lambda _batches: RuntimeError()
    stuck = Told()
    writer = Writer(away, on_stuck=stuck, patience_s=0.0)
    for id in ids:
        writer.write(id, Token("a"))
    stuck.wait_for(3)
    until_tried(away, len(away.given) + 6)
    away.fails = None
    writer.close()
    assert [text_of(away.read(id)) for id in ids] == ["a", "a", "a"]
    assert sum(record.exc_info is not None for record in caplog.records) <= len(ids)


def test_closing_while_the_database_is_away_is_bounded(away):
    id = away.create(an_answer())[0].id
    away.fails = storage_failed
    writer = Writer(away)
    writer.write(id, Token("a"))
    assert away.away.wait(PATIENCE_S)
    began = time.monotonic()
    writer.close(0.2)
    assert time.monotonic() - began < SOON_S
    writer._thread.join(PATIENCE_S)
    assert not writer._thread.is_alive()

"""Conversations that nobody used for so many days are deleted for good, and no others."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes import an_answer
from footnote.app import create_app
from footnote.conversations import AnswerLog
from footnote.errors import StorageFailed
from footnote.events import Stopped, Token
from footnote.retention import EVERY_S, FIRST_S, Retention
from footnote.settings import Settings
from footnote.storage.answers import SqlLog
from footnote.storage.database import open_database
from footnote.storage.memory import MemoryLog

DAY = timedelta(days=1)


class Later:
    """A clock that is only ahead; a thread that waits by it waits in no time, ``rounds`` times."""

    def __init__(self, rounds=0):
        self.ahead = timedelta(0)
        self.rounds = rounds
        self.waited = []

    def now(self):
        return datetime.now(UTC) + self.ahead

    def wait(self, seconds):
        self.waited.append(seconds)
        self.ahead += timedelta(seconds=seconds)
        return len(self.waited) > self.rounds


@pytest.fixture(params=["memory", "sqlite"])
def log(request, tmp_path):
    """Each kind of log that conversations are kept in."""
    if request.param == "memory":
        yield MemoryLog()
        return
    engine = open_database(tmp_path / "footnote.db")
    made = SqlLog(engine)
    yield made
    made.close()
    engine.dispose()


def kept(log: AnswerLog, *, ended=True):
    """A conversation that was used just now."""
    answer = an_answer()
    log.create(answer)
    log.append([(answer.id, [Token("Text"), *([Stopped()] if ended else [])])])
    return answer


def test_a_conversation_goes_when_nobody_used_it_for_so_long(log):
    clock = Later()
    retention = Retention(log, 30, now=clock.now)
    old = kept(log)
    clock.ahead = 30 * DAY - timedelta(minutes=1)
    assert retention.delete_old() == 0
    clock.ahead += timedelta(minutes=2)
    assert retention.delete_old() == 1
    assert log.session(old.session_id) is None
    assert log.answer(old.id) is None
    assert log.read(old.id) == []
    assert log.sessions(old.user) == []
    assert retention.delete_old() == 0


def test_part_of_a_day_counts(log):
    clock = Later()
    kept(log)
    clock.ahead = DAY / 2
    assert Retention(log, 0.4, now=clock.now).delete_old() == 1


def test_what_is_being_written_stays(log):
    clock = Later()
    running = kept(log, ended=False)
    clock.ahead = 365 * DAY
    assert Retention(log, 1, now=clock.now).delete_old() == 0
    assert log.answer(running.id) is not None


def test_of_no_days_everything_stays_and_no_thread_begins():
    log, clock = MemoryLog(), Later(rounds=5)
    kept(log)
    clock.ahead = 36500 * DAY
    retention = Retention(log, 0, now=clock.now, wait=clock.wait)
    retention.start()
    assert retention.delete_old() == 0
    retention.close()
    assert clock.waited == []
    assert len(log.sessions("ann")) == 1


def test_it_looks_soon_after_the_start_and_then_every_hour():
    log, clock = MemoryLog(), Later(rounds=48)
    first = kept(log)
    retention = Retention(log, 1, now=clock.now, wait=clock.wait)
    retention.start()
    retention.close()
    assert clock.waited == [FIRST_S, *[EVERY_S] * 48]
    assert log.session(first.session_id) is None


def test_it_begins_once_however_often_it_is_told_to():
    begun, go_on = [], threading.Event()
    retention = Retention(MemoryLog(), 1, wait=lambda s: begun.append(s) or go_on.wait(10))
    callers = [threading.Thread(target=retention.start) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    go_on.set()
    retention.close()
    assert begun == [FIRST_S]


class AwayLog(MemoryLog):
    """A log whose first deletions fail."""

    def __init__(self, failures):
        super().__init__()
        self.failures = failures

    def delete_before(self, moment):
        if self.failures:
            self.failures -= 1
            raise StorageFailed
        return super().delete_before(moment)


def test_a_database_that_is_away_is_asked_again(caplog):
    log, clock = AwayLog(failures=3), Later(rounds=5)
    kept(log)
    clock.ahead = 2 * DAY
    retention = Retention(log, 1, now=clock.now, wait=clock.wait)
    retention.start()
    retention.close()
    assert log.sessions("ann") == []
    assert caplog.text.count("not deleted") == 3


@pytest.mark.parametrize(("days", "threads"), [(0, 0), (7, 1)], ids=["kept for ever", "a week"])
def test_the_app_has_one_thread_for_it_where_it_is_set(scripted, days, threads):
    def running():
        return sum(thread.name == "footnote-retention" for thread in threading.enumerate())

    assert running() == 0
    server = create_app(replace(scripted, settings=Settings(retention_days=days))).server
    for _ in range(3):
        assert server.test_client().get("/healthz").status_code == 200
    try:
        assert running() == threads
    finally:
        server.extensions["footnote_retention"].close()
        server.extensions["footnote"].close()


def test_a_process_that_was_forked_begins_anew(monkeypatch):
    """What is checked with every request: no thread goes with a fork."""
    clock = Later()
    retention = Retention(MemoryLog(), 1, now=clock.now, wait=clock.wait)
    retention.start()
    retention.close()
    monkeypatch.setattr("footnote.retention.os.getpid", lambda: -1)
    retention.start()
    retention.close()
    assert clock.waited == [FIRST_S, FIRST_S]

"""What of the logs a process has in memory, and for how long: no database is in this."""

import pytest

from databases import DONE
from fakes import PATIENCE_S
from footnote.errors import NotFound, StorageFailed
from footnote.events import Token
from footnote.storage.tails import LINGER_S, MOST_ENDED, Tails
from footnote.wire import entry

ENTRIES = [entry(1, Token("a")), entry(2, Token("b")), entry(3, DONE)]


class Clock:
    """A clock that moves when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tails(clock):
    return Tails(clock)


def test_what_is_read_twice_is_kept_once_and_what_leaves_a_gap_not_at_all(tails):
    tails.own("x", 1)
    tails.grow("x", 1, ENTRIES[:2])
    tails.grow("x", 1, ENTRIES[:1])
    assert tails.known("x", 0) == ENTRIES[:2]
    tails.grow("y", 2, ENTRIES[2:])
    with tails.waiting("y") as (tail, _):
        assert tail.entries == []


def test_another_log_under_the_same_id_takes_the_place_of_the_one_before(tails):
    tails.own("x", 1, ENTRIES[:2])
    with tails.waiting("x") as (tail, fresh):
        assert fresh
        tails.grow("x", 2, ENTRIES[:1])
        with pytest.raises(NotFound):
            tails.wait(tail, 2, PATIENCE_S)
    assert tails.owned("x") is None


def test_of_anothers_answer_only_what_follows_a_readers_cursor_is_known_without_asking(tails, clock):
    """Who begins to read, or is ahead of this process, has to be told how the log stands now."""
    with tails.waiting("x"):
        tails.grow("x", 1, ENTRIES[:2])
        assert tails.known("x", 0) is None
        assert tails.known("x", 1) == ENTRIES[1:2]
        assert tails.known("x", 2) is None
    clock.now += LINGER_S / 2
    assert tails.known("x", 1) == ENTRIES[1:2]
    clock.now += LINGER_S
    assert tails.known("x", 1) is None


def test_a_log_is_watched_while_somebody_waits_and_a_little_longer(tails, clock):
    with tails.waiting("x") as (_, fresh):
        assert not fresh
        tails.grow("x", 1, ENTRIES[:2])
        clock.now += 10 * LINGER_S
        assert tails.watched() == {"x": 2}
    assert tails.watched() == {"x": 2}
    with tails.waiting("x") as (_, fresh):
        assert fresh
    clock.now += LINGER_S
    assert tails.watched() == {}
    with tails.waiting("x") as (tail, fresh):
        assert not fresh
        assert tail.entries == []


def test_what_ended_is_watched_no_more_and_the_last_that_did_are_kept(tails, clock):
    for n in range(10 * MOST_ENDED):
        clock.now += LINGER_S
        tails.grow(f"x{n}", n, ENTRIES)
        assert len(tails._tails) <= 2 * MOST_ENDED + 1
    assert tails.watched() == {}
    assert tails.ended("x0") is None
    assert tails.ended(f"x{n}").entries == ENTRIES


def test_while_the_database_is_away_what_is_kept_is_given_and_then_the_failure(tails):
    tails.own("x", 1, ENTRIES[:1])
    tails.suspend(["x", "not here"])
    with tails.waiting("x") as (tail, _):
        assert tails.wait(tail, 0, PATIENCE_S) == ENTRIES[:1]
        with pytest.raises(StorageFailed):
            tails.wait(tail, 1, PATIENCE_S)
        tails.resume(own=False)
        with pytest.raises(StorageFailed):
            tails.wait(tail, 1, PATIENCE_S)
        tails.resume(own=True)
        assert tails.wait(tail, 1, 0) == []


def test_an_answer_that_another_process_took_over_keeps_what_was_shown(tails):
    tails.own("x", 1, ENTRIES[:2])
    assert tails.written() == ["x"]
    tails.disown("x")
    assert tails.written() == []
    tails.grow("x", 1, ENTRIES)
    assert tails.ended("x").entries == ENTRIES


def test_an_answer_that_ended_is_written_no_more(tails):
    tails.own("x", 1)
    tails.extend("x", ENTRIES)
    tails.extend("gone", ENTRIES)
    assert tails.written() == []
    assert tails.owned("x") is None


def test_a_process_that_only_reads_keeps_no_more_than_the_last_logs(tails, clock):
    for n in range(MOST_ENDED + 10):
        clock.now += LINGER_S
        tails.grow(str(n), n, ENTRIES)
    assert len(tails._tails) == MOST_ENDED + 1  # the newest was read just now, and is kept in any case
    assert tails.ended("8") is None
    assert tails.ended("9") is not None

"""Who finds that a process is dead, and when: nobody's clock on the wall, and nobody who couldn't know."""

import threading

import pytest

from fakes import PATIENCE_S, an_answer
from footnote.answers.keeper import BEAT_S, DEAD_S, LATE, Keeper
from footnote.conversations import Lease
from footnote.errors import StorageFailed
from footnote.events import Token
from footnote.storage.memory import MemoryLog


class LeasedLog(MemoryLog):
    """A log in which another process writes; the test moves that process's heart."""

    def __init__(self):
        super().__init__()
        self.leases = [Lease("x", "other", 1)]
        self.away = False
        self.beats = 0
        self.taken = []

    def beat(self):
        if self.away:
            raise StorageFailed
        self.beats += 1
        return list(self.leases)

    def take_over(self, lease):
        if lease not in self.leases:
            return False
        self.leases.remove(lease)
        self.taken.append(lease.answer_id)
        return True

    def others_beat(self):
        self.leases = [Lease(lease.answer_id, lease.owner, lease.beat + 1) for lease in self.leases]


@pytest.fixture
def log():
    return LeasedLog()


class Observer:
    """A keeper whose time the test makes pass, and what it has ended."""

    def __init__(self, log):
        self.now, self.ended = 100.0, []
        self.failures = []
        self.keeper = Keeper(log, self._end, clock=lambda: self.now)

    def _end(self, id):
        if self.failures:
            raise self.failures.pop()
        self.ended.append(id)

    def look(self, times=1, *, every_s=BEAT_S, before=lambda: None):
        for _ in range(times):
            before()
            self.keeper.look()
            self.now += every_s


@pytest.fixture
def observer(log):
    return Observer(log)


def test_an_answer_is_ended_once_its_process_s_heart_has_stood_still_long_enough(log, observer):
    observer.look(4)
    assert (log.taken, observer.ended) == ([], [])
    observer.look()
    assert (log.taken, observer.ended) == (["x"], ["x"])


def test_with_its_pauses_that_is_well_within_fifteen_seconds_of_a_kill():
    assert BEAT_S + DEAD_S + BEAT_S < 15  # the first look at it, the time, and until the next look


def test_a_process_that_beats_is_alive_however_long_it_writes(log, observer):
    observer.look(50, before=log.others_beat)
    assert log.taken == []


def test_where_nobody_can_write_nobody_is_dead(log, observer):
    """Its heart stood still because the database was away, as the observer's own did."""
    observer.look(4)
    log.away = True
    observer.look(10, every_s=0.1)
    log.away = False
    observer.look()
    assert log.taken == []
    observer.look(5, before=log.others_beat)
    assert log.taken == []
    observer.look(5)
    assert log.taken == ["x"]  # and what is dead is found all the same


def test_an_observer_whose_own_beat_failed_once_begins_anew(log, observer):
    observer.look(4)
    log.away = True
    observer.look()
    log.away = False
    observer.look(4)
    assert log.taken == []


@pytest.mark.parametrize("slept_s", [LATE * BEAT_S + 0.1, 3600.0])
def test_an_observer_that_slept_itself_knows_nothing(log, observer, slept_s):
    """A laptop that was closed: all its processes wake together, and the observer may be the first."""
    observer.look(3)
    observer.look(every_s=slept_s)
    observer.look()
    assert log.taken == []
    observer.look(3, before=log.others_beat)
    assert log.taken == []


def test_a_look_that_comes_a_little_late_changes_nothing(log, observer):
    observer.look(6, every_s=LATE * BEAT_S)
    assert log.taken == ["x"]


def test_each_answer_and_each_owner_has_its_own_time(log, observer):
    log.leases = [Lease("x", "other", 1)]
    observer.look(3)
    log.leases = [Lease("x", "third", 1), Lease("y", "other", 1)]  # taken over by someone else meanwhile
    observer.look(4)
    assert log.taken == []
    observer.look()
    assert sorted(log.taken) == ["x", "y"]


def test_what_another_observer_has_taken_over_is_left_to_it(log, observer):
    log.take_over = lambda lease: False
    observer.look(10)
    assert observer.ended == []


def test_an_observer_that_has_many_to_end_goes_on_beating(log, observer):
    """Each takes a while: without beats in between, others would take the observer itself for dead."""
    log.leases = [Lease(str(n), "other", 1) for n in range(6)]
    ended = []

    def end(id):
        ended.append((id, log.beats))
        observer.now += BEAT_S / 2

    observer.keeper._end = end
    observer.look(10)
    assert {id for id, _ in ended} == {str(n) for n in range(6)}
    beats = [beat for _, beat in ended]
    assert [beats.count(beat) for beat in sorted(set(beats))] == [2, 2, 2]


def test_an_end_that_failed_is_tried_again_at_the_next_look(log, observer):
    """The answer is this process's now: nobody else will end it."""
    observer.failures = [StorageFailed(), StorageFailed()]
    observer.look(7)
    assert (log.taken, observer.ended) == (["x"], ["x"])


def test_its_thread_beats_from_the_start_until_it_is_closed(log):
    beaten = threading.Event()
    log.beat = lambda: beaten.set() or []
    keeper = Keeper(log, lambda _id: None)
    assert keeper._thread is None  # a server that forks after this was made would lose it
    keeper.start()
    first = keeper._thread
    keeper.start()
    assert keeper._thread is first
    assert beaten.wait(PATIENCE_S)
    keeper.close()
    assert not first.is_alive()


def test_closing_does_not_wait_for_a_database_that_hangs(log):
    hanging, let_go = threading.Event(), threading.Event()

    def beat():
        hanging.set()
        let_go.wait(PATIENCE_S)
        return []

    log.beat = beat
    keeper = Keeper(log, lambda _id: None)
    keeper.start()
    assert hanging.wait(PATIENCE_S)
    keeper.close(0.05)
    let_go.set()
    keeper._thread.join(PATIENCE_S)


def test_what_nobody_foresaw_does_not_end_its_thread(log, caplog):
    beats = threading.Semaphore(0)

    def beat():
        beats.release()
        raise ValueError("unforeseen")

    log.beat = beat
    keeper = Keeper(log, lambda _id: None, beat_s=0.001)
    keeper.start()
    for _ in range(3):
        assert beats.acquire(timeout=PATIENCE_S)
    keeper.close()
    assert "unforeseen" in caplog.text


def test_over_one_database_a_dead_process_s_answer_is_taken_by_exactly_one_and_the_dead_writes_no_more(sqlite):
    """The real log: who was only paused finds itself fenced."""
    paused, one, other = sqlite.log(), sqlite.log(), sqlite.log()
    answer = an_answer()
    paused.create(answer)
    paused.beat()
    paused.append([(answer.id, [Token("kept")])])
    observers = [Observer(log) for log in (one, other)]
    for _ in range(6):
        for observer in observers:
            observer.look()
    assert sorted(observer.ended for observer in observers) == [[], [answer.id]]
    assert paused.append([(answer.id, [Token("never seen")])]) == [answer.id]
    assert [e.event for e in other.read(answer.id)] == [Token("kept")]

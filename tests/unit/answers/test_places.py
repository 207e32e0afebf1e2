"""Places for answers that are written, and the line of those that wait: in order, and told where they stand."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes import PATIENCE_S
from footnote.answers.places import Places
from footnote.chat import Cancellation, CancelReason
from footnote.errors import Unavailable


def told(place, cancellation):
    """What an answer is told while it waits, as it comes; and whether it has come to its place, or was called off."""
    numbers, changed = [], threading.Condition()

    def wait():
        for number in place.queued(cancellation):
            with changed:
                numbers.append(number)
                changed.notify_all()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()

    def until(*expected):
        with changed:
            assert changed.wait_for(lambda: numbers == [*expected], PATIENCE_S), numbers

    return until, thread


def test_as_long_as_there_are_places_nobody_waits():
    places = Places(2, 2)
    assert [list(places.take().queued(Cancellation())) for _ in range(2)] == [[], []]


def test_beyond_them_each_is_told_its_number_and_every_change_of_it():
    places = Places(1, 3)
    written = places.take()
    waiting = [places.take() for _ in range(3)]
    (first, first_thread), (second, second_thread), (third, _) = (told(place, Cancellation()) for place in waiting)
    first(1)
    second(2)
    third(3)
    written.leave()
    first_thread.join(PATIENCE_S)
    second(2, 1)
    third(3, 2)
    waiting[0].leave()
    second_thread.join(PATIENCE_S)
    third(3, 2, 1)


def test_who_is_called_off_leaves_at_once_and_those_behind_move_up():
    places = Places(1, 3)
    places.take()
    waiting = [places.take() for _ in range(2)]
    cancellation = Cancellation()
    (first, thread), (second, _) = told(waiting[0], cancellation), told(waiting[1], Cancellation())
    first(1)
    second(2)
    cancellation.request(CancelReason.STOPPED)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    waiting[0].leave()
    second(2, 1)


def test_beyond_the_line_there_is_no_place_until_one_leaves():
    places = Places(1, 1)
    written, waiting = places.take(), places.take()
    with pytest.raises(Unavailable) as problem:
        places.take()
    assert problem.value.retry_after_s
    waiting.leave()
    again = places.take()
    written.leave()
    assert list(again.queued(Cancellation())) == []


def test_nobody_who_comes_later_is_before_those_that_wait():
    places = Places(1, 2)
    written, waiting = places.take(), places.take()
    written.leave()
    later = places.take()
    assert list(waiting.queued(Cancellation())) == []
    assert places.before(later) == 1


def test_without_a_line_what_finds_no_place_is_refused():
    places = Places(1, 0)
    places.take()
    with pytest.raises(Unavailable):
        places.take()


def test_under_many_threads_no_more_than_the_places_are_taken_and_all_are_given_back():
    places, most, running, lock = Places(3, 1000), [], [0], threading.Lock()

    def run(_):
        place = places.take()
        for _number in place.queued(Cancellation()):
            pass
        with lock:
            running[0] += 1
            most.append(running[0])
        with lock:
            running[0] -= 1
        place.leave()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(run, range(200)))
    assert max(most) <= 3
    assert [list(places.take().queued(Cancellation())) for _ in range(3)] == [[], [], []]

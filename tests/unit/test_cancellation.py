"""One answer is called off once, from any thread, and whoever waits for something is woken."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from footnote.chat import Cancellation, Cancelled, CancelReason


def test_the_first_reason_counts():
    cancellation = Cancellation()
    assert cancellation.reason is None
    cancellation.raise_if_requested()
    assert cancellation.request(CancelReason.STOPPED)
    assert not cancellation.request(CancelReason.TIMEOUT)
    assert cancellation.reason is CancelReason.STOPPED
    with pytest.raises(Cancelled):
        cancellation.raise_if_requested()


def test_of_many_requests_at_the_same_moment_one_is_the_first():
    cancellation, together, woken = Cancellation(), threading.Barrier(8), []

    def request(n):
        together.wait(10)
        return cancellation.request(list(CancelReason)[n % 3])

    with cancellation.on_request(lambda: woken.append(1)), ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(request, range(8))) == 1
    assert woken == [1]


def test_who_waits_is_woken_and_who_has_done_waiting_is_left_alone():
    cancellation, woken = Cancellation(), []
    with cancellation.on_request(lambda: woken.append("gone")):
        pass
    with cancellation.on_request(lambda: woken.append("here")):
        cancellation.request(CancelReason.STOPPED)
    assert woken == ["here"]


def test_who_comes_after_the_request_is_woken_at_once():
    cancellation, woken = Cancellation(), []
    cancellation.request(CancelReason.SHUTDOWN)
    with cancellation.on_request(lambda: woken.append("late")):
        assert woken == ["late"]


def test_a_sleep_lasts_no_longer_than_until_the_request():
    cancellation = Cancellation()
    assert not cancellation.wait(0.001)
    with ThreadPoolExecutor(1) as pool:
        sleeping = pool.submit(cancellation.wait, 10)
        cancellation.request(CancelReason.STOPPED)
        assert sleeping.result(5)

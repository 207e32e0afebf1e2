"""What nothing can interrupt is done once for all who wait, in a bounded number of threads."""

import queue
import threading
from concurrent.futures import CancelledError

import pytest

from footnote.aside import Aside

SOON_S = 5


class Work:
    """Work that ends when it is told to, and counts how often it was begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.begins = threading.Semaphore(0)
        self.ends = threading.Event()

    def __call__(self, key: str) -> str:
        self.begun.append(key)
        self.begins.release()
        assert self.ends.wait(SOON_S)
        return f"{key} {len(self.begun)}"


@pytest.fixture
def work():
    work = Work()
    yield work
    work.ends.set()


def test_who_asks_for_the_same_at_the_same_time_shares_it(work):
    aside = Aside(work)
    outcomes = [aside.ask("a") for _ in range(5)]
    work.ends.set()
    assert [outcome.result(SOON_S) for outcome in outcomes] == ["a 1"] * 5
    assert aside.ask("a").result(SOON_S) == "a 2"


def test_different_things_are_found_out_side_by_side(work):
    aside = Aside(work)
    outcomes = [aside.ask("a"), aside.ask("b")]
    for _ in outcomes:
        assert work.begins.acquire(timeout=SOON_S)
    work.ends.set()
    assert [outcome.result(SOON_S)[0] for outcome in outcomes] == ["a", "b"]


def test_what_is_stuck_is_begun_anew_for_the_next_one(work):
    aside = Aside(work, shared_s=0)
    stuck, next_ = aside.ask("a"), aside.ask("a")
    assert stuck is not next_


def test_the_number_of_threads_is_bounded(work):
    """Beyond it, the answer is at once that there is none; and it works again when they have ended."""
    aside = Aside(work, shared_s=0, most=2)
    lingering = [aside.ask("a"), aside.ask("a")]
    for key in ("a", "b"):
        with pytest.raises(TimeoutError):
            aside.ask(key).result(0)
    work.ends.set()
    for outcome in lingering:
        outcome.result(SOON_S)
    assert aside.ask("b").result(SOON_S).startswith("b")
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "aside")


def test_a_failure_is_raised_where_it_is_waited_for():
    def fail(key: str) -> str:
        raise OSError(key)

    with pytest.raises(OSError, match="a"):
        Aside(fail).ask("a").result(SOON_S)


def test_what_nobody_foresaw_leaves_nobody_waiting_and_is_reported(monkeypatch):
    class UnforeseenError(Exception):
        pass

    def fail(key: str) -> str:
        raise UnforeseenError

    reported: queue.Queue[threading.ExceptHookArgs] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", reported.put)
    with pytest.raises(CancelledError):
        Aside(fail).ask("a").result(SOON_S)
    assert reported.get(timeout=SOON_S).exc_type is UnforeseenError

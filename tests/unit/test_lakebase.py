"""Passwords that the workspace mints: one for all, renewed in time, and never more often than needed."""

import threading
import time

import pytest

from databases import at_once
from fakes import PATIENCE_S
from footnote.errors import ModelUnavailable, StorageFailed
from footnote.lakebase import EARLY_S, Minted, Passwords


class Mint:
    """Mints ``p1``, ``p2`` and so on, good for an hour by a clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.count = 0
        self.good_s = 3600.0
        self.fails: Exception | None = None
        self.gate: threading.Event | None = None

    def __call__(self) -> Minted:
        if self.gate:
            self.gate.wait(PATIENCE_S)
        if self.fails:
            raise self.fails
        self.count += 1
        return Minted(f"p{self.count}", self.good_s)


@pytest.fixture
def mint():
    return Mint()


@pytest.fixture
def passwords(mint):
    return Passwords(mint, clock=lambda: mint.now)


def test_one_password_serves_until_shortly_before_its_end(mint, passwords):
    assert {passwords.current() for _ in range(5)} == {"p1"}
    mint.now = 3600 - EARLY_S - 1
    assert passwords.current() == "p1"
    mint.now += 2
    assert passwords.current() == "p2"
    assert mint.count == 2


def test_a_short_lived_one_is_renewed_at_half_its_time(mint, passwords):
    mint.good_s = 10
    passwords.current()
    mint.now = 4.9
    assert passwords.current() == "p1"
    mint.now = 5.1
    assert passwords.current() == "p2"


def test_all_who_come_at_once_get_the_same_one_minted_once(mint, passwords):
    mint.gate = threading.Event()
    threading.Timer(0.05, mint.gate.set).start()
    assert set(at_once(8, lambda _: passwords.current())) == {"p1"}
    assert mint.count == 1


def test_a_refused_one_is_replaced_whatever_it_said_of_itself(mint, passwords):
    passwords.refused(passwords.current())
    assert passwords.current() == "p2"
    passwords.refused("p1")  # somebody who comes late with an old one
    assert passwords.current() == "p2"


@pytest.mark.parametrize("error", [OSError("away"), ValueError("no credentials"), ModelUnavailable()])
def test_one_that_is_still_good_serves_while_none_is_minted(mint, passwords, error):
    passwords.current()
    mint.fails, mint.now = error, 3500
    assert passwords.current() == "p1"
    mint.now = 3601
    with pytest.raises(StorageFailed, match="FOOTNOTE_LAKEBASE"):
        passwords.current()
    mint.fails = None
    assert passwords.current() == "p2"


def test_nobody_waits_for_ever_for_a_mint_that_says_nothing(mint, passwords, monkeypatch):
    monkeypatch.setattr("footnote.lakebase.WAIT_S", 0.05)
    mint.gate = threading.Event()
    began = time.monotonic()
    with pytest.raises(StorageFailed):
        passwords.current()
    assert time.monotonic() - began < 2
    mint.gate.set()


def test_no_text_of_it_holds_a_password(mint, passwords):
    assert "p1" not in f"{passwords!r} {Minted(passwords.current(), 1)!r}"

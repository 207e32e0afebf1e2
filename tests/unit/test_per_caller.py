"""What is kept for callers: one of each, of their newest token, no longer than that is good, and not of too many."""

import base64
import json
import threading

import pytest

from databases import at_once
from footnote.per_caller import LONGEST_S, SHORT_S, PerCaller, expiry


class Clock:
    """Goes when it is told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> PerCaller[list[str]]:
    return PerCaller(lambda token: [token], most=3, clock=clock)


def jwt(**claims: object) -> str:
    told = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{told}.c2lnbmVk"


def test_the_same_token_of_the_same_user_is_made_of_once(kept):
    assert kept.of("ann", "one") is kept.of("ann", "one")
    assert kept.of("ann", "one") is not kept.of("bea", "one")


def test_a_new_token_takes_the_place_of_the_old_one(kept):
    first = kept.of("ann", "one")
    assert kept.of("ann", "two") == ["two"]
    assert len(kept) == 1
    assert kept.of("ann", "one") is not first


def test_it_is_let_go_when_the_token_expires(kept, clock):
    token = jwt(exp=clock.now + 100)
    first = kept.of("ann", token)
    clock.now += 99
    assert kept.of("ann", token) is first
    clock.now += 2
    assert kept.of("ann", token) is not first
    kept.of("bea", "other")
    assert len(kept) == 1  # what is out of date stays with nobody else's either


@pytest.mark.parametrize(
    ("token", "good_s"), [("opaque", SHORT_S), (jwt(exp=9e9), LONGEST_S)], ids=["silent", "boasts"]
)
def test_a_token_that_does_not_say_or_says_too_much_is_kept_for_a_while(kept, clock, token, good_s):
    first = kept.of("ann", token)
    clock.now += good_s - 1
    assert kept.of("ann", token) is first
    clock.now += 2
    assert kept.of("ann", token) is not first


def test_the_one_that_was_not_asked_for_longest_makes_room(kept):
    made = {name: kept.of(name, "token") for name in ("ann", "bea", "cleo")}
    assert kept.of("ann", "token") is made["ann"]
    kept.of("dora", "token")
    assert len(kept) == 3
    assert kept.of("ann", "token") is made["ann"]
    assert kept.of("bea", "token") is not made["bea"]


def test_of_several_at_once_one_makes_it():
    made: list[str] = []
    gate = threading.Event()
    kept = PerCaller(lambda token: (made.append(token), gate.wait(0.05)))
    outcomes = at_once(8, lambda _: kept.of("ann", "one"))
    assert made == ["one"]
    assert all(outcome is outcomes[0] for outcome in outcomes)


def test_what_is_kept_shows_no_token(kept):
    kept.of("ann", "s3cret-token")
    assert "s3cret" not in f"{kept!r} {PerCaller(str)!r}"


@pytest.mark.parametrize(
    "token",
    ["", "opaque", "a.b", "a.b.c", "..", "a.%%%.c", jwt(), jwt(exp="soon"), jwt(exp=None), jwt(exp=[1]),
     jwt(exp=float("inf")), "ä.ö.ü", f"a.{base64.urlsafe_b64encode(b'[' * 9000).decode()}.c", "a.WzFd.c"],
)  # fmt: skip
def test_a_token_that_is_no_jwt_with_an_end_says_nothing_of_one(token):
    assert expiry(token) is None


def test_a_jwt_says_when_it_ends():
    assert expiry(jwt(exp=1_700_000_000)) == 1_700_000_000

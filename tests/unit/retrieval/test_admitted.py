"""Who was let in stays so for a while, with the same token, no longer than that is good, and only so many at once."""

import base64
import json

import pytest

from footnote.callers import Caller
from footnote.retrieval.admitted import GOOD_S, Admitted, expiry


class Clock:
    """Goes when it is told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admitted(clock: Clock) -> Admitted:
    return Admitted(most=3, clock=clock)


def jwt(**claims: object) -> str:
    told = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{told}.c2lnbmVk"


def test_nobody_is_let_in_with_another_ones_name_or_token(admitted):
    admitted.add(Caller("ann", "hers"))
    assert Caller("ann", "hers") in admitted
    others = [Caller("bea", "hers"), Caller("ann", "another"), Caller("ann"), None]
    assert not [caller for caller in others if caller in admitted]


def test_who_comes_without_a_token_comes_as_the_app(admitted):
    admitted.add(None)
    assert Caller("ann") in admitted
    assert Caller("ann", "hers") not in admitted


@pytest.mark.parametrize("token", ["opaque", jwt(exp=9e9)], ids=["silent", "boasts"])
def test_everybody_is_asked_for_again_after_a_while(admitted, clock, token):
    admitted.add(Caller("ann", token))
    clock.now += GOOD_S - 1
    assert Caller("ann", token) in admitted
    clock.now += 2
    assert Caller("ann", token) not in admitted


def test_a_token_that_has_expired_lets_nobody_in(admitted, clock):
    caller = Caller("ann", jwt(exp=clock.now + 100))
    admitted.add(caller)
    clock.now += 99
    assert caller in admitted
    clock.now += 2
    assert caller not in admitted


def test_only_so_many_are_kept_and_the_oldest_makes_room(admitted):
    callers = [Caller(name, "token") for name in ("ann", "bea", "cleo", "dora")]
    for caller in callers:
        admitted.add(caller)
    assert len(admitted) == 3
    assert [caller in admitted for caller in callers] == [False, True, True, True]


def test_what_is_kept_shows_no_token(admitted):
    admitted.add(Caller("ann", "s3cret-token"))
    assert "s3cret" not in f"{vars(admitted)!r}"


@pytest.mark.parametrize(
    "token",
    ["", "opaque", "a.b", "a.b.c", "..", "a.%%%.c", jwt(), jwt(exp="soon"), jwt(exp=None), jwt(exp=[1]),
     jwt(exp=float("inf")), "ä.ö.ü", f"a.{base64.urlsafe_b64encode(b'[' * 9000).decode()}.c", "a.WzFd.c"],
)  # fmt: skip
def test_a_token_that_is_no_jwt_with_an_end_says_nothing_of_one(token):
    assert expiry(token) is None


def test_a_jwt_says_when_it_ends():
    assert expiry(jwt(exp=1_700_000_000)) == 1_700_000_000

"""A file is read in a process of its own: what becomes of that one becomes of nothing else."""

from __future__ import annotations

import os
import time

import pytest

from footnote.load_errors import LoadError, Reason
from footnote.spark.apart import apart


def hang() -> None:
    time.sleep(60)


def crash() -> None:
    os._exit(139)


def bloat() -> int:
    return len(bytearray(4 * 1024**3))


def large() -> bytes:
    return b"x" * 5_000_000


def test_what_it_gives_comes_back():
    """However much it is."""
    assert apart(large) == large()


@pytest.mark.parametrize(
    ("call", "reason"),
    [(hang, Reason.SLOW), (crash, Reason.DAMAGED), (bloat, Reason.DAMAGED)],
    ids=["hangs", "crashes", "bloats"],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_does_not_come_back_has_a_reason(call, reason):
    """A hanging, a crashed and an insatiable one, each ended and gone."""
    began = time.monotonic()
    with pytest.raises(LoadError) as caught:
        apart(call, longest_s=2 if call is hang else 60)
    assert caught.value.reason is reason
    assert time.monotonic() - began < 30

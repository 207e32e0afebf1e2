"""Works that break off: none of them is taken for one that came to its end."""

from __future__ import annotations

import asyncio

import pytest

from footnote.chat import Cancellation
from footnote.left_behind import LeftBehind


@pytest.mark.parametrize("stray", [asyncio.CancelledError, SystemExit])
def test_work_that_was_cancelled_or_exits_has_failed(stray):
    def work():
        yield "It is in"
        raise stray

    read = LeftBehind().read(work, Cancellation())
    assert next(read) == "It is in"
    with pytest.raises(RuntimeError, match=stray.__name__):
        next(read)

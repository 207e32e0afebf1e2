"""The workspace as searches need it: nobody waits behind another, and nothing is asked twice at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes import PATIENCE_S
from footnote.callers import Caller
from footnote.errors import RetrievalFailed, SettingsError
from footnote.retrieval.choice import _Workspace

AT_ONCE = 16
RENEWED_S = 0.3


class Slow:
    """A workspace whose token has to be renewed, which takes a while."""

    def __init__(self) -> None:
        self.renewals = 0

    def headers(self, caller: Caller | None = None) -> dict[str, str]:
        if caller is not None:
            return {"Authorization": f"Bearer {caller.token}"}
        self.renewals += 1
        time.sleep(RENEWED_S)
        return {"Authorization": "Bearer app"}


def at_once(work):
    """What each of many gets who begin together."""
    begin = threading.Barrier(AT_ONCE)

    def do(_):
        begin.wait(PATIENCE_S)
        return work()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, range(AT_ONCE)))


def test_all_who_search_at_once_wait_for_one_renewal_of_the_token():
    slow = Slow()
    workspace = _Workspace(lambda: slow)
    assert at_once(lambda: workspace.headers(None)) == [{"Authorization": "Bearer app"}] * AT_ONCE
    assert slow.renewals < AT_ONCE / 2
    assert workspace.headers(Caller("ann", "hers")) == {"Authorization": "Bearer hers"}


def test_a_workspace_that_is_away_is_waited_for_by_all_at_once():
    tried = []

    def away():
        tried.append(1)
        time.sleep(RENEWED_S)
        raise SettingsError("can't be reached")

    workspace = _Workspace(away)

    def search():
        with pytest.raises(RetrievalFailed):
            workspace()

    at_once(search)
    assert len(tried) < AT_ONCE / 2

"""Who has the index of a large library written: one process at a time, again where it ended, and not for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from footnote.retrieval.large import following, owner
from footnote.retrieval.large.following import End
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Writer
from large_library import LEAST, SOON_S, serving

pytestmark = pytest.mark.usefixtures("quickly")

WITHOUT_A_DISK = """
import resource, sys
from footnote.retrieval import sized
from footnote.retrieval.large import following
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
sys.exit(following.main())
"""


def test_one_process_writes_another_takes_over_and_what_is_removed_is_made_anew(served, database):
    served.library.put("a", *["The salmon quota."] * LEAST)
    assert served.found_by_the_index("salmon quota")
    with serving(database) as other:
        assert len(other.found_by_the_index("salmon")) == LEAST
        assert other.writer is None
        first = served.writer
        assert os.getsid(first) != os.getsid(0)  # Ctrl-C is not for it
        served.owner._rests_until = time.monotonic() + 2 * SOON_S
        served.owner._closed.set()  # it dies with what it began
        os.kill(first, signal.SIGKILL)
        served.library.put("b", "A new quota of herring.")
        assert other.found_by_the_index("herring") == ["b#0"]
        assert other.writer not in {None, first}
        assert served.found_by_the_index("herring") == ["b#0"]
        Place(database).clear()
        assert len(served.found("salmon")) == LEAST
        served.library.put("c", "Cod.")
        assert served.found_by_the_index("cod") == ["c#0"]
        assert Place(database).stands


@pytest.mark.usefixtures("nobody_begins")
def test_a_full_disk_leaves_searches_as_they_were_and_says_so_once(served, database, caplog):
    served.library.put("a", *["The salmon quota."] * LEAST)
    command = [sys.executable, "-c", WITHOUT_A_DISK, str(database), "1"]
    assert subprocess.run(command, check=False, stdin=subprocess.PIPE).returncode == End.UNWRITABLE
    nowhere = owner.Owner(database, LEAST)
    for _ in range(2):
        nowhere._ended(End.UNWRITABLE)
    assert len([record for record in caplog.records if "can't be written" in record.message]) == 1
    assert len(served.found("salmon")) == LEAST


def test_where_no_index_can_be_made_nobody_waits_for_it(served, database):
    database.with_suffix(".index").touch()
    served.library.put("a", *["The salmon quota."] * LEAST)
    served.retriever.complete()
    assert len(served.found("salmon")) == LEAST


def test_a_library_that_became_small_while_nobody_served_it_keeps_no_index(served, database):
    """Its files hold words of what was removed."""
    served.library.put("a", "The salmon quota.")
    served.library.put("b", *["Herring."] * LEAST)
    assert served.found_by_the_index("salmon") == ["a#0"]
    served.retriever.close()
    (Place(database).index.parent / "of another version").mkdir()
    served.library.remove("b")
    with serving(database) as anew:
        assert anew.found("salmon") == ["a#0"]
        until(lambda: not Place(database).remains, "the index is removed")
        until(lambda: anew.owner._child is None, "its process has ended")
        assert not anew.owner._is_wanted()


def test_a_library_that_has_become_small_keeps_no_index(served, database, monkeypatch):
    served.library.put("a", *["The salmon quota."] * LEAST)
    place = Place(database)
    writer = Writer(served.engine, place, lambda: False)
    writer.follow()
    writer.close()
    del writer
    assert following.follow(served.engine, place, 3 * LEAST, threading.Event()) is End.TOO_FEW
    assert not place.stands
    quietly = owner.Owner(database, LEAST)
    quietly._ended(End.TOO_FEW)
    assert quietly.given_up  # who waits for the index to be complete waits no more


def test_too_few_are_counted_anew_once_enough_may_have_come(database, monkeypatch):
    monkeypatch.setattr(owner.Owner, "_run", lambda _: None)
    resting = owner.Owner(database, 100)
    resting.begin(150)
    assert resting._is_wanted()
    resting._ended(End.TOO_FEW)
    for numbers, wanted in ((150, False), (199, False), (120, False), (169, False), (170, True)):
        resting.begin(numbers)
        assert resting._is_wanted() is wanted, numbers


def test_one_that_is_killed_each_time_is_begun_less_and_less_and_nobody_waits_for_it(
    served, database, monkeypatch, caplog
):
    monkeypatch.setattr(owner, "KILLED_RESTS_S", 0.1)
    killed = [sys.executable, "-S", "-c", "import os; os.kill(os.getpid(), 9)"]
    monkeypatch.setattr(served.owner, "_command", killed)
    served.library.put("a", *["The salmon quota."] * LEAST)
    served.retriever.complete()
    assert served.owner._killed >= owner.MOST_KILLED
    assert len(served.found("salmon")) == LEAST
    seen = owner.Owner(database, LEAST)
    rests = []
    for _ in range(11):
        before = time.monotonic()
        seen._ended(-signal.SIGKILL)
        rests.append(round(seen._rests_until - before, 1))
    assert rests[:4] == [0.1, 0.2, 0.4, 0.8]
    assert rests[-1] == owner.FAILED_RESTS_S
    said = [record for record in caplog.records if "can't be written" in record.message]
    assert len(said) == 2  # once by each of the two


def test_who_begins_anew_has_not_given_up(served):
    served.owner._ended(End.UNWRITABLE)
    assert served.owner.given_up
    served.owner._rests_until = 0.0
    served.library.put("a", *["The salmon quota."] * LEAST)
    assert served.found_by_the_index("salmon")
    assert not served.owner.given_up


def test_who_only_asks_whether_anybody_writes_keeps_nobody_from_it(served, database, monkeypatch):
    monkeypatch.setattr(following, "TAKES_S", SOON_S)
    with ThreadPoolExecutor(1) as pool:
        with Place(database).alone() as alone:
            assert alone
            begun = pool.submit(following.follow, served.engine, Place(database), LEAST, threading.Event())
            assert wait([begun], 0.1).not_done
        assert begun.result(SOON_S) is End.TOO_FEW


def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < end, f"not seen: {what}"
        time.sleep(0.02)

"""What every ``Profiles`` promises."""

import threading
from dataclasses import replace

import pytest

from fakes import PATIENCE_S
from footnote.passages import Filter, Kind
from footnote.profiles import Profile, Profiles, Step, Style
from footnote.storage.profiles import MOST_REMEMBERED, MemoryProfiles, SqlProfiles

TOLD = Profile(
    "Analyst at the depot, «会議» 🎉",
    ("battery swaps", "fares"),
    Filter(
        frozenset({"a/b"}), frozenset({Kind.PDF, Kind.RECORDING}), frozenset({"x"}), frozenset({"Ana"}), "2026-01-01"
    ),
    Style.BULLETS,
    Step.DONE,
)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def profiles(request) -> Profiles:
    if request.param == "memory":
        return MemoryProfiles()
    return SqlProfiles(request.getfixturevalue(request.param).open())


def test_what_was_told_comes_back_the_same(profiles):
    profiles.change("ann", lambda _: TOLD)
    assert profiles.profile("ann") == TOLD


def test_who_told_nothing_has_no_profile(profiles):
    assert profiles.profile("ann") is None
    profiles.forget("ann")


def test_what_is_told_later_stands_in_its_place(profiles):
    profiles.change("ann", lambda _: TOLD)
    profiles.change("ann", lambda _: Profile(step=Step.TOPICS))
    assert profiles.profile("ann") == Profile(step=Step.TOPICS)


def test_two_changes_at_once_both_stay(profiles):
    """Also between two processes: the second waits for the first."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(told):
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return replace(told or Profile(), role="Editor")

    first = threading.Thread(target=profiles.change, args=("ann", slowly))
    first.start()
    assert begun.wait(PATIENCE_S)
    second = threading.Thread(
        target=profiles.change, args=("ann", lambda told: replace(told or Profile(), style=Style.SHORT))
    )
    second.start()
    go_on.set()
    first.join(5)
    second.join(5)
    assert profiles.profile("ann") == Profile("Editor", style=Style.SHORT)


def test_each_has_their_own_and_forgetting_is_real(profiles):
    profiles.change("ann", lambda _: TOLD)
    profiles.change("ben", lambda _: Profile("Editor"))
    profiles.forget("ann")
    assert profiles.profile("ann") is None
    assert profiles.profile("ben") == Profile("Editor")


def test_an_empty_list_of_documents_is_not_all_of_them(profiles):
    profiles.change("ann", lambda _: Profile(sources=Filter(frozenset())))
    assert profiles.profile("ann").sources == Filter(frozenset())


def test_memory_is_bounded():
    profiles = MemoryProfiles()
    for n in range(MOST_REMEMBERED + 1):
        profiles.change(str(n), lambda _: TOLD)
    assert profiles.profile("0") is None
    assert profiles.profile(str(MOST_REMEMBERED)) == TOLD

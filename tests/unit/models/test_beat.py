"""The text of a process's answers goes on in the same moments; a little later where there are many."""

import pytest

from footnote.models import beat
from footnote.models.beat import GATHER_S, MANY, MANY_GATHER_S, Beat


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(beat.time, "monotonic", lambda: now[0])
    return now


def test_what_comes_meanwhile_goes_on_with_the_first(clock):
    beats = Beat()
    assert beats.next() == 100 + GATHER_S
    clock[0] += GATHER_S / 2
    assert beats.next() == 100 + GATHER_S


def test_behind_silence_a_piece_begins_a_time_of_its_own(clock):
    beats = Beat()
    beats.next()
    clock[0] += 3
    assert beats.next() == 103 + GATHER_S


def test_where_many_answers_share_a_process_their_text_waits_longer_and_no_longer_than_that(clock):
    beats = Beat()
    for _ in range(MANY):
        assert beats.next() == 100 + GATHER_S
    clock[0] += GATHER_S
    assert beats.next() == pytest.approx(clock[0] + MANY_GATHER_S)
    clock[0] += MANY_GATHER_S
    assert beats.next() == pytest.approx(clock[0] + GATHER_S)


def test_nobody_waits_for_a_tenth_of_a_second():
    assert GATHER_S < MANY_GATHER_S < 0.1

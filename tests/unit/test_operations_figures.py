"""What operators are shown: windows, percentiles, and what is said of the documents."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from fakes import document
from footnote.figures import LISTED, Figures, Span, Waited, Window, shelf, waited

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


class Never:
    """Operations that know which documents were never cited."""

    def __init__(self, *ids):
        self.ids = ids

    def uncited(self, document_ids):
        return [id for id in document_ids if id in self.ids]


def figures(**cited):
    return Figures(Span.up_to(NOW, Window.DAY), 0, 0, (), None, (), (), 0, 0, 0, (), cited, 0, ())


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (Window.DAY, datetime(2026, 3, 11, 10, tzinfo=UTC), datetime(2026, 3, 12, 9, tzinfo=UTC)),
        (Window.WEEK, datetime(2026, 3, 5, 12, tzinfo=UTC), datetime(2026, 3, 12, 6, tzinfo=UTC)),
        (Window.MONTH, datetime(2026, 2, 11, tzinfo=UTC), datetime(2026, 3, 12, tzinfo=UTC)),
    ],
)
def test_a_window_is_of_whole_steps_of_which_the_last_has_only_begun(window, first, last):
    moments = Span.up_to(NOW, window).moments()
    assert (moments[0], moments[-1], len(moments)) == (first, last, window.steps)
    assert {b - a for a, b in pairwise(moments)} == {timedelta(seconds=window.step_s)}


@pytest.mark.parametrize("minutes", [-570, -60, 0, 60, 330, 345, 840])
def test_days_begin_at_the_readers_midnight(minutes):
    span = Span.up_to(NOW, Window.MONTH, minutes * 60)
    assert {(at + timedelta(minutes=minutes)).strftime("%H:%M") for at in span.moments()} == {"00:00"}
    assert span.moments()[-1] <= NOW < span.moments()[-1] + timedelta(days=1)


def test_percentiles_are_times_that_were_taken():
    assert waited({}) is None
    assert waited({400: 1}) == Waited(400, 400, 400)
    assert waited(dict.fromkeys(range(1, 101), 1)) == Waited(50, 95, 99)
    assert waited({100: 94, 5000: 6}) == Waited(100, 5000, 5000)


def test_documents_are_told_of_only_where_the_reader_sees_them():
    shelved = shelf(figures(pier=3, ferry=5, secret=9), [document("pier"), document("ferry")], Never("secret"))
    assert [(one.id, times) for one, times in shelved.most] == [("ferry", 5), ("pier", 3)]
    assert (shelved.documents, shelved.gone, shelved.never, shelved.never_cited) == (2, 9, 0, ())


def test_of_those_never_cited_the_longest_there_come_first_and_only_some_are_named():
    moments = {"o": NOW, "n": NOW + timedelta(1), "u": None}
    old, new, unknown = (replace(document(id), indexed_at=at) for id, at in moments.items())
    others = [document(f"x{n}") for n in range(30)]
    shelved = shelf(figures(x0=1), [unknown, new, old, *others], Never(*moments, *(f"x{n}" for n in range(1, 30))))
    assert [one.id for one in shelved.never_cited][:3] == ["o", "n", "u"]
    assert (shelved.never, len(shelved.never_cited)) == (32, LISTED)

"""What was looked at stands before all that is found, a few rows a passage, each row telling all of what it is."""

from __future__ import annotations

from footnote import contexts
from footnote.contexts import Context
from footnote.passages import EVERYTHING, Filter

REVENUE = Context(
    "Revenue by region",
    (("Region", "North"), ("Year", "2026")),
    ("Month", "Region", "Revenue"),
    (("Jan", "North", "9,317"), ("Feb", "North", "")),
)
ID = "00000000-0000-4000-8000-000000000001"


def test_each_row_tells_what_limits_it_unless_a_column_does():
    (passage,) = contexts.passages(REVENUE, ID)
    assert (
        passage.text == "Year: 2026; Month: Jan; Region: North; Revenue: 9,317\nYear: 2026; Month: Feb; Region: North"
    )
    assert (passage.title, passage.document_id) == ("Revenue by region", f"asked-about:{ID}")
    assert [segment.offset for segment in passage.segments] == [0, passage.text.index("\n") + 1]
    columns, rows = REVENUE.table
    assert columns == ["Year", "Month", "Region", "Revenue"]
    assert rows[1] == ["2026", "Feb", "North", ""]


def test_no_row_is_divided_and_none_is_lost():
    rows = tuple((str(n), "x" * 300) for n in range(20))
    made = contexts.passages(Context("T", (), ("n", "text"), rows), ID)
    assert len(made) > 3
    assert all(len(passage.text) < contexts.MOST_CHARACTERS + 350 for passage in made)
    assert "\n".join(passage.text for passage in made).count("\n") == 19
    assert [s.index for passage in made for s in passage.segments] == list(range(20))
    assert [passage.ordinal for passage in made] == list(range(len(made)))


def test_words_and_a_bare_title_are_told_too():
    assert Context("Overview", (("Region", "North"),)).lines == ["Overview (Region: North)"]
    assert Context("Overview", (), ("a",), (("1",),), "Two words").lines == ["Two words", "a: 1"]
    assert not Context("Overview", (), ("a",), (("1",),), "Two words").is_table


def test_what_is_ticked_off_is_left_out_of_the_next_version_too():
    other = "00000000-0000-4000-8000-000000000002"
    assert [hit.passage.id for hit in contexts.hits(REVENUE, other, EVERYTHING)] == [f"asked-about:{other}#0"]
    assert contexts.hits(REVENUE, other, Filter(without=frozenset({f"asked-about:{ID}#0", "a#1"}))) == ()
    assert contexts.hits(REVENUE, other, Filter(without_documents=frozenset({f"asked-about:{ID}"}))) == ()
    assert contexts.hits(None, other, EVERYTHING) == ()


def test_whose_it_is_stands_in_its_id():
    assert contexts.answer_id(f"asked-about:{ID}#3") == ID
    assert contexts.answer_id("reports/winter") is None

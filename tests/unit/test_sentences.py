"""Sentences are found where a reader sees them, and stand verbatim in their text."""

from itertools import pairwise

import pytest

from footnote.sentences import split


def pieces(text):
    return [span.of(text) for span in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith met Mr. Jones, e.g. twice. They left.", ["Dr. Smith met Mr. Jones, e.g. twice.", "They left."]),
        ("He lives in the U.S. The house is old.", ["He lives in the U.S.", "The house is old."]),
        ("The U.S. Senate sat at 5 p.m. in May.", ["The U.S. Senate sat at 5 p.m. in May."]),
        ("J. R. R. Tolkien wrote it. I read it.", ["J. R. R. Tolkien wrote it.", "I read it."]),
        ("It cost $3.50 in v2.1. See Fig. 3 and No. 5.", ["It cost $3.50 in v2.1.", "See Fig. 3 and No. 5."]),
        ("Am 12. März 2026 begann es. Es endete im Mai.", ["Am 12. März 2026 begann es.", "Es endete im Mai."]),
        ("We said no. Then we left.", ["We said no.", "Then we left."]),
        ("Read example.com. It helps.", ["Read example.com.", "It helps."]),
    ],
)
def test_a_full_stop_ends_a_sentence_only_where_one_ends(text, expected):
    """Titles, initials, abbreviations, decimals and addresses hold theirs."""
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Was it good?" he asked. "Yes." Then he left.', ['"Was it good?" he asked.', '"Yes."', "Then he left."]),
        ("Well... maybe. And then… Nothing.", ["Well... maybe.", "And then…", "Nothing."]),
        (
            "He left.[3] She stayed.[12][4] (They knew.) End",
            ["He left.[3]", "She stayed.[12][4]", "(They knew.)", "End"],
        ),
        ("Is it? Yes! Go.", ["Is it?", "Yes!", "Go."]),
        ("今日は。明日も！終わり", ["今日は。", "明日も！", "終わり"]),  # noqa: RUF001
    ],
)
def test_quotes_ellipses_and_notes_stay_with_their_sentence(text, expected):
    """What closes a sentence belongs to it."""
    assert pieces(text) == expected


def test_a_transcript_sets_its_marks_apart():
    """Each turn is its own, and so is each of its sentences, also in small letters."""
    text = "Ann: Okay . so , we start .\nBen: Mm , yeah\n.. .\nCy: Go ?"
    assert pieces(text) == ["Ann: Okay .", "so , we start .", "Ben: Mm , yeah", "Cy: Go ?"]


def test_marks_of_lists_and_headings_are_left_out():
    """A heading and an item are sentences without their marks."""
    text = "# The plan\n\n- first thing\n- second. And more\n\n1. one\n> quoted"
    assert pieces(text) == ["The plan", "first thing", "second.", "And more", "one", "quoted"]


def test_a_line_that_was_only_wrapped_goes_on():
    """A long line without an end goes on in the next one; a short one was ended by its writer."""
    text = "The office moves to the new building at the end of\nMarch, says the plan. Nobody\nobjected."
    text += "\n\nShort title\nThe next."
    assert pieces(text) == [
        "The office moves to the new building at the end of\nMarch, says the plan.",
        "Nobody\nobjected.",
        "Short title",
        "The next.",
    ]


def test_a_row_of_a_table_is_one_sentence():
    """Whatever stands in its cells."""
    rows = ["name: Ann; note: Late. Very late! Why?; city: St. Ives", "name: Ben; note: none; city: Rome"]
    assert pieces("\n".join(rows)) == rows


@pytest.mark.parametrize("text", ["", " \n\t\n", "...", "—", "\n\n!?\n"])
def test_nothing_said_is_no_sentence(text):
    """A piece without a letter or digit is left out."""
    assert split(text) == []


def test_spans_are_in_order_apart_and_trimmed():
    """Offsets can be relied on, also in a hostile text."""
    text = "  A. B! " * 50 + "x" * 500 + "." * 500 + "\n" + "# > - 1. " * 60 + "a: b; c: d. E; " * 40
    spans = split(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(s.of(text) == s.of(text).strip() != "" for s in spans)

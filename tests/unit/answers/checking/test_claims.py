"""Which sentences of an answer claim something, and which markers are theirs."""

import pytest

from fakes import once
from footnote.answers.checking.claims import MOST_CLAIMS, claims
from footnote.answers.markers import MarkerFilter
from quiet_time import quiet_s


def read(text, *, whole=True):
    """The statements of an answer as they stand, with their own markers and those that cover them."""
    markers = MarkerFilter(9)
    passed = markers.feed(text) + markers.finish()
    return [(passed[c.start : c.end], c.cites, c.covers) for c in claims(passed, markers.uses, whole=whole)]


def test_a_marker_belongs_to_the_sentence_that_it_stands_in_or_behind():
    assert read("The pier opens [1] in May [2]. The ferry left early. [3][4] The rain fell hard.") == [
        ("The pier opens [1] in May [2].", (1, 2), ()),
        ("The ferry left early.", (3, 4), ()),
        ("The rain fell hard.", (), ()),
    ]


def test_a_marker_covers_the_sentences_before_it_in_its_paragraph_only():
    assert read("The pier opens. The ferry left [2].\n\n- The rain fell hard\n- The sun came out [1]") == [
        ("The pier opens.", (), (2,)),
        ("The ferry left [2].", (2,), ()),
        ("The rain fell hard", (), ()),
        ("The sun came out", (1,), ()),
    ]


def test_a_line_that_leads_a_list_claims_nothing_and_lends_its_markers():
    listed = "According to the report [2]:\n\n- The rain fell hard\n- The sun came out [1]\n\nThe pier opens soon."
    assert [claim[1:] for claim in read(listed)] == [((), (2,)), ((1,), ()), ((), ())]


@pytest.mark.parametrize(
    "text",
    [
        "# The pier opens in May [1]",
        "Does the pier open in May?",
        "Nothing in the documents answers this question. Try other words, perhaps.",
        "The passages do not mention the pier [1].",
        "In den Dokumenten wurde nichts gefunden.",
        "Here is a short summary.",
        "```\nThe pier opens in May [1].\n```",
        "$$x = 12$$",
        "Yes.",
        "[1]",
        "---",
    ],
)
def test_what_claims_nothing(text):
    assert read(text) == []


def test_marks_code_formulas_and_addresses_are_no_words():
    text = "> - **The *pier*** `x 7` opens $a_1$ in [May](https://a.b/Bob?c=9) &amp; \\[June\\] https://c.d/8 [1]."
    markers = MarkerFilter(1)
    passed = markers.feed(text) + markers.finish()
    (claim,) = claims(passed, markers.uses)
    assert claim.words.split() == ["The", "pier", "opens", "in", "May", "[June", "]", "."]
    assert len(claim.words) == claim.end - claim.start
    assert passed[claim.start : claim.end] == text[text.index("The") :]


def test_a_row_is_a_statement_and_so_is_each_cell_with_a_marker():
    table = "| Year | Income |\n|---|---|\n| 2024 | grew by half [1] |\n| cut twice [1] | rose again [2] |\n"
    assert read(table) == [
        ("2024 | grew by half [1]", (1,), ()),
        ("cut twice [1]", (1,), ()),
        ("rose again [2]", (2,), ()),
    ]


def test_offsets_count_code_points():
    text = "😀 Zoë\u2019s pier opens. 👩‍👩‍👧 The ferry left early [1]."
    assert [said for said, _, _ in read(text)] == ["😀 Zoë\u2019s pier opens.", "👩‍👩‍👧 The ferry left early [1]."]


def test_a_sentence_that_broke_off_claims_nothing():
    text = "The pier opens [1]. The ferry leaves at"
    assert len(read(text)) == 2
    assert read(text, whole=False) == [("The pier opens [1].", (1,), ())]


HOSTILE = {
    "letters": "a" * 200_000,
    "markers": "[1] " * 50_000,
    "ticks": "`a" * 100_000,
    "runs of ticks": "".join("`" * n + " " for n in range(1, 600)),
    "dollars": "$a\\" * 66_000,
    "backslashes": "\\" * 200_000,
    "brackets": "[" * 200_000,
    "links": "](" * 100_000,
    "emphasis": "*a_" * 66_000,
    "quotes": ">" * 200_000,
    "digits": "1," * 100_000,
    "lines": "\n" * 200_000,
    "rows": "|a|b|\n|-|-|\n" + "|a b|c d|\n" * 20_000,
    "labels": "Aa: " * 50_000,
    "names": "Ab12 Cd " * 25_000,
    "numbers": "one hundred and " * 12_000,
    "remarks": "no " * 60_000,
    "passages": "passages " * 20_000,
    "dates": "12.03.2026-" * 18_000,
    "months": "May 1 " * 30_000,
    "repeated": "The pier opens in May with Ann. " * 6_000,
    "sentences": "We moved in May [1]. " * 10_000,
}


@pytest.mark.no_cover  # the time is the product's own
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long_and_statements_are_bounded(text):
    uses = {1: [at for at in range(0, len(text), 4) if text.startswith("[1]", at)]}
    assert once(lambda: quiet_s(lambda: claims(text, uses)) < 1.0)
    assert len(claims(text, uses)) <= MOST_CLAIMS

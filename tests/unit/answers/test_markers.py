"""Citation markers in a streamed text: those of sources that were not given go, wherever they are cut."""

import random

import pytest

from fakes import once
from footnote.answers.markers import MarkerFilter, without_markers
from quiet_time import quiet_s

SOURCES = 5
# What a model writes, what is passed on, and the sources used with how often.
CASES = {
    "none": ("Plain words.", "Plain words.", {}),
    "given": ("It is so [2].", "It is so [2].", {2: 1}),
    "not given": ("It is so [7].", "It is so.", {}),
    "zero": ("It is so [0].", "It is so.", {}),
    "several": ("So [1][3], and so [3].", "So [1][3], and so [3].", {1: 1, 3: 2}),
    "one of two goes": ("So [7][2].", "So [2].", {2: 1}),
    "the blanks of one that goes stay before the next": ("So [7] [2].", "So [2].", {2: 1}),
    "all go": ("So [7][8] [9].", "So.", {}),
    "list": ("So [1, 3].", "So [1, 3].", {1: 1, 3: 1}),
    "list in part": ("So [2, 7].", "So [2].", {2: 1}),
    "list with semicolons": ("So [2;7; 3].", "So [2, 3].", {2: 1, 3: 1}),
    "list of none": ("So [8, 9].", "So.", {}),
    "range": ("So [1-3].", "So [1-3].", {1: 1, 2: 1, 3: 1}),
    "range with a long dash": ("So [4\u20135].", "So [4\u20135].", {4: 1, 5: 1}),
    "range beyond": ("So [4-9].", "So [4, 5].", {4: 1, 5: 1}),
    "huge range": ("So [1-999].", "So [1, 2, 3, 4, 5].", dict.fromkeys(range(1, 6), 1)),
    "backward range": ("So [5-2].", "So.", {}),
    "blanks inside": ("So [ 2 ].", "So [ 2 ].", {2: 1}),
    "at the start": ("[7]It [1]", "It [1]", {1: 1}),
    "alone": ("[9]", "", {}),
    "on its own line": ("So\n[7]\nand", "So\n\nand", {}),
    "tabs before": ("So \t [7]\tand", "So\tand", {}),
    "year": ("In [2024] and [1999].", "In [2024] and [1999].", {}),
    "words in brackets": ("[sic] [a1] [1a] [] [1, b]", "[sic] [a1] [1a] [] [1, b]", {}),
    "footnote": ("So[^1].", "So[^1].", {}),
    "link": ("See [the 7 rules](https://a.org/[x]).", "See [the 7 rules](https://a.org/[x]).", {}),
    "never closed": ("So [2 and on", "So [2 and on", {}),
    "never closed at the end": ("So [2", "So [2", {}),
    "opened twice": ("So [[7] x", "So [ x", {}),
    "too many digits": ("So [1234] [0007]", "So [1234] [0007]", {}),
    "code span": ("Use `a[7]` [7] now", "Use `a[7]` now", {}),
    "code span of two": ("Use ``a`[7]`` [7]", "Use ``a`[7]``", {}),
    "code span's backslash is no escape": ("In `C:\\` so [7] it", "In `C:\\` so it", {}),
    "given in code is no use": ("Use `a[2]`", "Use `a[2]`", {}),
    "code span ends with its paragraph": ("a ` b\n\nc [7]", "a ` b\n\nc", {}),
    "a blank line of blanks ends it too": ("a ` b\n \t\nc [7]", "a ` b\n \t\nc", {}),
    "fence": ("```\nx[7]\n\ny[8]\n```\nSo [7].", "```\nx[7]\n\ny[8]\n```\nSo.", {}),
    "fence with a language": ("```py\nx[7] ` y\n```\n[9]", "```py\nx[7] ` y\n```\n", {}),
    "longer fence": ("````\n```\nx[7]\n````\n [7]", "````\n```\nx[7]\n````\n", {}),
    "tilde fence": ("~~~\nx[7] ```\n~~~\nSo [7]", "~~~\nx[7] ```\n~~~\nSo", {}),
    "struck out": ("~~x [7]~~ [2]", "~~x~~ [2]", {2: 1}),
    "tildes in a line": ("a ~~~ b [7]", "a ~~~ b", {}),
    "fence never closed": ("```\nx[7]", "```\nx[7]", {}),
    "escaped bracket": ("So \\[7] it", "So \\[7] it", {}),
    "escaped backslash": ("So \\\\[7] it", "So \\\\ it", {}),
    "three backslashes": ("So \\\\\\[7] it", "So \\\\\\[7] it", {}),
    "escaped backtick": ("a \\` [7] ` b", "a \\` ` b", {}),
    "backslash before a blank escapes nothing": ("So \\ [7] it", "So \\ it", {}),
    "backslash at a line's end": ("So\\\n\n` [7]", "So\\\n\n` [7]", {}),
    "backslash at the end": ("So \\", "So \\", {}),
    "backticks at the end": ("So ``", "So ``", {}),
    "blanks at the end": ("So  \t", "So  \t", {}),
    "line breaks at the end": ("So\n \n", "So\n \n", {}),
    "NULs": ("S\x00o [\x007\x00] it", "So it", {}),
    "emoji": ("😀 [2] 👩‍👩‍👧 [7] שלום [1]", "😀 [2] 👩‍👩‍👧 שלום [1]", {2: 1, 1: 1}),
    "surrogate pair": ("x \ud83d\ude00 [7]", "x 😀", {}),
    "half a pair": ("x \ud83d y \ude00 [7] \ud83d", "x \ufffd y \ufffd \ufffd", {}),
    "a long list with blanks": (
        "So [" + "   ,   ".join(["100"] * 15 + ["2"]) + "   ]!",
        "So [2]!",
        {2: 1},
    ),
    "wrapped": ("So [1,\n7] and [8,\n 9]", "So [1] and", {1: 1}),
    "across paragraphs": ("So [7\n\n] and [8\n \n9]", "So [7\n\n] and [8\n \n9]", {}),
    "many blanks": ("So" + " " * 300 + "[7] it", "So it", {}),
}


def streamed(*pieces):
    markers = MarkerFilter(SOURCES)
    text = "".join([*(markers.feed(piece) for piece in pieces), markers.finish()])
    return text, markers.uses


def whole(name):
    return streamed(CASES[name][0])


@pytest.mark.parametrize("name", CASES)
def test_a_marker_that_points_nowhere_goes_and_all_else_stays(name):
    text, shown, used = CASES[name]
    passed, uses = streamed(text)
    assert passed == shown
    assert {n: len(places) for n, places in uses.items()} == used


@pytest.mark.parametrize("name", CASES)
def test_every_use_stands_where_it_is_said_to(name):
    """A citation's claim is read from the text before its marker."""
    passed, uses = whole(name)
    for n, places in uses.items():
        for at in places:
            assert passed[at] == "["
            assert n in range(1, SOURCES + 1)


@pytest.mark.parametrize("name", CASES)
def test_cut_anywhere_the_text_and_the_uses_are_the_same(name):
    text = CASES[name][0]
    expected = whole(name)
    for at in range(len(text) + 1):
        assert streamed(text[:at], text[at:]) == expected, text[:at]
    assert streamed(*text) == expected
    assert streamed(*(piece for character in text for piece in ("", character))) == expected


def test_any_text_cut_in_any_number_of_places_comes_out_the_same():
    """Texts put together from everything that matters, with a seed that stays."""
    draw = random.Random(20)
    parts = ["[", "]", "1", "7", "12", ",", "-", ";", " ", "  ", "\t", "\n", "\n\n", "`", "```", "~~~", "~", "\\", "a"]
    parts += ["[2]", " [7]", "[1, 7]", "word ", "\x00", "\ud83d", "\ude00", "😀", "(x)", "\\[", "\\`"]
    for _ in range(3000):
        text = "".join(draw.choices(parts, k=draw.randint(1, 24)))
        cuts = sorted(draw.choices(range(len(text) + 1), k=draw.randint(1, 6)))
        pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        assert streamed(*pieces) == streamed(text), pieces


@pytest.mark.parametrize(
    "piece",
    ["word", "word.", "(word)", "1999", "]", "😀", "a\\b", "[a", "[sic]", "[2]", "[2].", "x [1", "`code` is", "**b**"],
)
def test_what_is_decided_goes_straight_through(piece):
    """Nothing is held back but what could still become a marker, an escape or a run of backticks."""
    undecided = {"x [1": " [1"}.get(piece, "")
    assert MarkerFilter(SOURCES).feed(piece) == piece.removesuffix(undecided)


def test_a_bracket_is_let_go_as_soon_as_it_can_be_no_marker():
    markers = MarkerFilter(SOURCES)
    assert markers.feed("so [1") == "so"
    assert markers.feed("9") == ""
    assert markers.feed("x") == " [19x"


def test_inside_code_blanks_and_brackets_are_not_held_back():
    markers = MarkerFilter(SOURCES)
    assert markers.feed("```\nx [7") == "```\nx [7"
    assert markers.feed("  ") == "  "


def test_a_long_run_of_blanks_or_brackets_costs_no_more_than_as_many_words():
    """A table padded with blanks must not stop every other answer of the process."""

    def work() -> None:
        for text in (" " * 100_000 + "x", "\t [" * 30_000, "\n" * 100_000, "`" * 100_000 + "x", "\\" * 99_999 + "[7]"):
            streamed(text)
            streamed(text[:50_000], text[50_000:])

    assert once(lambda: quiet_s(work) < 5)


def test_an_earlier_answer_loses_all_its_markers():
    assert without_markers("So [1], and [2, 3] so [4-5]. See `x[1]`.") == "So, and so. See `x[1]`."


@pytest.mark.parametrize(
    ("text", "shown", "used"),
    [
        ("It costs `5 as said [7]. And [1].", "It costs `5 as said [7]. And [1].", {1}),
        ("x ```mid [7] [1]\n\nnew [7] [2]", "x ```mid [7] [1]\n\nnew [2]", {1, 2}),
        ("`[1]` is code, [2] is not", "`[1]` is code, [2] is not", {2}),
        ("- ```\n  [2]\n  ```\n[7] y [3]", "- ```\n  [2]\n  ```\n y [3]", {3}),
    ],
)
def test_backticks_that_nothing_closes_hide_no_source(text, shown, used):
    """They are text, and what looks like a marker behind them is one; the renderer leaves out what points nowhere."""
    markers = MarkerFilter(5)
    assert markers.feed(text) + markers.finish() == shown
    assert set(markers.uses) == used


def test_a_number_out_of_range_that_is_a_links_text_stays():
    """`[7](address)` is a link, also when the address comes in the next piece."""
    markers = MarkerFilter(5)
    passed = [markers.feed("see [7]"), markers.feed("(https://a.example) or [7]"), markers.finish()]
    assert "".join(passed) == "see [7](https://a.example) or"

"""A manuscript as Markdown: to the letter, with footnotes."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from footnote.answers.export.manuscript import clock
from footnote.answers.export.markdown import markdown
from footnote.conversations import Status
from footnote.events import Error
from footnote.page.texts import Texts
from manuscripts import ENGLISH, answered, citation, manuscript


def test_a_conversation_is_written_with_its_questions_answers_and_footnotes():
    asked = answered("In **May** [2].\n\n- one\n", query="When?\nAnd who?")
    assert (
        markdown(manuscript(asked), ENGLISH)
        == """# Moving

## Question 1

> When?
> And who?

*2026-03-26 10:00 UTC, extractive*

In **May** [^1].

- one


[^1]: **Talk \\*2\\***, Ann, 1:01\N{EN DASH}1:04

    > Words 2.
    > And more.
"""
    )


def test_footnotes_are_numbered_by_first_use_through_all_answers_and_told_once_each():
    first, second = answered("B [2], A [1] and B [2]."), answered("Again [1, 2] and [7].")
    text = markdown(manuscript(first, second), ENGLISH)
    assert "B [^1], A [^2] and B [^1]." in text
    assert "Again [^3][^4] and [7]." in text
    assert [line[:5] for line in text.splitlines() if line.startswith("[^")] == ["[^1]:", "[^2]:", "[^3]:", "[^4]:"]


def test_a_source_that_stands_elsewhere_is_told_with_its_address():
    text = markdown(manuscript(answered("So [1].", citation(1, url="https://example.org/<a>", excerpt=""))), ENGLISH)
    assert text.endswith("[^1]: **Talk \\*1\\***, <https://example.org/%3Ca%3E>\n")


@pytest.mark.parametrize("text", ["`[1]`", "```\n[1]\n```", "\\[1]", "[1](https://example.org)"])
def test_what_only_looks_like_a_marker_is_left_alone(text):
    assert markdown(manuscript(answered(text), bare=True), ENGLISH) == f"{text}\n"


def test_an_answer_that_is_copied_stands_alone():
    assert markdown(manuscript(answered("Yes [1]."), bare=True), ENGLISH).startswith("Yes [^1].\n\n[^1]: **Talk")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, ""),
        ({"page": 3}, ", page 3"),
        ({"start_s": 3723.9}, ", 1:02:03"),
        ({"start_s": 0.0, "end_s": 4.0, "speaker": "O_o"}, ", O\\_o, 0:00\N{EN DASH}0:04"),
    ],
    ids=["title", "page", "hours", "from the beginning"],
)
def test_a_footnote_says_where_it_stands(fields, place):
    text = markdown(manuscript(answered("A [1].", citation(1, **fields))), ENGLISH)
    assert f"[^1]: **Talk \\*1\\***{place}\n" in text


def test_its_own_words_are_in_the_language_of_who_asks():
    text = markdown(manuscript(answered("A [1].", citation(1, page=3))), Texts("de"))
    assert "## Frage 1" in text
    assert ", Seite 3\n" in text


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (Status.CANCELLED, None, "*Stopped before it was finished.*"),
        (Status.INTERRUPTED, None, "*Broke off when the server was restarted.*"),
        (Status.STREAMING, None, "*Still being written when this was exported.*"),
        (Status.ERROR, Error("TIMEOUT", "The model broke off.", retryable=True), "*The model broke off.*"),
    ],
)
def test_an_answer_that_is_not_whole_says_so(status, error, said):
    assert said in markdown(manuscript(answered(status=status, error=error)), ENGLISH)


def test_the_versions_of_an_answer_stand_together_at_the_place_of_the_first():
    (a, told), (other, _), (b, _), (c, _) = (answered() for _ in range(4))
    b, c = replace(b, replaces=a.id), replace(c, replaces=b.id)
    text = markdown(manuscript((a, told), (other, told), (b, told), (c, told)), ENGLISH)
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Question 1, version 1 of 3",
        "## Question 1, version 2 of 3",
        "## Question 1, version 3 of 3",
        "## Question 2",
    ]


def test_a_version_whose_first_one_is_gone_stands_for_itself():
    assert "## Question 1\n" in markdown(manuscript(answered(replaces=str(uuid4()))), ENGLISH)


def test_a_title_is_one_line_of_plain_text():
    assert markdown(manuscript(title="a\n# b <img>"), ENGLISH).splitlines()[0] == "# a \\# b \\<img\\>"


def test_a_place_in_a_recording_is_a_clock():
    assert [clock(s) for s in (0, 59.9, 60, 3600, 36_061)] == ["0:00", "0:59", "1:00", "1:00:00", "10:01:01"]


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("```python\nx = 1", "\n```"),
        ("~~~~\n~~~\n```", "\n~~~~"),
        ("```\nx\n```\n", ""),
        ("```\nx\n````  \n", ""),
        ("```inline``` and more", ""),
        ("    ```\nindented", ""),
    ],
)
def test_a_block_of_code_that_breaks_off_takes_nothing_else_with_it(text, closed):
    first, second = answered(text), answered("B")
    assert f"{text}{closed}\n\n## Question 2" in markdown(manuscript(first, second), ENGLISH)

"""A conversation as a file: to the letter, with its sources, under a name that no system stumbles over."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from fakes import STOP, ListRetriever, passage
from footnote.passages import Segment
from footnote.web.export import clock, disposition, file_name, markdown
from page_client import assert_problem, question

SOURCE = {
    "n": 2,
    "passage_id": "b#7",
    "recording_id": "b",
    "recording_title": "Station *moves*",
    "excerpt": "We move in May.\nOr later.",
    "cited": True,
}


def turn(**fields):
    usual = {
        "answer_id": str(uuid4()),
        "query": "When?\nAnd who?",
        "model": "extractive",
        "created_at": "2026-03-26T10:00:00.000+00:00",
        "replaces": None,
        "status": "complete",
        "text": "In **May** [2].\n\n- one\n",
        "citations": [SOURCE],
        "error": None,
    }
    return usual | fields


def written(*turns, title="Moving"):
    return markdown({"title": title, "turns": turns})


def test_a_conversation_is_written_with_its_questions_answers_and_sources():
    assert (
        written(turn(citations=[SOURCE | {"speaker": "Ann", "start_s": 61.5, "end_s": 64.0}]))
        == """# Moving

## Question 1

> When?
> And who?

*2026-03-26T10:00:00.000+00:00, extractive*

In **May** [2].

- one


### Sources

**\\[2\\]** Station \\*moves\\*, Ann, 1:01\N{EN DASH}1:04

> We move in May.
> Or later.
"""
    )


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "Station \\*moves\\*"),
        ({"page": 3}, "Station \\*moves\\*, page 3"),
        ({"start_s": 3723.9}, "Station \\*moves\\*, 1:02:03"),
        ({"start_s": 0.0, "end_s": 4.0, "speaker": "O_o"}, "Station \\*moves\\*, O\\_o, 0:00\N{EN DASH}0:04"),
    ],
    ids=["title", "page", "hours", "from the beginning"],
)
def test_a_source_says_where_it_stands(fields, place):
    assert f"\n**\\[2\\]** {place}\n" in written(turn(citations=[SOURCE | fields]))


def test_a_source_that_the_answer_does_not_use_is_left_out():
    assert "### Sources" not in written(turn(citations=[SOURCE | {"cited": False}]))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "cancelled"}, "*Stopped before it was finished.*"),
        ({"status": "interrupted", "error": {"message": "x"}}, "*Broke off when the server was restarted.*"),
        ({"status": "streaming"}, "*Still being written when this was exported.*"),
        ({"status": "error", "error": {"message": "The model broke off."}}, "*The model broke off.*"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["status"],
)
def test_an_answer_that_is_not_whole_says_so(fields, said):
    assert said in written(turn(**fields))


def test_the_versions_of_an_answer_stand_together_at_the_place_of_the_first():
    first, other, second, third = turn(text="A"), turn(text="B"), turn(text="C"), turn(text="D")
    second["replaces"], third["replaces"] = first["answer_id"], second["answer_id"]
    lines = [line for line in written(first, other, second, third).splitlines() if line.startswith("## ")]
    assert lines == [
        "## Question 1, version 1 of 3",
        "## Question 1, version 2 of 3",
        "## Question 1, version 3 of 3",
        "## Question 2",
    ]


def test_a_version_whose_first_one_is_gone_stands_for_itself():
    assert "## Question 1\n" in written(turn(replaces=str(uuid4())))


def test_a_title_is_one_line_of_plain_text():
    assert written(title="a\n# b <img>").splitlines()[0] == "# a \\# b \\<img\\>"


def test_a_place_in_a_recording_is_a_clock():
    assert [clock(s) for s in (0, 59.9, 60, 3600, 36_061)] == ["0:00", "0:59", "1:00", "1:00:00", "10:01:01"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("When do we move?", "When do we move"),
        ("../../etc/passwd", "etc passwd"),
        ('a"b\\c:d|e*f<g>h%i;j', "a b c d e f g h i j"),
        ("in\x00voice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie x"),
        (" . ", "conversation"),
        ("???", "conversation"),
        ("x" * 300, "x" * 80),
        ("Fähre 🚢 שלום", "Fähre 🚢 שלום"),
    ],
)
def test_a_files_name_is_the_title_without_what_could_hurt(title, name):
    assert file_name(title) == name


def test_the_header_has_a_plain_name_and_the_real_one():
    header = disposition("Fähre 🚢?", "md")
    assert header == "attachment; filename=\"Fahre.md\"; filename*=UTF-8''F%C3%A4hre%20%F0%9F%9A%A2.md"
    assert disposition("שלום", "json").startswith('attachment; filename="conversation.json"')


def exported(page, session_id, query=""):
    return page.call("GET", f"/sessions/{session_id}/export{query}")


def test_a_conversation_is_exported_as_markdown(page):
    page.parts.retriever.passages = (passage("pier", "It was decided to open.", Segment(0, 0, "Ann", 61.0, 64.0)),)
    asked = question(query="What was decided?")
    page.answered(**asked)
    response = exported(page, asked["session_id"])
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="What was decided.md"')
    text = response.get_data(as_text=True)
    assert text == exported(page, asked["session_id"], "?format=markdown").get_data(as_text=True)
    assert "To open the pier [1]." in text
    assert "**\\[1\\]** PIER, Ann, 1:01\N{EN DASH}1:04\n\n> It was decided to open." in text


def test_a_conversation_is_exported_as_json_just_as_it_is_shown(page):
    asked = question()
    page.answered(**asked)
    response = exported(page, asked["session_id"], "?format=json")
    assert response.mimetype == "application/json"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="What was decided.json"')
    assert json.loads(response.get_data()) == page.call("GET", f"/sessions/{asked['session_id']}").get_json()


def test_the_answers_text_is_exported_to_the_letter(page):
    hostile = "# A\n\n> b\r\n<script>\u2028 \x85 `c` \\[d\\] *e*  \n\n\n"
    page.model.script = (hostile, STOP)
    asked = question()
    page.answered(**asked)
    assert hostile in exported(page, asked["session_id"]).get_data(as_text=True)


def test_half_a_character_in_a_source_does_not_keep_a_conversation_from_being_exported(page):
    page.parts.retriever.passages = ListRetriever(passage("pier", "It was decided.", document="pi\udce9r")).passages
    asked = question()
    page.answered(**asked)
    assert exported(page, asked["session_id"]).status_code == 200
    whole = json.loads(exported(page, asked["session_id"], "?format=json").get_data())
    assert whole["turns"][0]["citations"][0]["recording_id"] == "pi\udce9r"


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
    assert f"{text}{closed}\n\n### Sources" in written(turn(text=text))


def test_an_unknown_format_is_named(page):
    asked = question()
    page.answered(**asked)
    assert_problem(exported(page, asked["session_id"], "?format=pdf"), 400, "INVALID_REQUEST", "format")

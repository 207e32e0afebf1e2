"""Answers and conversations as files: what comes over HTTP, under a name that no system stumbles over."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from docx import Document

from fakes import STOP, ListRetriever, passage
from footnote.passages import Segment
from footnote.web.export import disposition, file_name
from page_client import UNKNOWN, assert_problem, question


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
    assert "To open the pier [^1]." in text
    assert "[^1]: **PIER**, Ann, 1:01\N{EN DASH}1:04\n\n    > It was decided to open." in text


def test_a_conversation_is_exported_as_json_just_as_it_is_shown(page):
    asked = question()
    page.answered(**asked)
    response = exported(page, asked["session_id"], "?format=json")
    assert response.mimetype == "application/json"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="What was decided.json"')
    shown = page.call("GET", f"/sessions/{asked['session_id']}").get_json()
    assert json.loads(response.get_data()) | {"earlier": 0} == shown


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


def test_an_answer_is_exported_in_each_form(page):
    page.parts.retriever.passages = (passage("pier", "It was decided to open.", Segment(0, 0, "Ann", 61.0, 64.0)),)
    asked = f"/answers/{page.answered()}/export"
    html = page.call("GET", f"{asked}?format=html")
    assert html.headers["Content-Type"] == "text/html; charset=utf-8"
    assert html.headers["Content-Disposition"].startswith('attachment; filename="What was decided.html"')
    assert '<a href="#note-1">1</a>' in html.get_data(as_text=True)
    docx = page.call("GET", f"{asked}?format=docx")
    assert docx.headers["Content-Disposition"].startswith('attachment; filename="What was decided.docx"')
    assert Document(BytesIO(docx.get_data())).paragraphs[-1].text == "It was decided to open."
    bare = page.call("GET", f"{asked}?bare=true").get_data(as_text=True)
    assert bare.startswith("To open the pier [^1].\n\n[^1]: **PIER**, Ann, 1:01")
    assert page.call("GET", asked).get_data(as_text=True).endswith(bare)


def test_only_ones_own_answers_are_exported(page):
    assert_problem(page.call("GET", f"/answers/{UNKNOWN}/export"), 404, "NOT_FOUND")
    assert_problem(page.call("GET", f"/answers/{page.answered()}/export?format=json"), 400, "INVALID_REQUEST", "format")


@pytest.mark.parametrize(("form", "suffix"), [("html", "html"), ("docx", "docx")])
def test_a_conversation_is_exported_in_the_other_forms_too(page, form, suffix):
    asked = question()
    page.answered(**asked)
    response = exported(page, asked["session_id"], f"?format={form}")
    assert response.status_code == 200
    assert f'.{suffix}"' in response.headers["Content-Disposition"]


def test_an_unknown_format_is_named(page):
    asked = question()
    page.answered(**asked)
    assert_problem(exported(page, asked["session_id"], "?format=pdf"), 400, "INVALID_REQUEST", "format")

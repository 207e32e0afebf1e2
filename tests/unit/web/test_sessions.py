"""Conversations are searched, say whether they are being written, and can be taken along."""

import threading
from uuid import uuid4

import pytest

from fakes import until
from footnote.events import Token
from page_client import assert_problem


def found(page, words):
    response = page.client.get("/api/chat/sessions", query_string={"q": words})
    assert response.status_code == 200
    return {session["session_id"] for session in response.get_json()["sessions"]}


def test_conversations_are_found_by_the_words_of_titles_questions_and_answers(page):
    pier, ferry = str(uuid4()), str(uuid4())
    page.answered(session_id=pier, query="What about the pier?")
    page.answered(session_id=ferry, query="When does the ferry leave?")
    assert found(page, "") == {pier, ferry}
    assert found(page, "PIER about") == {pier}
    assert found(page, "leave") == {ferry}
    assert found(page, "open") == {pier, ferry}, "both answers say it"
    assert found(page, "nowhere") == set()
    page.call("PATCH", f"/sessions/{ferry}", {"title": "Timetable"})
    assert found(page, "timetable") == {ferry}


@pytest.mark.parametrize("words", ["x" * 201, "a\x00b"], ids=["too long", "NUL"])
def test_words_that_cannot_be_searched_for_are_refused(page, words):
    response = page.client.get("/api/chat/sessions", query_string={"q": words})
    assert_problem(response, 400, "INVALID_REQUEST", "q")


@pytest.mark.parametrize("words", ["%", "_", "'; drop table answers; --", "\\", '"pier', "🚢", "*", "x" * 200])
def test_words_are_only_words(page, words):
    page.answered()
    assert found(page, words) == set()


def test_a_conversation_says_whether_it_is_being_written(page):
    page.model.script = ("First", threading.Event())
    id = page.ask().get_json()["answer_id"]
    until(page.log, id, Token)
    (listed,) = page.call("GET", "/sessions").get_json()["sessions"]
    assert listed["running"]
    page.call("POST", f"/answers/{id}/stop")
    page.until_ended(id)
    (listed,) = page.call("GET", "/sessions").get_json()["sessions"]
    assert not listed["running"]
    assert not page.call("GET", f"/sessions/{listed['session_id']}").get_json()["running"]


def test_an_unknown_way_to_show_an_answer_is_named(page):
    id = page.answered()
    session = page.call("GET", f"/answers/{id}").get_json()["session_id"]
    for path in (f"/answers/{id}", f"/sessions/{session}"):
        assert_problem(page.call("GET", f"{path}?render=pdf"), 400, "INVALID_REQUEST", "render")

"""Conversations are listed, searched, renamed and deleted, and say whether they are being written."""

import threading
from uuid import uuid4

import pytest

from fakes import STOP, until
from footnote.events import Token
from page_client import assert_problem, question


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


def test_a_long_conversation_can_be_read_by_parts(page):
    session = str(uuid4())
    first, second, third = (page.answered(session_id=session) for _ in range(3))
    again = page.answered(session_id=session, replaces=second)

    def read(query=""):
        body = page.call("GET", f"/sessions/{session}{query}").get_json()
        return [turn["answer_id"] for turn in body["turns"]], body["earlier"]

    assert read() == ([first, second, third, again], 0)
    assert read("?last=2") == ([second, third, again], 1)
    assert read(f"?last=2&before={again}&render=html") == ([first], 0)
    assert read(f"?since={third}") == ([third], 2)
    for asked, named in (("last=0", "last"), ("last=1000", "last"), ("last=x", "last"), ("before=1", "before")):
        assert_problem(page.call("GET", f"/sessions/{session}?{asked}"), 400, "INVALID_REQUEST", named)
    elsewhere = page.answered()
    for asked in (f"before={elsewhere}", f"since={uuid4()}"):
        assert_problem(page.call("GET", f"/sessions/{session}?{asked}"), 404, "NOT_FOUND")


def test_conversations_are_listed_read_renamed_and_deleted(page):
    first, second = str(uuid4()), str(uuid4())
    page.answered(session_id=first, query="What about the pier?")
    page.answered(session_id=second)
    page.answered(session_id=first, query="And who disagreed?")
    listed = page.call("GET", "/sessions").get_json()["sessions"]
    assert [s["session_id"] for s in listed] == [first, second]
    assert listed[0]["title"] == "What about the pier?"
    whole = page.call("GET", f"/sessions/{first}?render=html").get_json()
    assert [t["query"] for t in whole["turns"]] == ["What about the pier?", "And who disagreed?"]
    assert all(t["text"] and t["blocks"] for t in whole["turns"])
    renamed = page.call("PATCH", f"/sessions/{first}", {"title": "  The\n pier "}).get_json()
    assert renamed["title"] == "The pier"
    assert page.call("GET", f"/sessions/{first}").get_json()["title"] == "The pier"
    answer = whole["turns"][0]["answer_id"]
    assert page.call("DELETE", f"/sessions/{first}").status_code == 204
    assert_problem(page.call("GET", f"/sessions/{first}"), 404, "NOT_FOUND")
    assert_problem(page.call("GET", f"/answers/{answer}"), 404, "NOT_FOUND")
    assert [s["session_id"] for s in page.call("GET", "/sessions").get_json()["sessions"]] == [second]


@pytest.mark.parametrize("title", [None, "", "  ", "x" * 201, 7, "a\x00b", "a\ud800b"])
def test_a_title_that_is_none_is_refused(page, title):
    session = str(uuid4())
    page.answered(session_id=session)
    assert_problem(page.call("PATCH", f"/sessions/{session}", {"title": title}), 400, "INVALID_REQUEST", "title")


def test_deleting_a_conversation_stops_what_it_still_writes(page):
    page.model.script = ("First", threading.Event())
    asked = question()
    id = page.post("/answers", asked).get_json()["answer_id"]
    until(page.log, id, Token)
    assert page.call("DELETE", f"/sessions/{asked['session_id']}").status_code == 204
    assert page.model.closed.wait(10)


def test_an_id_used_again_after_its_answer_is_gone_shows_nothing_of_it(page):
    asked = question(answer_id=str(uuid4()))
    page.model.script = ("Of old, and secret.\n\n", STOP)
    page.answered(**asked)
    assert "secret" in page.call("GET", f"/answers/{asked['answer_id']}?render=html").get_json()["blocks"][0]
    assert page.call("DELETE", f"/sessions/{asked['session_id']}").status_code == 204
    page.model.script = ("New.", STOP)
    page.answered(**asked | {"session_id": str(uuid4())})
    view = page.call("GET", f"/answers/{asked['answer_id']}?render=html").get_json()
    assert [block.strip() for block in view["blocks"]] == ["<p>New.</p>"]

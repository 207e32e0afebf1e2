"""A database that is away is a problem with words for a person, on every route, and starts nothing."""

from __future__ import annotations

import inspect
import json
import threading
from uuid import uuid4

import pytest

from fakes import until
from footnote.conversations import AnswerLog
from footnote.errors import StorageFailed
from footnote.events import Token
from page_client import STREAM, WHOLE, assert_problem, question

METHODS = [name for name, _ in inspect.getmembers(AnswerLog, inspect.isfunction) if not name.startswith("_")]


def fail(*_args, **_fields):
    raise StorageFailed("the disk of db.internal is full")


def bring_down(page, monkeypatch, *methods):
    for name in methods or METHODS:
        monkeypatch.setattr(page.log, name, fail)


def calls(page):
    """Every request of the contract that needs the log, as it would be answered well."""
    kept = page.call("GET", f"/answers/{page.answered()}").get_json()
    bodies = {
        ("/api/chat/answers", "POST"): question(),
        ("/api/chat/stream", "POST"): question(),
        ("/api/chat/answers/<answer_id>/feedback", "PUT"): {"verdict": "up"},
        ("/api/chat/sessions/<session_id>", "PATCH"): {"title": "Pier"},
    }
    for rule, method in page.routes():
        if rule == "/api/chat/models":
            continue
        path = rule.replace("<answer_id>", kept["answer_id"]).replace("<session_id>", kept["session_id"])
        yield path, method, bodies.get((rule, method))
    yield "/api/chat/stream", "POST", {"answer_id": kept["answer_id"], "after": 2}


def test_every_request_says_that_the_database_is_away(page, monkeypatch):
    wanted = list(calls(page))
    assert len(wanted) >= 10
    bring_down(page, monkeypatch)
    for path, method, body in wanted:
        for accept in (STREAM, WHOLE):
            response = page.client.open(path, method=method, json=body, headers=accept)
            assert_problem(response, 503, "UNAVAILABLE", "database", "Nothing is lost", "try again")
            assert response.get_json()["retryable"]
            assert response.get_json()["retry_after_s"] >= 1
            assert int(response.headers["Retry-After"]) >= 1
            assert "db.internal" not in response.get_data(as_text=True)
    assert len(page.model.prompts) == 1


def test_the_whole_is_as_before_when_the_database_is_back(page, monkeypatch):
    wanted = list(calls(page))
    with monkeypatch.context() as broken:
        bring_down(page, broken)
        for path, method, body in wanted:
            assert page.client.open(path, method=method, json=body).status_code == 503
    (session,) = page.call("GET", "/sessions").get_json()["sessions"]
    assert session["title"] == "What was decided?"
    assert len(page.call("GET", f"/sessions/{session['session_id']}").get_json()["turns"]) == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_question_is_asked_or_refused_whichever_part_of_the_database_fails(page, monkeypatch, method):
    """A 201 has started exactly one answer, and a 503 none."""
    bring_down(page, monkeypatch, method)
    asked = question(answer_id=str(uuid4()))
    status = page.post("/answers", asked).status_code
    assert status in (201, 503)
    assert (asked["answer_id"] in page.made) == (status == 201)
    monkeypatch.undo()
    assert page.post("/answers", asked).status_code == 201
    assert len(page.made) == 1


def test_what_is_left_of_the_rate_is_not_said_where_it_cannot_be_counted(page, monkeypatch):
    bring_down(page, monkeypatch, "asked")
    response = page.ask()
    assert response.status_code == 201
    assert "remaining" not in response.get_json()


def test_a_stream_that_loses_its_database_says_so_and_ends(page, monkeypatch):
    """The error is none of the log's: it has no number, and the page goes on from its cursor."""
    page.model.script = ("First", threading.Event())
    id = page.ask().get_json()["answer_id"]
    until(page.log, id, Token)
    response = page.post("/stream", {"answer_id": id}, **STREAM)
    bring_down(page, monkeypatch, "wait")
    *_, error, done = response.get_data(as_text=True).removesuffix("\n\n").split("\n\n")
    assert done == "data: [DONE]"
    assert error.startswith("data: {")
    fields = json.loads(error.splitlines()[0].removeprefix("data: "))
    assert (fields["type"], fields["code"], fields["retryable"]) == ("error", "UNAVAILABLE", True)
    assert fields["retry_after_s"] >= 1
    assert "seq" not in fields
    assert "db.internal" not in error
    monkeypatch.undo()
    assert page.call("POST", f"/answers/{id}/stop").status_code == 202
    assert '"type":"cancelled"' in page.post("/stream", {"answer_id": id, "after": 1}, **STREAM).get_data(as_text=True)


def test_a_conversation_that_cannot_be_deleted_is_not_stopped_either(page, monkeypatch):
    page.model.script = ("First", threading.Event())
    asked = question()
    id = page.post("/answers", asked).get_json()["answer_id"]
    until(page.log, id, Token)
    bring_down(page, monkeypatch, "delete")
    assert_problem(page.call("DELETE", f"/sessions/{asked['session_id']}"), 503, "UNAVAILABLE")
    assert page.call("GET", f"/answers/{id}").get_json()["status"] == "streaming"

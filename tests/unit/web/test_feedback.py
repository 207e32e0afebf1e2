"""What is said of an answer over HTTP: kept, shown with the answer, changed, taken back; and what is refused."""

import threading

import pytest

from fakes import until
from footnote.events import Token
from footnote.storage.feedback import MemoryFeedback
from page_client import UNKNOWN, assert_problem


def say(page, id, **body):
    return page.call("PUT", f"/answers/{id}/feedback", body)


def shown(page, id):
    return page.call("GET", f"/answers/{id}").get_json()["feedback"]


def test_an_opinion_is_kept_shown_changed_and_taken_back(page):
    id = page.answered()
    assert shown(page, id) == []
    said = say(page, id, verdict="down", reason="incorrect", comment="  It was the ferry.\n")
    assert said.status_code == 200
    (kept,) = shown(page, id)
    assert kept == said.get_json()
    assert kept.pop("at")
    assert kept == {"verdict": "down", "reason": "incorrect", "comment": "It was the ferry."}
    assert say(page, id, verdict="up").status_code == 200
    assert [f["verdict"] for f in shown(page, id)] == ["up"]
    assert say(page, id, verdict="wrong_source", n=1, reason="not_said", comment=" ").status_code == 200
    assert [(f["verdict"], f.get("n"), "comment" in f) for f in shown(page, id)] == [
        ("up", None, False),
        ("wrong_source", 1, False),
    ]
    session = page.call("GET", f"/answers/{id}").get_json()["session_id"]
    (turn,) = page.call("GET", f"/sessions/{session}").get_json()["turns"]
    assert turn["feedback"] == shown(page, id)
    assert page.call("DELETE", f"/answers/{id}/feedback").status_code == 204
    assert [f.get("n") for f in shown(page, id)] == [1]
    for _ in range(2):
        assert page.call("DELETE", f"/answers/{id}/feedback?n=1").status_code == 204
        assert shown(page, id) == []


def test_a_conversation_is_shown_with_one_read_of_what_was_said(page, monkeypatch):
    session = UNKNOWN
    ids = [page.answered(session_id=session) for _ in range(3)]
    for id in ids:
        say(page, id, verdict="up")
    asked, of = [], MemoryFeedback.of
    monkeypatch.setattr(MemoryFeedback, "of", lambda store, wanted: asked.append(list(wanted)) or of(store, wanted))
    turns = page.call("GET", f"/sessions/{session}").get_json()["turns"]
    assert [len(turn["feedback"]) for turn in turns] == [1, 1, 1]
    assert asked == [ids]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, "verdict"),
        ({"verdict": "fine"}, "verdict"),
        ({"verdict": "up", "reason": "incorrect"}, "reason"),
        ({"verdict": "down", "reason": "dull"}, "reason"),
        ({"verdict": "down", "n": 1}, "n"),
        ({"verdict": "wrong_source"}, "n"),
        ({"verdict": "wrong_source", "n": 3}, "n"),
        ({"verdict": "wrong_source", "n": "1"}, "n"),
        ({"verdict": "up", "comment": "x" * 2001}, "comment"),
        ({"verdict": "up", "comment": "a\x00b"}, "comment"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(page, body, names):
    id = page.answered()
    assert_problem(say(page, id, **body), 400, "INVALID_REQUEST", names)
    assert shown(page, id) == []


def test_what_cannot_be_taken_back_is_refused_by_name(page):
    path = f"/answers/{page.answered()}/feedback"
    for n in ("0", "x", "-1", "99999"):
        assert_problem(page.call("DELETE", f"{path}?n={n}"), 400, "INVALID_REQUEST", "n")


def test_nothing_is_said_of_what_is_not_there_or_not_finished(page):
    assert_problem(say(page, UNKNOWN, verdict="up"), 404, "NOT_FOUND")
    page.model.script = ("First", threading.Event())
    id = page.ask().get_json()["answer_id"]
    until(page.log, id, Token)
    assert_problem(say(page, id, verdict="up"), 409, "CONFLICT", "still being written")
    page.call("POST", f"/answers/{id}/stop")
    page.until_ended(id)
    assert say(page, id, verdict="down").status_code == 200

"""A question asked again is another version of its answer, and may go on from where that one broke off."""

import threading
from uuid import uuid4

import pytest

from fakes import STOP, until
from footnote.events import Token
from page_client import UNKNOWN, assert_problem, question


def asked_again(page, first, **fields):
    kept = page.call("GET", f"/answers/{first}").get_json()
    return page.ask(session_id=kept["session_id"], replaces=first, **fields)


def test_an_answer_says_which_one_it_replaces(page):
    first = page.answered()
    again = asked_again(page, first)
    assert again.status_code == 201
    view = page.call("GET", f"/answers/{again.get_json()['answer_id']}").get_json()
    assert (view["replaces"], view["continues"]) == (first, False)
    view = page.call("GET", f"/answers/{first}").get_json()
    assert (view["replaces"], view["continues"]) == (None, False)


@pytest.mark.parametrize("script", [("First",), ("",)], ids=["with text", "without text"])
def test_an_answer_that_failed_can_be_gone_on_from(page, script):
    page.model.script = script
    first = page.answered()
    page.model.script = (" and last.", STOP)
    again = asked_again(page, first, continues=True)
    assert again.status_code == 201
    view = page.call("GET", f"/answers/{again.get_json()['answer_id']}").get_json()
    assert (view["replaces"], view["continues"]) == (first, True)


def test_an_answer_that_was_stopped_can_be_gone_on_from(page):
    page.model.script = ("First", threading.Event(), "never")
    first = page.ask().get_json()["answer_id"]
    until(page.log, first, Token)
    page.call("POST", f"/answers/{first}/stop")
    page.model.script = (" and last.", STOP)
    assert page.until_ended(first)
    assert asked_again(page, first, continues=True).status_code == 201


def test_a_whole_answer_and_one_still_being_written_are_not_gone_on_from(page):
    whole = page.answered()
    before = len(page.model.prompts)
    assert_problem(asked_again(page, whole, continues=True), 409, "CONFLICT", "whole")
    page.model.script = ("First", threading.Event())
    running = page.ask().get_json()["answer_id"]
    until(page.log, running, Token)
    assert_problem(asked_again(page, running, continues=True), 409, "CONFLICT", "still being written")
    assert len(page.model.prompts) == before + 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"replaces": "the first"}, "replaces"),
        ({"replaces": 7}, "replaces"),
        ({"continues": True}, "continues"),
        ({"continues": True, "replaces": None}, "continues"),
        ({"continues": "yes", "replaces": UNKNOWN}, "continues"),
        ({"continues": 1, "replaces": UNKNOWN}, "continues"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/answers", "/stream"])
def test_what_cannot_be_replaced_or_gone_on_from_is_named(page, path, fields, named):
    assert_problem(page.post(path, question(**fields)), 400, "INVALID_REQUEST", named)
    assert page.nothing_started


def test_only_an_answer_of_the_same_conversation_can_be_replaced(page):
    first = page.answered()
    before = len(page.model.prompts)
    elsewhere = page.ask(replaces=first)
    unknown = page.ask(replaces=str(uuid4()))
    assert_problem(elsewhere, 404, "NOT_FOUND")
    assert elsewhere.get_json() == unknown.get_json()
    assert len(page.model.prompts) == before


def test_the_same_id_for_another_version_is_a_conflict(page):
    first = page.answered()
    again = {"answer_id": str(uuid4())}
    assert asked_again(page, first, **again).status_code == 201
    kept = page.call("GET", f"/answers/{first}").get_json()
    assert_problem(page.ask(session_id=kept["session_id"], **again), 409, "CONFLICT")
    assert asked_again(page, first, **again).status_code == 201

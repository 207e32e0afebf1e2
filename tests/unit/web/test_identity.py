"""Answers and conversations are their user's own, and only a trusted proxy says who that is."""

from __future__ import annotations

from uuid import uuid4

import pytest
from werkzeug.datastructures import Headers

from footnote.settings import Settings
from footnote.web.identity import LOCAL_USER, NotSignedIn, user_of
from page_client import STREAM, UNKNOWN, WHOLE, assert_problem, question

ANN = {"X_Forwarded_Email": "Ann@Example.org"}
EVE = {"X_Forwarded_Email": "eve@example.org"}


def asked_by_ann(page):
    """A question of Ann's that was answered."""
    asked = question(answer_id=str(uuid4()))
    assert page.post("/answers", asked, **ANN).status_code == 201
    page.until_ended(asked["answer_id"])
    return asked


NOBODYS = {"/api/chat/sessions": {"sessions": []}, "/api/chat/models": {"models": [{"name": "scripted"}]}}
"""What is answered to everybody: without another's conversations, and nobody's own."""


def bodies_naming(asked):
    """Every body that names something of Ann's, by its rule and method; with it the same body for what is not there."""
    fresh = {"answer_id": str(uuid4()), "session_id": str(uuid4())}
    again = [
        (asked, None),  # for what is not there, it would be a question of one's own
        (asked | {"session_id": fresh["session_id"]}, None),
        (asked | {"answer_id": fresh["answer_id"]}, None),
        (question(replaces=asked["answer_id"]), question(replaces=UNKNOWN)),
        (question(replaces=asked["answer_id"], continues=True), question(replaces=UNKNOWN, continues=True)),
    ]
    cursor = [({"answer_id": asked["answer_id"], "after": n}, {"answer_id": UNKNOWN, "after": n}) for n in (0, 2, 9**9)]
    return {
        ("/api/chat/answers", "POST"): again,
        ("/api/chat/stream", "POST"): again + cursor,
        ("/api/chat/answers/<answer_id>/feedback", "PUT"): [({"verdict": "up"}, {"verdict": "up"})],
        ("/api/chat/sessions/<session_id>", "PATCH"): [({"title": "Mine"}, {"title": "Mine"})],
    }


def test_no_request_shows_or_changes_what_is_another_users(behind_a_proxy):
    """On every route there is: what is another's looks just like what is not there."""
    page = behind_a_proxy
    asked = asked_by_ann(page)
    before = page.call("GET", f"/sessions/{asked['session_id']}", **ANN).get_json()
    tried = 0
    for rule, method in page.routes():
        named = bodies_naming(asked).get((rule, method), [(None, None)])
        for theirs, missing in named:
            for accept in (STREAM, WHOLE):
                refused = _send(page, rule, method, theirs, asked, accept)
                if rule in NOBODYS:
                    assert refused.get_json() == NOBODYS[rule]
                    continue
                assert_problem(refused, 404, "NOT_FOUND")
                nothing = {"answer_id": UNKNOWN, "session_id": UNKNOWN}
                if missing is not None or "<" in rule:
                    other = _send(page, rule, method, missing, nothing, accept)
                    assert (refused.status_code, refused.get_json()) == (other.status_code, other.get_json())
                tried += 1
    assert tried >= 20
    assert page.call("GET", f"/sessions/{asked['session_id']}", **ANN).get_json() == before
    assert len(page.model.prompts) == len(page.made) == 1
    found = page.client.get("/api/chat/sessions?q=pier", headers={"X-Forwarded-Email": EVE["X_Forwarded_Email"]})
    assert found.get_json() == {"sessions": []}


def _send(page, rule, method, body, ids, accept):
    path = rule.replace("<answer_id>", ids["answer_id"]).replace("<session_id>", ids["session_id"])
    headers = accept | {"X-Forwarded-Email": EVE["X_Forwarded_Email"]}
    return page.client.open(path, method=method, json=body, headers=headers)


def test_every_route_with_an_id_lets_its_owner_in(behind_a_proxy):
    """Else the test above would pass for a route that answers 404 to everybody."""
    page = behind_a_proxy
    for rule, method in page.routes():
        asked = asked_by_ann(page)
        path = rule.replace("<answer_id>", asked["answer_id"]).replace("<session_id>", asked["session_id"])
        named = bodies_naming(asked).get((rule, method), [(None, None)])
        response = page.client.open(
            path, method=method, json=named[0][0], headers={"X-Forwarded-Email": ANN["X_Forwarded_Email"]}
        )
        assert response.status_code in (200, 201, 202, 204), (rule, method)


def test_every_route_wants_to_know_who_asks(behind_a_proxy):
    page = behind_a_proxy
    asked = asked_by_ann(page)
    for rule, method in page.routes():
        path = rule.replace("<answer_id>", asked["answer_id"]).replace("<session_id>", asked["session_id"])
        for body, _ in bodies_naming(asked).get((rule, method), [(None, None)]):
            response = page.client.open(path, method=method, json=body, headers={"X-Forwarded-For": "10.0.0.1"})
            assert_problem(response, 401, "AUTH_ERROR", "signed in")
    assert len(page.model.prompts) == 1


def test_a_users_name_is_the_same_in_any_case(behind_a_proxy):
    asked = question()
    assert behind_a_proxy.post("/answers", asked, **ANN).status_code == 201
    mine = behind_a_proxy.call("GET", f"/sessions/{asked['session_id']}", X_Forwarded_Email=" ann@example.ORG")
    assert mine.status_code == 200


def test_without_a_name_from_the_proxy_nobody_is_let_in(behind_a_proxy):
    page = behind_a_proxy
    assert_problem(page.post("/answers", question()), 401, "AUTH_ERROR", "signed in")
    assert_problem(page.post("/answers", question(), X_Forwarded_Email="  "), 401, "AUTH_ERROR")
    assert_problem(page.call("GET", "/sessions"), 401, "AUTH_ERROR")
    assert page.nothing_started


def test_where_no_proxy_is_trusted_its_headers_mean_nothing(page):
    """On a laptop anyone could send them."""
    asked = question()
    assert page.post("/answers", asked, **ANN).status_code == 201
    assert page.call("GET", f"/sessions/{asked['session_id']}", **EVE).status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-Email", "X-Forwarded-Preferred-Username", "X-Forwarded-User"])
def test_a_trusted_proxy_names_the_user_in_one_of_its_headers(name):
    headers = Headers({name: " Ann "})
    assert user_of(headers, trusted=True) == "ann"
    assert user_of(headers, trusted=False) == LOCAL_USER


def test_of_several_names_the_address_counts():
    headers = Headers({"X-Forwarded-User": "7", "X-Forwarded-Email": "ann@example.org"})
    assert user_of(headers, trusted=True) == "ann@example.org"


def test_a_trusted_proxy_that_names_nobody_lets_nobody_in():
    for headers in ({}, {"X-Forwarded-Email": " "}, {"From": "ann@example.org"}, {"X-Real-User": "ann"}):
        with pytest.raises(NotSignedIn):
            user_of(Headers(headers), trusted=True)


@pytest.mark.parametrize(
    ("settings", "trusted"),
    [({}, False), ({"trust_identity": True}, True), ({"on_databricks": True}, True), ({"host": "0.0.0.0"}, False)],
    ids=["laptop", "told to", "platform", "any address"],
)
def test_only_the_platform_or_a_setting_makes_the_headers_count(settings, trusted):
    assert Settings(**settings).identity_trusted is trusted

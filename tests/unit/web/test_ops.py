"""Operators see how the page does; for everybody else there is nothing at these addresses."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from dash import Dash
from jsonschema import Draft202012Validator

from fakes import document
from footnote.errors import StorageFailed
from footnote.figures import Figures, OfModel, Said, Span, Step, Unanswered, Waited, Window
from footnote.settings import Settings
from footnote.web.openapi import document as described
from page_client import Page, assert_problem

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
ANN = {"X-Forwarded-Email": "Ann@Example.org"}
EVE = {"X-Forwarded-Email": "eve@example.org"}
ADDRESSES = ["/ops", "/ops/", "/ops/_dash-layout", "/ops/_dash-dependencies", "/ops/assets/favicon.ico", "/ops/x"]
OF_ONE_LOAD = re.compile(r'"end_id":"[^"]*"')
"""What Dash writes into each document anew."""
WAITED = Waited(400, 900, 2000)


class Counting:
    """Operations that were counted already."""

    def __init__(self):
        self.asked = []
        self.away = False

    def figures(self, window, offset_s=0):
        self.asked.append((window, offset_s))
        if self.away:
            raise StorageFailed
        span = Span.up_to(NOW, window, offset_s)
        steps = tuple(Step(at, done=1, first_token_ms=WAITED) for at in span.moments())
        return Figures(
            span,
            2,
            3,
            (*steps[:-1], replace(steps[-1], error=1)),
            WAITED,
            (("TIMEOUT", 1),),
            (OfModel("scripted", 25, 1, 100, 20, WAITED), OfModel("other", 0, 0, 0, 0)),
            1,
            10,
            9,
            (Said("up", "clear", 2), Said("down", None, 1)),
            {"pier": 20, "gone": 2},
            1,
            (Unanswered("Who <b>swam</b>?", 1, NOW),),
            7,
        )

    def uncited(self, document_ids):
        return list(document_ids)


@pytest.fixture
def counting():
    return Counting()


@pytest.fixture
def page(scripted, counting):
    """On a laptop: nobody says who is asking."""
    return opened(replace(scripted, operations=counting))


@pytest.fixture
def proxied(scripted, counting):
    """Behind a proxy, where Ann is an operator."""
    settings = Settings(trust_identity=True, operators="ann@example.org, bob")
    return opened(replace(scripted, operations=counting, settings=settings))


def opened(parts):
    return Page(parts).client


def told_by(response):
    """The headers but the request's own id; the methods that are allowed stand in no order."""
    headers = {name: sorted(value.split(", ")) for name, value in response.headers.items()}
    assert headers.pop("X-Request-Id")
    return headers


def leads_there(client, headers=None):
    return 'href="/ops/"' in client.get("/", headers=headers or {}).text


def test_on_a_laptop_the_one_user_is_the_operator(page, counting):
    told = page.get("/api/ops").get_json()
    assert (told["window"], told["running"], told["streams"], told["answers"]) == ("day", 2, 3, 25)
    assert told["steps"][-1] == {
        "at": "2026-03-12T09:00:00+00:00",
        "done": 1,
        "cancelled": 0,
        "error": 1,
        "first_token_ms": {"p50": 400, "p95": 900, "p99": 2000},
    }
    assert told["documents"]["most_cited"] == [{"id": "pier", "title": document("pier").title, "answers": 20}]
    assert (told["documents"]["gone"], told["documents"]["never"]) == (2, 1)
    assert told["unanswered"]["questions"] == [
        {"query": "Who <b>swam</b>?", "times": 1, "asked_at": "2026-03-12T09:30:00+00:00"}
    ]
    assert page.get("/api/ops?window=month&offset_minutes=-330").status_code == 200
    assert counting.asked == [(Window.DAY, 0), (Window.MONTH, -330 * 60)]
    assert page.get("/api/ops").headers["Cache-Control"] == "no-store"


def test_what_is_told_is_what_the_description_says(page):
    schema = {"$ref": "#/components/schemas/Operations", "components": described()["components"]}
    Draft202012Validator(schema).validate(page.get("/api/ops").get_json())


@pytest.mark.parametrize("asked", ["window=year", "offset_minutes=1e9", "offset_minutes=9999", "offset_minutes=x"])
def test_what_is_no_window_is_refused(page, asked):
    assert_problem(page.get(f"/api/ops?{asked}"), 400, "INVALID_REQUEST", asked.partition("=")[0])


def test_a_database_that_is_away_is_said(page, counting):
    counting.away = True
    assert page.get("/api/ops").status_code == 503


def test_only_operators_see_it(proxied):
    assert proxied.get("/api/ops", headers=ANN).status_code == 200
    assert proxied.get("/ops/", headers=ANN).status_code == 200
    for headers in (EVE, {}):
        assert_problem(proxied.get("/api/ops", headers=headers), 404, "NOT_FOUND")
        assert_problem(proxied.get("/api/ops?window=year", headers=headers), 404, "NOT_FOUND")


@pytest.mark.parametrize("headers", [EVE, {}])
def test_everybody_else_gets_what_an_address_has_where_nothing_is(proxied, headers, counting):
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        nowhere = proxied.open("/nowhere", method=method, headers=headers)
        for address in ADDRESSES:
            here = proxied.open(address, method=method, headers=headers)
            assert (method, address, here.status) == (method, address, nowhere.status)
            assert OF_ONE_LOAD.sub("", here.text) == OF_ONE_LOAD.sub("", nowhere.text)
            assert told_by(here) == told_by(nowhere)
    assert proxied.post("/ops/_dash-update-component", json={}, headers=headers).status_code == 405
    assert counting.asked == []


def test_only_an_operators_menu_leads_there(proxied, page):
    assert leads_there(proxied, ANN)
    assert not leads_there(proxied, EVE)
    assert leads_there(page)


def test_where_nothing_is_counted_there_is_no_page(scripted):
    client = opened(scripted)
    assert client.get("/api/ops").status_code == 404
    assert client.get("/ops/").status_code == 404
    assert not leads_there(client)


def test_the_page_keeps_the_strict_policy_and_loads_plotly_alone(page):
    """Also where another Dash app of the process has put plotly on every page's list."""
    Dash(__name__)
    main, ops = page.get("/"), page.get("/ops/")
    assert "plotly.min.js" not in main.text
    script = r"'sha256-[\w+/=]+'"
    policies = [re.sub(script, "", r.headers["Content-Security-Policy"]) for r in (main, ops)]
    assert policies[0] == policies[1]
    with page.get("/ops/_dash-component-suites/plotly/package_data/plotly.min.js") as script:
        assert script.status_code == 200
    with page.get("/_dash-component-suites/plotly/package_data/plotly.min.js") as script:
        assert script.status_code == 404
    assert page.get("/ops/nothing").status_code == 404
    assert page.get("/ops").headers["Location"] == "/ops/"

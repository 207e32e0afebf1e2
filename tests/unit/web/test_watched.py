"""The figures are there for who runs this, and for nobody else; whether all is ready is told to any probe."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from fakes import STOP, ScriptedModel
from footnote.models.starting import StartingModel
from footnote.settings import Settings
from page_client import Page
from told_figures import figure

BROUGHT = "0123456789abcdef-brought"
BEARER = {"Authorization": f"Bearer {BROUGHT}"}
ANN, EVE = ({"X-Forwarded-Email": f"{name}@example.org"} for name in ("Ann", "eve"))


@pytest.fixture
def asking(scripted):
    """Gives what ``/metrics`` answers with under settings, and its text."""
    pages = []

    def ask(headers=None, **settings):
        pages.append(Page(replace(scripted, settings=Settings(**settings))))
        response = pages[-1].client.get("/metrics", headers=headers)
        return response.status_code, response.get_data(as_text=True)

    yield ask
    for page in pages:
        page.producer.close()


def test_answers_that_were_asked_for_here_are_counted_and_no_user_is_in_it(page):
    page.answered(query="When does the secret depot move?")
    page.producer.close()
    told = page.client.get("/metrics").get_data(as_text=True)
    assert figure(told, "answers_total", end="done") == 1
    assert figure(told, "build") == 1
    assert not [word for word in ("secret", "local", "depot") if word in told.lower()]


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, EVE, 200),  # nobody says who asks: what a client says of itself does not count
        ({"metrics_token": BROUGHT}, {}, 404),
        ({"metrics_token": BROUGHT}, {"Authorization": "Bearer something-else-altogether"}, 404),
        ({"metrics_token": BROUGHT}, {"Authorization": f"Basic {BROUGHT}"}, 404),
        ({"metrics_token": BROUGHT}, BEARER, 200),
        ({"trust_identity": True}, {}, 404),
        ({"trust_identity": True}, EVE, 404),
        ({"trust_identity": True}, BEARER, 404),
        ({"trust_identity": True, "operators": ("ann@example.org",)}, ANN, 200),
        ({"trust_identity": True, "operators": ("ann@example.org",)}, EVE, 404),
        ({"trust_identity": True, "metrics_token": BROUGHT}, BEARER | EVE, 200),
    ],
)
def test_who_may_read_them(asking, settings, headers, status):
    came, told = asking(headers, **settings)
    assert came == status
    assert ("footnote_answers" in told) is (status == 200)
    assert BROUGHT not in told


def test_another_sites_name_for_this_address_gets_none(page):
    assert page.client.get("/metrics", headers={"Host": "attacker.example"}).status_code == 400


def test_a_probe_is_told_how_each_part_stands(scripted):
    """Nobody has to be signed in, the page's host is wanted, and a model that is being loaded says so."""
    gate, model = threading.Event(), ScriptedModel("It moves.", STOP)
    starting = StartingModel("slow", (), lambda: gate.wait(30) and model)
    settings = Settings(trust_identity=True)
    made = Page(replace(scripted, settings=settings, models={"slow": starting, "scripted": model}))
    ask = made.client.get
    first = ask("/readyz")
    assert (first.status_code, first.get_json()["ready"]) == (503, False)
    assert first.get_json()["parts"] == {
        "database": {"state": "ready"},
        "index": {"state": "ready"},
        "model slow": {"state": "starting", "reason": "it is being loaded"},
        "model scripted": {"state": "ready"},
    }
    gate.set()
    until = time.monotonic() + 30
    while ask("/readyz").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert ask("/healthz").status_code == 200
    assert ask("/readyz", headers={"Host": "attacker.example"}).status_code == 400
    made.producer.close()

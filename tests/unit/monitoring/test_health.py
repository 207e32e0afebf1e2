"""Whether questions can be answered now is told within a time, whatever a part does, and without bothering it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from footnote.errors import RetrievalFailed, StorageFailed
from footnote.monitoring.health import Doctor
from footnote.readiness import READY, Readiness, State
from footnote.workspace import Workspace
from workspace.endpoints import Endpoints
from workspace.serving import ServingEndpoint

STARTING = Readiness(State.STARTING, "it is being loaded")


def failing(error):
    def check():
        raise error

    return check


def doctor(limit_s=30.0, kept_s=0.0, **checks):
    return Doctor(checks, frozenset(checks), limit_s=limit_s, kept_s=kept_s)


@pytest.mark.parametrize(
    ("check", "ready"),
    [
        (lambda: READY, True),
        (lambda: Readiness(State.UNKNOWN, "not told"), True),
        (lambda: STARTING, False),
        (failing(StorageFailed("database at secret-host")), False),
        (failing(RetrievalFailed()), False),
        (failing(ZeroDivisionError("secret-host")), False),
    ],
)
def test_one_part_that_cannot_be_used_says_why_and_all_is_not_ready(check, ready):
    health = doctor(database=lambda: READY, index=check).look()
    assert health.ready is ready
    assert health.parts["database"] == READY
    assert "secret-host" not in str(health)
    assert (health.parts["index"].reason is None) is (health.parts["index"] == READY)


def test_a_part_that_says_nothing_is_given_up_asked_by_one_thread_and_heard_once_it_speaks():
    asked, gate = [], threading.Event()

    def hanging():
        asked.append(1)
        gate.wait(30)
        return READY

    looking = doctor(limit_s=0.05, index=hanging, database=lambda: READY)
    for _ in range(5):
        health = looking.look()
        assert (health.parts["index"].state, health.parts["database"]) == (State.UNAVAILABLE, READY)
        assert health.parts["index"].reason == "it did not answer within 0.05 s"
    assert len(asked) == 1
    gate.set()
    until = time.monotonic() + 30
    while not looking.look().ready:
        assert time.monotonic() < until


def test_however_many_ask_the_parts_are_asked_once():
    asked = []
    looking = doctor(kept_s=60, database=lambda: asked.append(1) or READY)
    with ThreadPoolExecutor(8) as many:
        assert all(health.ready for health in many.map(lambda _: looking.look(), range(40)))
    assert len(asked) == 1


def test_what_is_not_needed_is_told_and_keeps_nobody_out():
    looking = Doctor({"model a": lambda: READY, "model b": lambda: STARTING}, frozenset({"model a"}))
    health = looking.look()
    assert health.ready
    assert health.parts["model b"] == STARTING


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("READY", State.READY),
        ("NOT_READY", State.STARTING),
        ("HIDDEN", State.UNKNOWN),
        (None, State.UNAVAILABLE),
    ],
)
def test_an_endpoint_stands_as_the_workspace_says_without_a_call_of_its_model(monkeypatch, state, told):
    endpoints = Endpoints("analyst")
    endpoints.states["analyst"] = state
    with ServingEndpoint(apis=[endpoints]) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        readiness = Workspace.sign_in().endpoint_readiness("analyst")
        assert (readiness.state, endpoints.asked, server.requests) == (told, 1, [])
        assert server.url not in str(readiness)


def test_a_workspace_that_is_away_is_told(monkeypatch):
    monkeypatch.setattr("footnote.workspace.ASK_S", 1)
    with ServingEndpoint() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        workspace = Workspace.sign_in()
    readiness = workspace.endpoint_readiness("analyst")
    assert readiness == Readiness(State.UNAVAILABLE, "the workspace can't be asked")

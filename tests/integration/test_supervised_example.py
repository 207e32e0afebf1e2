"""The example with a supervisor, a retriever, a reranker and a writer, on real ChatDatabricks."""

from __future__ import annotations

import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes import PATIENCE_S, ListRetriever, once, passage
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.callers import Caller, acting_for
from footnote.chat import Cancellation, CancelReason
from footnote.events import Citations, Done, Error, Stage, Stopped, Token
from footnote.models.langchain import load
from footnote.passages import Filter
from workspace.serving import ServingEndpoint

PROMISED_S = 0.1
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "supervised"


@pytest.fixture(scope="module")
def workspace():
    with ServingEndpoint() as serving:
        serving.scenario("supervisor", text="opening of the pier")
        serving.scenario("reranker", text="2, 1")
        serving.scenario("writer", text="The pier opens in May [1]. Tom would wait [2].")
        serving.scenario("cut-writer", base="unfinished", text="The pier opens in May [1]. Tom would wait.", after=4)
        serving.scenario("silent-writer", base="stall", after=2)
        yield serving


@pytest.fixture
def team(workspace, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(EXAMPLE), *sys.path])
    for name, value in workspace.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("supervisor", "reranker", "writer"):
        monkeypatch.setenv(f"SUPERVISED_{name.upper()}", name)
    workspace.reset()

    def made(writer="writer"):
        monkeypatch.setenv("SUPERVISED_WRITER", writer)
        found = (
            passage("pier", "The opening of the pier was put off: Tom would wait."),
            passage("ferry", "The opening of the pier is in May."),
            passage("bridge", "The opening of the pier has nothing to do with bridges."),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load("supervised:answerer", ListRetriever(*found))

    return made


def answered(model):
    filter = Filter(without_documents=frozenset({"bridge"}))
    question = Question("When does the pier open?", filter)
    return list(stream_rag_response(question, retriever=ListRetriever(), model=model))


def test_the_supervised_example_answers_with_citations_in_the_writers_order(team, workspace):
    events = answered(team())

    stages = [event.name or event.stage for event in events if isinstance(event, Stage) and event.status == "start"]
    assert stages == ["agent", "supervisor", "retrieval", "reranking", "generation"]
    text = "".join(event.content for event in events if isinstance(event, Token))
    assert text == "The pier opens in May [1]. Tom would wait [2]."
    citations = next(event for event in events if isinstance(event, Citations)).citations
    assert [(c.n, c.recording_id, c.cited) for c in citations] == [(1, "ferry", True), (2, "pier", True)]
    assert isinstance(events[-1], Done)
    assert [request.endpoint for request in workspace.requests] == ["supervisor", "reranker", "writer"]
    assert "bridges" not in str(workspace.requests[-1].body)  # the question's filter reached the retriever


def test_a_stop_cuts_what_the_writer_waits_for_and_each_request_had_the_users_rights(team, workspace):
    """Within 100 ms of it, though the writer says nothing: not at its next word."""
    workspace.identities.grant("anns", "ann", scopes={"model-serving"})
    model = acting_for(team("silent-writer"), Caller("ann", "anns"))

    def kept() -> bool:
        workspace.reset()
        cancellation, question = Cancellation(), Question("When does the pier open?")
        stream = stream_rag_response(question, retriever=ListRetriever(), model=model, cancellation=cancellation)
        with ThreadPoolExecutor(1) as pool:
            read = pool.submit(list, stream)
            workspace.wait_for_request(3, PATIENCE_S).wait_sent(2)
            asked = time.monotonic()
            cancellation.request(CancelReason.STOPPED)
            assert read.result(PATIENCE_S)[-1] == Stopped()
        assert {request.identity.user for request in workspace.requests} == {"ann"}
        closed = workspace.requests[-1].wait_closed(PATIENCE_S)
        assert closed is not None
        return closed - asked < PROMISED_S

    assert once(kept)


def test_a_user_whom_a_graphs_model_refuses_hears_what_has_to_be_done(team, workspace):
    workspace.identities.grant("bobs", "bob", scopes={"sql"})
    end = answered(acting_for(team(), Caller("bob", "bobs")))[-1]
    assert isinstance(end, Error)
    assert (end.code, end.reason) == ("AUTH_ERROR", "scope_model")


def test_a_writer_whose_words_were_cut_is_not_taken_for_whole(team):
    """ChatDatabricks raises nothing where a stream ends without a finish reason."""
    end = answered(team("cut-writer"))[-1]
    assert isinstance(end, Error)
    assert end.code == "TRUNCATED"

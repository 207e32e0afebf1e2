"""The example with a supervisor, a retriever, a reranker and a writer, on real ChatDatabricks."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

from fakes import ListRetriever, passage
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.events import Citations, Done, Error, Stage, Token
from footnote.models.langchain import load
from footnote.passages import Filter
from workspace.serving import ServingEndpoint

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "supervised"


@pytest.fixture(scope="module")
def workspace():
    with ServingEndpoint() as serving:
        serving.scenario("supervisor", text="opening of the pier")
        serving.scenario("reranker", text="2, 1")
        serving.scenario("writer", text="The pier opens in May [1]. Tom would wait [2].")
        serving.scenario("cut-writer", base="unfinished", text="The pier opens in May [1]. Tom would wait.", after=4)
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


def test_a_writer_whose_words_were_cut_is_not_taken_for_whole(team):
    """ChatDatabricks raises nothing where a stream ends without a finish reason."""
    end = answered(team("cut-writer"))[-1]
    assert isinstance(end, Error)
    assert end.code == "TRUNCATED"

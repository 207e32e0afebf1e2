"""Agents behind serving endpoints, through the real client and the whole pipeline: steps, sources, and their ends."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fakes import ListRetriever
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.chat import Turn
from footnote.events import Citations, Done, Error, Event, Retrieved, Stage, Token
from footnote.models.apis import Api
from footnote.models.databricks import DatabricksModel
from workspace.scenarios import ANSWER, Scenario
from workspace.serving import ServingEndpoint

MINUTES = "https://intranet.example.org/minutes.pdf"
AGENT = Scenario(
    text="The launch moved to May. The audit is open [7]. Nobody objected.",
    completes=False,
    steps=(
        {"type": "response.output_item.done", "item": {"type": "reasoning", "id": "rs_1", "summary": []}},
        {
            "type": "response.output_item.done",
            "item": {
                "type": "function_call",
                "id": "fc_1",
                "call_id": "call_1",
                "name": "search_minutes",
                "arguments": "{}",
            },
        },
        {
            "type": "response.output_item.done",
            "item": {
                "type": "function_call_output",
                "call_id": "call_1",
                "output": '[{"page_content": "Nobody objected to May.", "metadata": {"id": "p7", "title": "Notes"}}]',
            },
        },
    ),
    annotations=((4, {"type": "url_citation", "url": MINUTES, "title": "Minutes", "start_index": 0, "end_index": 25}),),
    annotated_late=({"type": "url_citation", "url": "javascript:alert(1)", "title": "Owned"},),
    custom_outputs={"sources": [{"id": "p9", "title": "Audit", "content": "The audit is open.", "page": 3}]},
)


@pytest.fixture(scope="module")
def workspace() -> Iterator[ServingEndpoint]:
    with ServingEndpoint() as serving:
        serving.scenarios |= {"agent": AGENT, "cut-agent": replace(AGENT, done=False, end="cut", after=5)}
        # Its author sends the message's end, and then the connection breaks before the stream's.
        serving.scenarios["open-agent"] = replace(AGENT, done=False)
        yield serving


@pytest.fixture(scope="module")
def agent(workspace: ServingEndpoint) -> DatabricksModel:
    return built(workspace, Api.AGENT)


def built(workspace: ServingEndpoint, api: Api) -> DatabricksModel:
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        for name, value in workspace.environment.items():
            patch.setenv(name, value)
        return DatabricksModel("analyst", max_tokens=512, temperature=0.5, idle_timeout_s=5, api=api)


def answered(model: DatabricksModel, scenario: str) -> list[Event]:
    turns = (Turn("Who was there?", "Ines and Tom [1]."),)
    question = Question(f"When is the launch? [[{scenario}]]", turns=turns)
    return list(stream_rag_response(question, retriever=ListRetriever(), model=model))


def of(kind: type, events: list[Event]) -> list:
    return [event for event in events if isinstance(event, kind)]


def text(events: list[Event]) -> str:
    return "".join(token.content for token in of(Token, events))


def test_an_agents_steps_are_stages_and_what_it_found_is_cited(agent, workspace):
    events = answered(agent, "agent")

    stages = [(stage.name or stage.stage, stage.status) for stage in of(Stage, events)]
    assert stages == [
        ("agent", "start"),
        ("agent", "complete"),
        ("search_minutes", "start"),
        ("search_minutes", "complete"),
        ("generation", "start"),
        ("generation", "complete"),
    ]
    assert [found.passage_id for found in of(Retrieved, events)[0].passages] == ["p7"]
    # The marker stands where the annotation came; the agent's own number is one that nothing has.
    assert text(events) == "The launch moved to May. [2] The audit is open. Nobody objected."
    citations = of(Citations, events)[0]
    told = [(c.n, c.recording_title, c.cited, c.url, c.page, c.excerpt) for c in citations.citations]
    assert told == [
        (2, "Minutes", True, MINUTES, None, ""),
        (4, "Owned", True, None, None, ""),  # named by the agent, but no address that a page may link to
        (1, "Notes", False, None, None, "Nobody objected to May."),
        (3, "Audit", False, None, 3, "The audit is open."),
    ]
    assert citations.statements == ()
    assert events[-1] == replace(events[-1], finish_reason="stop")
    assert workspace.requests[-1].body == {
        "model": "analyst",
        "stream": True,
        "input": [
            {"role": "user", "content": "Who was there?"},
            {
                "type": "message",
                "role": "assistant",
                "id": "msg_1",
                "content": [{"type": "output_text", "text": "Ines and Tom."}],
            },
            {"role": "user", "content": "When is the launch? [[agent]]"},
        ],
    }


@pytest.mark.parametrize("scenario", ["cut-agent", "open-agent"])
def test_an_agents_cut_answer_is_never_taken_for_whole(agent, scenario):
    events = answered(agent, scenario)

    assert events[-1] == replace(events[-1], code="TRUNCATED")
    assert text(events).startswith("The launch moved to May. [2]")
    assert of(Citations, events)[0].citations[0].url == MINUTES


@pytest.mark.parametrize("scenario", ["response-failed", "error-event"])
def test_a_failure_that_a_response_tells_of_ends_the_answer(agent, scenario):
    events = answered(agent, scenario)

    assert isinstance(events[-1], Error)
    assert events[-1].code == "GENERATION_FAILED"
    assert "secret-host" not in repr(events)


def test_an_agent_of_the_older_interface_answers_too(workspace):
    """It gives no finish reason: its answer is whole where its stream ended as it should."""
    model = built(workspace, Api.AGENT_CHAT)
    found = '[{"page_content": "It is in May.", "metadata": {"id": "p1", "title": "Notes"}}]'
    tool = {"delta": {"role": "tool", "content": found, "id": "t1", "tool_call_id": "c1", "name": "look_up"}}
    told = {"sources": [{"id": "p2", "title": "Audit"}]}
    workspace.scenario("chat-agent", text="In May [1].", completes=False, steps=(tool,), custom_outputs=told)
    workspace.scenario("cut-chat-agent", base="chat-agent", end="cut")

    events = answered(model, "chat-agent")

    assert text(events) == "In May [1]."
    assert [(c.n, c.recording_title, c.cited) for c in of(Citations, events)[0].citations] == [
        (1, "Notes", True),
        (2, "Audit", False),
    ]
    assert isinstance(events[-1], Done)
    assert set(workspace.requests[-1].body) == {"model", "messages", "stream"}
    assert isinstance(answered(model, "cut-chat-agent")[-1], Error)


def test_a_responses_endpoint_is_asked_as_a_chat_endpoint_is(workspace):
    """The pipeline searches, the model is told what was found, and how long its answer may be."""
    model = built(workspace, Api.RESPONSES)
    workspace.scenario("plain", steps=AGENT.steps, annotations=AGENT.annotations)

    events = answered(model, "plain")

    assert [stage.stage for stage in of(Stage, events)] == ["retrieval", "retrieval", "generation", "generation"]
    assert "[" not in text(events)  # nothing was found, so no marker means anything
    assert text(events).startswith(ANSWER[:40])
    assert isinstance(events[-1], Done)
    assert events[-1].usage.input_tokens == 100
    asked = workspace.requests[-1].body
    assert (asked["max_output_tokens"], asked["temperature"]) == (512, 0.5)
    assert [item["role"] for item in asked["input"]] == ["system", "user", "assistant", "user"]

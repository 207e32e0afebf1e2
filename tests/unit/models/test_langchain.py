"""Graphs and Runnables that answer: what is told of their nodes, who may speak, and how they are called off."""

from __future__ import annotations

import threading
import time
from typing import TypedDict

import httpx
import pytest
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langgraph.graph import END, START, StateGraph

from fakes import PATIENCE_S, ListRetriever
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.chat import Cancellation, Cancelled, CancelReason, FinishReason, Message, Prompt, Step
from footnote.errors import ModelUnavailable, SettingsError, StreamingError
from footnote.events import Citations, Done, Error, Stage, Token
from footnote.left_behind import LeftBehind
from footnote.models.langchain import LangChainAnswerer, load, messages
from workspace.request import wait_until

FOUND = [
    Document("In May.", metadata={"id": "p1", "title": "Minutes"}),
    Document("Nobody objected.", metadata={"id": "p2", "title": "Notes", "url": "https://example.org/notes"}),
]
PROMPT = Prompt((Message("user", "When is the launch?"),), "When is the launch?")


class State(TypedDict, total=False):
    """What the nodes hand on."""

    question: str
    documents: list[Document]
    answer: str


def says(text: str) -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=iter([AIMessage(text)] * 9))


def graph(**nodes):
    """The nodes one after the other."""
    made = StateGraph(State)
    before = START
    for name, node in nodes.items():
        made.add_node(name, node)
        made.add_edge(before, name)
        before = name
    made.add_edge(before, END)
    return made.compile()


def team(writer=None, **more):
    supervisor, speaks = says("I will look it up."), says("It is in May [2], and nobody objected [1]. [3]")

    def supervise(state):
        supervisor.invoke(state["question"])
        return {}

    nodes = {
        "supervisor": supervise,
        "retriever": lambda _: {"documents": FOUND},
        "reranker": lambda state: {"documents": state["documents"][::-1]},
        "writer": writer or (lambda state: {"answer": speaks.invoke(state["question"]).text}),
    }
    return LangChainAnswerer(graph(**nodes | more))


def answered(answerer, cancellation=None):
    return list(
        stream_rag_response(
            Question("When is the launch?"), retriever=ListRetriever(), model=answerer, cancellation=cancellation
        )
    )


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_nodes_are_stages_only_the_writer_speaks_and_its_documents_are_cited_as_it_got_them():
    events = answered(team())

    begun = [stage.name or stage.stage for stage in of(Stage, events) if stage.status == "start"]
    assert begun == ["agent", "supervisor", "retrieval", "reranking", "generation"]
    ended = [stage.name or stage.stage for stage in of(Stage, events) if stage.status == "complete"]
    assert ended == begun
    assert "".join(token.content for token in of(Token, events)) == "It is in May [2], and nobody objected [1]."
    told = of(Citations, events)[0]
    assert [(c.n, c.passage_id, c.cited, c.url) for c in told.citations] == [
        (1, "p2", True, "https://example.org/notes"),
        (2, "p1", True, None),
    ]
    assert [statement.verdict for statement in told.statements]  # the words are there, so they are checked
    assert isinstance(events[-1], Done)
    assert events[-1].timings.retrieval_ms is not None


def test_a_writer_that_asks_no_model_gives_its_text_in_one_piece():
    events = answered(team(lambda _: {"answer": "In May [2]."}))
    assert [token.content for token in of(Token, events)] == ["In May [2]."]


def test_nodes_are_called_what_is_wanted_or_not_told_of():
    made = graph(look=lambda _: {"documents": FOUND}, secret=lambda _: {}, speak=lambda _: {"answer": "In May [1]."})
    answerer = LangChainAnswerer(made, answers=["speak"], stages={"look": "Looking around", "secret": None})
    steps = [chunk.step for chunk in answerer.stream(PROMPT, Cancellation()) if chunk.step]
    assert steps == [
        Step("Looking around"),
        Step("Looking around", complete=True),
        Step("speak"),
        Step("speak", complete=True),
    ]


def test_the_key_of_the_documents_a_writer_is_given_may_be_named():
    answerer = LangChainAnswerer(
        graph(
            retriever=lambda _: {"documents": FOUND},
            reader=lambda _: {"answer": "read", "question": "?"},
            writer=lambda _: {"answer": "Nobody objected [2]."},
        ),
        documents="documents",
    )
    citations = of(Citations, answered(answerer))[0].citations
    assert [(c.n, c.passage_id, c.cited) for c in citations] == [(2, "p2", True), (1, "p1", False)]


def test_a_subgraphs_writer_speaks_too_and_its_other_nodes_stay_inside():
    speaks = says("In May.")
    inner = graph(thinker=lambda _: {}, writer=lambda _: {"answer": speaks.invoke("?").text})
    chunks = list(LangChainAnswerer(graph(team=inner)).stream(PROMPT, Cancellation()))
    assert "".join(chunk.text for chunk in chunks) == "In May."
    assert {chunk.step.name for chunk in chunks if chunk.step} == {"team", "generation"}


@pytest.mark.parametrize(
    "runnable",
    [
        says("In May."),
        says("In May.") | (lambda message: message.text),
        RunnableLambda(lambda _: {"answer": "In May.", "context": FOUND}),
    ],
    ids=["messages", "text", "object"],
)
def test_a_runnable_that_is_no_graph_answers(runnable):
    answerer = LangChainAnswerer(runnable, input=messages)
    chunks = list(answerer.stream(PROMPT, Cancellation()))
    assert "".join(chunk.text for chunk in chunks) == "In May."
    assert chunks[-1].finish is FinishReason.STOP


def test_a_runnable_may_be_given_what_footnote_finds():
    heard = []
    answerer = LangChainAnswerer(RunnableLambda(lambda given: heard.append(given) or "x"), retrieves=False)
    events = answered(answerer)
    assert [stage.stage for stage in of(Stage, events)] == ["retrieval", "retrieval", "generation", "generation"]
    assert "<passages>" in heard[0]["messages"][-1].text


def test_a_stop_returns_at_once_from_a_node_that_blocks_and_leaves_it_behind():
    entered, gate = threading.Event(), threading.Event()

    def blocks(_):
        entered.set()
        gate.wait(PATIENCE_S)
        return {}

    answerer = team(supervisor=blocks)
    cancellation = Cancellation()
    stream = answerer.stream(PROMPT, cancellation)
    stopping = threading.Thread(target=lambda: entered.wait(PATIENCE_S) and cancellation.request(CancelReason.STOPPED))
    stopping.start()
    with pytest.raises(Cancelled):
        list(stream)
    assert answerer._threads.count == 1
    gate.set()
    wait_until(lambda: answerer._threads.count == 0, PATIENCE_S)
    stopping.join()


def test_beyond_so_many_left_behind_nothing_new_is_begun():
    gate = threading.Event()

    def blocks():
        yield gate.wait(PATIENCE_S)

    threads = LeftBehind(most=1)
    called_off = Cancellation()
    called_off.request(CancelReason.STOPPED)
    with pytest.raises(Cancelled):
        list(threads.read(blocks, called_off))
    with pytest.raises(ModelUnavailable):
        list(threads.read(blocks, Cancellation()))
    gate.set()
    wait_until(lambda: threads.count == 0, PATIENCE_S)
    assert list(threads.read(blocks, Cancellation())) == [True]


def test_work_that_nobody_reads_any_more_ends_at_its_next_piece():
    ended = threading.Event()

    def endless():
        try:
            while True:
                yield time.monotonic()
        finally:
            ended.set()

    read = LeftBehind().read(endless, Cancellation())
    next(read)
    read.close()
    assert ended.wait(PATIENCE_S)


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (ZeroDivisionError("secret"), "GENERATION_FAILED"),
        (KeyError("secret"), "GENERATION_FAILED"),
        (httpx.ConnectError("secret"), "MODEL_UNAVAILABLE"),
        (httpx.ReadTimeout("secret"), "TIMEOUT"),
        (ModelUnavailable(), "MODEL_UNAVAILABLE"),
    ],
)
def test_whatever_a_node_raises_is_an_error_in_our_words(raised, code):
    def fails(_):
        raise raised

    with pytest.raises(StreamingError) as told:
        list(team(writer=fails).stream(PROMPT, Cancellation()))
    assert told.value.code == code
    assert "secret" not in told.value.message


def test_a_graph_that_goes_round_in_circles_is_ended():
    made = StateGraph(State)
    made.add_node("writer", lambda _: {})
    made.add_edge(START, "writer")
    made.add_edge("writer", "writer")
    assert isinstance(answered(LangChainAnswerer(made.compile()))[-1], Error)


SPOKEN = says("In May.")
NOT_ONE = 3


def made_of(retriever):
    return LangChainAnswerer(SPOKEN, name=type(retriever).__name__)


def test_what_stands_under_a_name_is_loaded():
    assert load("test_langchain:SPOKEN", ListRetriever()).name == "langchain:test_langchain:SPOKEN"
    assert load("test_langchain:made_of", ListRetriever()).name == "ListRetriever"


@pytest.mark.parametrize(
    ("where", "says_why"),
    [
        ("no.such.module:graph", "there is no module 'no.such.module'"),
        ("test_langchain:nothing", "the module has no 'nothing'"),
        ("test_langchain:NOT_ONE", "it is neither a LangChain Runnable"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_line(where, says_why):
    with pytest.raises(SettingsError, match=says_why) as told:
        load(where, ListRetriever())
    assert f"'langchain:{where}'" in told.value.message

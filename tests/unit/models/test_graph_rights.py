"""Whose rights a graph's own search has."""

from __future__ import annotations

import copy
from typing import TypedDict

from langgraph.graph import END, START, StateGraph

from fakes import ListRetriever
from footnote.callers import Caller, acting_for
from footnote.chat import Cancellation, Message, Prompt
from footnote.models.choice import Options, builders
from footnote.models.langchain import LangChainAnswerer

PROMPT = Prompt((Message("user", "When?"),), "When?")


class State(TypedDict, total=False):
    """What the node gives."""

    question: str
    answer: str


class Acting(ListRetriever):
    """A retriever that tells with whose rights it was asked."""

    caller: Caller | None = None

    def __init__(self) -> None:
        super().__init__()
        self.asked_by: list[Caller | None] = []

    def on_behalf_of(self, caller):
        acting = copy.copy(self)
        acting.caller = caller
        return acting

    def search(self, query, **options):
        self.asked_by.append(self.caller)
        return super().search(query, **options)


def searching(retriever):
    """A graph as somebody writes one, who knows nothing of callers."""

    def writer(_state):
        retriever.search("launch")
        return {"answer": "In May."}

    made = StateGraph(State)
    made.add_node("writer", writer)
    made.add_edge(START, "writer")
    made.add_edge("writer", END)
    return LangChainAnswerer(made.compile())


def test_a_graph_searches_with_the_rights_of_who_is_answered():
    retriever = Acting()
    model = builders({"team": "langchain:test_graph_rights:searching"}, Options(1, None, 1.0, retriever))["team"]()
    ann, bea = Caller("ann", "hers"), Caller("bea", "hers too")
    for caller in (ann, bea, None):
        assert "".join(c.text for c in acting_for(model, caller).stream(PROMPT, Cancellation())) == "In May."
    assert retriever.asked_by == [ann, bea, None]

"""What each kind of model adds to the first token, beside a bare stream of the same endpoint.

    python bench/first_token.py [--rounds 40]

The endpoint is the tests' workspace, in a process of its own, which answers at once; the rounds are interleaved, for
the machine's speed drifts. Prints milliseconds from asking to the first token: the median, and what it is above the
bare stream's (``httpx``, reading lines). The team of four asks three models one after the other.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypedDict

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("src", "tests", "examples/supervised")]

import httpx  # noqa: E402

from fakes import ListRetriever, passage  # noqa: E402
from footnote.answers.pipeline import Question, stream_rag_response  # noqa: E402
from footnote.chat import Model  # noqa: E402
from footnote.events import Token  # noqa: E402
from workspace.identities import TOKEN  # noqa: E402
from workspace.serving import ServingEndpoint  # noqa: E402

QUERY = "What was decided about the pier?"
FOUND = ListRetriever(*(passage(f"p{n}", f"It was decided about the pier, {n}.") for n in range(8)))
Ask = Callable[[], Iterator[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with ServingEndpoint.process() as url:
        os.environ |= {"DATABRICKS_HOST": url, "DATABRICKS_TOKEN": TOKEN}
        warnings.simplefilter("ignore")
        asked = {"bare httpx": bare(url), "bare ChatDatabricks": bare_client(), **footnotes()}
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(rounds):
            for name, ask in asked.items():
                taken[name].append(first(ask))
    floor = statistics.median(taken["bare httpx"])
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{name:<34}{median:8.1f} ms{median - floor:+8.1f} ms")


def first(ask: Ask) -> float:
    """Milliseconds to the first token; the rest is read too."""
    begun = time.perf_counter()
    stream = ask()
    next(stream)
    taken = (time.perf_counter() - begun) * 1000
    for _ in stream:
        pass
    return taken


def bare(url: str) -> Ask:
    body = {"model": "bench", "messages": [{"role": "user", "content": QUERY}], "stream": True}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    # A connection for each, as Footnote makes them: one that can be cut can't be another answer's.
    client = httpx.Client(headers=headers, limits=httpx.Limits(max_keepalive_connections=0))

    def ask() -> Iterator[str]:
        with client.stream("POST", f"{url}/serving-endpoints/chat/completions", json=body) as response:
            yield from (line for line in response.iter_lines() if '"content": "' in line)

    return ask


def bare_client() -> Ask:
    from databricks_langchain import ChatDatabricks

    llm = ChatDatabricks(model="bench", max_retries=0)
    return lambda: (chunk for chunk in llm.stream([("user", QUERY)]) if chunk.content)


def footnotes() -> dict[str, Ask]:
    """Each kind, through the whole pipeline."""
    from databricks_langchain import ChatDatabricks
    from supervised import team

    from footnote.models.apis import Api
    from footnote.models.databricks import DatabricksModel
    from footnote.models.extractive import ExtractiveModel

    def served(api: Api) -> Model:
        return DatabricksModel("bench", max_tokens=512, temperature=None, idle_timeout_s=30, api=api)

    four = [ChatDatabricks(model="bench", max_retries=0) for _ in range(3)]
    models = {
        "extractive": ExtractiveModel(),
        "chat": served(Api.CHAT),
        "Responses": served(Api.RESPONSES),
        "agent": served(Api.AGENT),
        "LangGraph, one node": one_node(four[0]),
        "LangGraph, a team of four": team(FOUND, *four),
    }
    return {f"Footnote: {name}": answered(model) for name, model in models.items()}


def answered(model: Model) -> Ask:
    def ask() -> Iterator[Token]:
        events = stream_rag_response(Question(QUERY), retriever=FOUND, model=model)
        return (event for event in events if isinstance(event, Token))

    return ask


class State(TypedDict, total=False):
    """What the one node is given, and gives."""

    question: str
    answer: str


def one_node(llm: Any) -> Model:
    from langgraph.graph import END, START, StateGraph

    from footnote.models.langchain import LangChainAnswerer

    graph = StateGraph(State)
    graph.add_node("writer", lambda state: {"answer": llm.invoke(state["question"]).text})
    graph.add_edge(START, "writer")
    graph.add_edge("writer", END)
    return LangChainAnswerer(graph.compile())


if __name__ == "__main__":
    main()

"""The real logs that the heart of the product is tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from databases import Shared
from fakes import ListRetriever, ScriptedModel, passage
from footnote.answers.producer import Producer
from footnote.conversations import AnswerLog
from footnote.storage.memory import MemoryLog


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Shared]:
    """An embedded database with nothing in it."""
    with Shared(tmp_path / "footnote.db") as shared:
        yield shared


@pytest.fixture(params=["memory", "sqlite"])
def log(request: pytest.FixtureRequest) -> AnswerLog:
    """Each kind of log in turn, with nothing in it."""
    if request.param == "memory":
        return MemoryLog()
    shared: Shared = request.getfixturevalue("sqlite")
    return shared.log()


@pytest.fixture
def produced(request: pytest.FixtureRequest) -> Iterator[Callable[..., tuple[Producer, ScriptedModel]]]:
    """Makes producers around the test's ``log`` or another one, and closes them after the test."""
    made = []

    def produce(*script, limits=None, retriever=None, model=None, into=None):
        into = into or request.getfixturevalue("log")
        model = model or ScriptedModel(*script)
        retriever = retriever or ListRetriever(passage("a", "It was decided to open the pier."))
        producer = Producer(into, retriever, {model.name: model}, limits)
        made.append(producer)
        return producer, model

    yield produce
    for producer in made:
        producer.close()

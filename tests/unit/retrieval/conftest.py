"""Every retriever over a library that a test fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from footnote.passages import Document, Filter, Kind, Library, Passage, Retriever, Segment
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.retrieval.postgres import PostgresRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.postgres import open_postgres
from footnote.storage.vectors import Vectors
from postgres import Postgres
from workspace.vectors import vector_of


@dataclass
class Searched:
    """A library and the retriever that searches it."""

    library: Library
    retriever: Retriever
    by_meaning: bool = False
    """It finds what is near, too, and so nearly always something."""
    most: int = 1000
    """Passages that it gives at once."""

    def put(self, id: str, *texts: str, title: str = "Untitled", speaker: str | None = None, **fields: Any) -> None:
        document = Document(id, title, Kind.RECORDING if speaker else Kind.TEXT, f"{id}.txt", "x", **fields)
        self.library.replace(
            document,
            [Passage(f"{id}#{n}", id, title, n, text, (Segment(0, n, speaker),)) for n, text in enumerate(texts)],
        )

    def passage(self, id: str, ordinal: int) -> Passage:
        return self.library.passages(id)[ordinal]

    def remove(self, id: str) -> None:
        self.library.remove(id)

    def found(self, query: str, *ids: str, limit: int = 10) -> list[str]:
        return [hit.passage.id for hit in self.retriever.search(query, filter=Filter.of(ids), limit=limit)]

    def best(self, query: str) -> list[str]:
        """What is found; of who searches by meaning, the first."""
        return self.found(query)[: 1 if self.by_meaning else None]


class HashedEmbeddings:
    """``Embeddings`` of words."""

    name = "hashed-256"

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        return [vector_of(text) for text in texts]


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Searched]:
    engine = open_database(tmp_path / "footnote.db")
    yield Searched(SqlLibrary(engine), EmbeddedRetriever(engine))
    engine.dispose()


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Searched]:
    engine = open_postgres(postgres_server.empty_database())
    yield Searched(SqlLibrary(engine), PostgresRetriever(engine))
    engine.dispose()


@pytest.fixture
def pgvector(postgres_server: Postgres) -> Iterator[Searched]:
    engine = open_postgres(postgres_server.empty_database())
    vectors = Vectors(engine, HashedEmbeddings())
    vectors.open()
    yield Searched(SqlLibrary(engine, changed=vectors.fill), PostgresRetriever(engine, vectors), by_meaning=True)
    engine.dispose()


@pytest.fixture(params=["embedded", "postgres", "pgvector"])
def searched(request: pytest.FixtureRequest) -> Searched:
    """Each retriever in turn."""
    found: Searched = request.getfixturevalue(request.param)
    return found

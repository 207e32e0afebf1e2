"""Every retriever over a library that a test fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from footnote.callers import Caller
from footnote.retrieval import sized
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.retrieval.index_client import IndexClient
from footnote.retrieval.index_columns import Columns
from footnote.retrieval.index_library import IndexLibrary
from footnote.retrieval.large import owner, reader
from footnote.retrieval.large.owner import Owner
from footnote.retrieval.postgres import PostgresRetriever
from footnote.retrieval.vector_search import MOST_RESULTS, VectorSearchRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.postgres import open_postgres
from footnote.storage.vectors import Vectors
from large_library import Serving, serving
from postgres import Postgres
from searched import Followed, Searched, parsed
from workspace.identities import TOKEN
from workspace.serving import ServingEndpoint
from workspace.vector_search import VectorSearch, rows_of
from workspace.vectors import vector_of


class HashedEmbeddings:
    """``Embeddings`` of words."""

    name = "hashed-256"

    def of_query(self, text: str) -> list[float]:
        return vector_of(text)

    def of_passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [vector_of(text) for text in texts]


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Searched]:
    engine = open_database(tmp_path / "footnote.db")
    yield Searched(SqlLibrary(engine), EmbeddedRetriever(engine))
    engine.dispose()


@pytest.fixture
def bounded(embedded: Searched, monkeypatch: pytest.MonkeyPatch) -> Searched:
    """The embedded one as it searches a library of very many passages and documents."""
    for name, few in {"MOST_COUNTED": 2, "COUNTED_TO": 1, "MOST_WEIGHED": 1, "FEW_DOCUMENTS": 1}.items():
        monkeypatch.setattr(f"footnote.retrieval.embedded.{name}", few)
    return embedded


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Searched]:
    """The embedded one as it searches a large library, whose index follows at once."""
    monkeypatch.setattr(reader, "LOOK_S", 0.0)
    monkeypatch.setattr(reader, "LOOK_FOR_S", 0.0)
    monkeypatch.setattr(Owner, "begin", lambda *_: None)
    engine = open_database(tmp_path / "footnote.db")
    yield Searched(SqlLibrary(engine), Followed(engine, tmp_path / "footnote.db"))
    engine.dispose()


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who serves a large library looks soon, and again."""
    monkeypatch.setattr(sized, "SMALL_S", 0.0)
    monkeypatch.setattr(owner, "LOOK_S", 0.1)
    monkeypatch.setattr(owner, "KILLED_RESTS_S", 0.0)


@pytest.fixture
def nobody_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process writes the index but the one that a test has write it."""
    monkeypatch.setattr(Owner, "begin", lambda *_: None)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "footnote.db"


@pytest.fixture
def served(database: Path, quickly: None) -> Iterator[Serving]:
    """A process that serves a library which is large from a few passages on."""
    with serving(database) as made:
        yield made


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


class Indexed(Searched):
    """An index of Vector Search; its rows are written as the ingestion with Spark writes them."""

    def __init__(self, index: VectorSearch, client: IndexClient) -> None:
        library = IndexLibrary(client, Columns(), fresh_s=0)
        super().__init__(library, VectorSearchRetriever(client, library), by_meaning=True, most=MOST_RESULTS)
        self.index = index

    def put(self, id: str, *texts: str, **fields: Any) -> None:
        self.index.replace(id, rows_of(parsed(id, *texts, **fields)))

    def remove(self, id: str) -> None:
        self.index.replace(id, [])


@pytest.fixture(scope="module")
def workspace() -> Iterator[ServingEndpoint]:
    """A workspace without an index as yet."""
    with ServingEndpoint() as endpoint:
        yield endpoint


@pytest.fixture
def index(workspace: ServingEndpoint) -> Iterator[VectorSearch]:
    """An empty index on a standard endpoint."""
    index = VectorSearch()
    workspace.apis.insert(0, index)
    yield index
    workspace.apis.remove(index)


@pytest.fixture
def client(workspace: ServingEndpoint) -> Iterator[IndexClient]:
    """What asks it, signed in as the app or with its caller's token."""

    def headers(caller: Caller | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {caller.token if caller and caller.token else TOKEN}"}

    with httpx.Client() as http:
        yield IndexClient("main.rag.passages", lambda: workspace.url, headers, http)


@pytest.fixture
def vector_search(index: VectorSearch, client: IndexClient) -> Searched:
    return Indexed(index, client)


@pytest.fixture
def storage_optimized(index: VectorSearch, client: IndexClient) -> Searched:
    index.storage_optimized = True
    return Indexed(index, client)


@pytest.fixture(params=["embedded", "bounded", "large", "postgres", "pgvector", "vector_search", "storage_optimized"])
def searched(request: pytest.FixtureRequest) -> Searched:
    """Each retriever in turn."""
    found: Searched = request.getfixturevalue(request.param)
    return found

"""Every retriever over a library that a test fills."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from footnote.callers import Caller
from footnote.passages import EVERYTHING, Document, Filter, Hit, Kind, Library, Parsed, Passage, Retriever, Segment
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.retrieval.index_client import IndexClient
from footnote.retrieval.index_columns import Columns
from footnote.retrieval.index_library import IndexLibrary
from footnote.retrieval.large import reader
from footnote.retrieval.large.owner import Owner
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Writer
from footnote.retrieval.postgres import PostgresRetriever
from footnote.retrieval.sized import SizedRetriever
from footnote.retrieval.vector_search import MOST_RESULTS, VectorSearchRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.postgres import open_postgres
from footnote.storage.vectors import Vectors
from postgres import Postgres
from workspace.identities import TOKEN
from workspace.serving import ServingEndpoint
from workspace.vector_search import VectorSearch, rows_of
from workspace.vectors import vector_of


def parsed(id: str, *texts: str, title: str = "Untitled", speaker: str | None = None, **fields: Any) -> Parsed:
    """A document with a passage for each text."""
    document = Document(id, title, Kind.RECORDING if speaker else Kind.TEXT, f"{id}.txt", "x", **fields)
    passages = [Passage(f"{id}#{n}", id, title, n, text, (Segment(0, n, speaker),)) for n, text in enumerate(texts)]
    return Parsed(document, tuple(passages))


@dataclass
class Searched:
    """A library and the retriever that searches it."""

    library: Library
    retriever: Retriever
    by_meaning: bool = False
    """It finds what is near, too, and so nearly always something."""
    most: int = 1000
    """Passages that it gives at once."""

    def put(self, id: str, *texts: str, **fields: Any) -> None:
        made = parsed(id, *texts, **fields)
        self.library.replace(made.document, made.passages)

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


class Followed:
    """A ``Retriever`` that has tantivy's index follow before each search, and takes no answer but that index's."""

    def __init__(self, engine: Engine, database: Path) -> None:
        self._sized = SizedRetriever(engine, database, least=0)
        self._sized._small.search = lambda *_, **__: None
        self._writer = Writer(engine, Place(database), lambda: None)
        self._one_at_a_time = threading.Lock()
        self.scope = self._sized.scope

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        for _ in range(100):  # a change may come in between
            with self._one_at_a_time:
                self._writer.follow()
            if (found := self._sized.search(query, filter=filter, limit=limit)) is not None:
                return found
        raise AssertionError("the index never came to where the database was")


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Searched]:
    """The embedded one as it searches a large library, whose index follows at once."""
    monkeypatch.setattr(reader, "LOOK_S", 0.0)
    monkeypatch.setattr(reader, "LOOK_FOR_S", 0.0)
    monkeypatch.setattr(Owner, "begin", lambda _: None)
    engine = open_database(tmp_path / "footnote.db")
    yield Searched(SqlLibrary(engine), Followed(engine, tmp_path / "footnote.db"))
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

"""How well and how fast each retriever finds, on the same questions: see ``bench/retrieval.py`` for what they are.

Run as ``python bench/retrievers.py``. Postgres is the tests' own, on this machine; its vectors are hashed words, which
any machine has: they cost what a model's of that length cost, and are worth less. Vector Search is the tests' local
workspace: what that finds and how long it takes says nothing of the platform's index, so only our own side's time is
told, the whole without the server's.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]

import httpx  # noqa: E402
import retrieval as shared  # noqa: E402

from footnote.passages import Parsed, Retriever  # noqa: E402
from footnote.retrieval.index_client import IndexClient  # noqa: E402
from footnote.retrieval.index_columns import Columns  # noqa: E402
from footnote.retrieval.index_library import IndexLibrary  # noqa: E402
from footnote.retrieval.postgres import PostgresRetriever  # noqa: E402
from footnote.retrieval.vector_search import VectorSearchRetriever  # noqa: E402
from footnote.storage.library import SqlLibrary  # noqa: E402
from footnote.storage.postgres import open_postgres  # noqa: E402
from footnote.storage.vectors import Vectors  # noqa: E402
from postgres import Postgres, running_postgres  # noqa: E402
from workspace.connection import ApiRequest, Reply  # noqa: E402
from workspace.identities import TOKEN  # noqa: E402
from workspace.serving import ServingEndpoint  # noqa: E402
from workspace.vector_search import VectorSearch, rows_of  # noqa: E402
from workspace.vectors import vector_of  # noqa: E402

FIGURES = ("R@1", "R@5", "nDCG@10", "p50 ms", "p95 ms")


class HashedEmbeddings:
    """Vectors of hashed words, as long as those of a real model."""

    name = "hashed"

    def of_query(self, text: str) -> list[float]:
        return vector_of(text, 1024)

    def of_passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [vector_of(text, 1024) for text in texts]


def retrievers(documents: Sequence[Parsed], server: Postgres, folder: Path) -> Iterator[tuple[str, Retriever]]:
    """Each retriever over the documents."""
    yield "embedded", shared.built(documents, folder / "footnote.db")[0]
    for name in ("postgres", "postgres and vectors"):
        engine = open_postgres(server.new_database())
        vectors = Vectors(engine, HashedEmbeddings()) if name != "postgres" else None
        library = SqlLibrary(engine)
        for parsed in documents:
            library.replace(parsed.document, parsed.passages)
        if vectors:
            vectors.open()
            vectors.fill()
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        yield name, PostgresRetriever(engine, vectors)
        engine.dispose()


class Timed(VectorSearch):
    """An index that remembers how long it took, for that is none of ours."""

    seconds = 0.0

    def __call__(self, request: ApiRequest) -> Reply | None:
        began = time.perf_counter()
        try:
            return super().__call__(request)
        finally:
            self.seconds = time.perf_counter() - began


def own_time(collection: shared.Collection, questions: int = 100) -> list[float]:
    """What a search in Vector Search costs on our side, in milliseconds, sorted."""
    index = Timed()
    for parsed in collection.documents:
        index.put(*rows_of(parsed))
    found = []
    with ServingEndpoint(apis=[index]) as workspace, httpx.Client() as http:
        client = IndexClient(index.name, lambda: workspace.url, lambda _: {"Authorization": f"Bearer {TOKEN}"}, http)
        retriever = VectorSearchRetriever(client, IndexLibrary(client, Columns()))
        for question in collection.questions[:questions]:
            began = time.perf_counter()
            retriever.search(question.query, filter=question.filter, limit=shared.DEPTH)
            found.append(1000 * (time.perf_counter() - began - index.seconds))
    return sorted(found)


def main() -> None:
    print(f"{'':34}" + "".join(f"{figure:>9}" for figure in FIGURES))
    with running_postgres() as server:
        for name, collection in (("squad", shared.squad()), ("recordings", shared.recordings())):
            with tempfile.TemporaryDirectory() as folder:
                for kind, retriever in retrievers(collection.documents, server, Path(folder)):
                    found = shared.measure(retriever, collection.questions)
                    print(f"{name:12}{kind:22}" + "".join(f"{found[figure]:9.3f}" for figure in FIGURES), flush=True)
    own = own_time(shared.recordings())
    print(f"{'recordings':12}{'vector search, ours':22}{own[len(own) // 2]:45.3f}{own[int(0.95 * len(own))]:9.3f}")


if __name__ == "__main__":
    main()

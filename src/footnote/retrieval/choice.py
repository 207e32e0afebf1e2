"""Where the settings have passages found, and what library that makes: each is imported only where it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from footnote.passages import Library, Retriever
from footnote.settings import Settings
from footnote.uploads import Take, Taken, Upload

if TYPE_CHECKING:
    from footnote.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Shelves:
    """A library, what searches it, and what takes files into it; None where nothing is taken in."""

    library: Library
    retriever: Retriever
    take: Take | None
    close: Callable[[], None] = lambda: None


def shelves(settings: Settings, engine: Engine, sign_in: Callable[[], Workspace]) -> Shelves:
    """The library of the settings' retriever; ``engine`` is the database that the settings name for it."""
    kind, _, index = settings.retriever.partition(":")
    if kind == "vector-search":
        return _vector_search(settings, index, sign_in())
    return _postgres(settings, engine, serves=True) if kind == "postgres" else _embedded(settings, engine)


def library_of(settings: Settings, engine: Engine) -> Library | None:
    """The library into which files are taken; None where that is not done here."""
    kind = settings.retriever.partition(":")[0]
    if kind == "vector-search":
        return None
    return (
        _postgres(settings, engine, serves=False).library if kind == "postgres" else _embedded(settings, engine).library
    )


def _embedded(settings: Settings, engine: Engine) -> Shelves:
    from footnote.apart import in_a_child
    from footnote.retrieval.embedded import EmbeddedRetriever
    from footnote.storage.library import SqlLibrary

    take = in_a_child(settings.database, settings.files, settings.max_bytes)
    return Shelves(SqlLibrary(engine), EmbeddedRetriever(engine), take)


def _postgres(settings: Settings, engine: Engine, *, serves: bool) -> Shelves:
    from footnote.apart import read_in_a_child
    from footnote.ingest.keeping import keep
    from footnote.retrieval.postgres import PostgresRetriever
    from footnote.storage.library import SqlLibrary
    from footnote.storage.vectors import Vectors

    vectors = None
    if settings.embeddings:
        from footnote.retrieval.embeddings import DatabricksVectors
        from footnote.workspace import settings_checked

        embeddings = DatabricksVectors(settings.embeddings.partition(":")[2])
        vectors = Vectors(engine, embeddings)
        vectors.open()
        if serves:
            with settings_checked(f"FOOTNOTE_EMBEDDINGS={settings.embeddings!r}", "unset FOOTNOTE_EMBEDDINGS"):
                embeddings.begin()
    library = SqlLibrary(engine, changed=vectors.fill) if vectors else SqlLibrary(engine)
    read = read_in_a_child(settings.max_bytes)

    def take(upload: Upload) -> Taken:
        return keep(upload, library, settings.files, max_bytes=settings.max_bytes, read=read)

    return Shelves(library, _reranking(settings, PostgresRetriever(engine, vectors)), take)


def _vector_search(settings: Settings, index: str, workspace: Workspace) -> Shelves:
    import httpx

    from footnote.retrieval.index_client import MOST_CONNECTIONS, TIMEOUT, IndexClient
    from footnote.retrieval.index_columns import Columns
    from footnote.retrieval.index_library import IndexLibrary
    from footnote.retrieval.vector_search import VectorSearchRetriever

    http = httpx.Client(timeout=TIMEOUT, limits=httpx.Limits(max_connections=MOST_CONNECTIONS))
    optimized = {"auto": None, "standard": False, "storage-optimized": True}[settings.index_endpoint]
    client = IndexClient(index, workspace.host, workspace.headers, http)
    library = IndexLibrary(client, Columns(dict(settings.index_columns)), storage_optimized=optimized)
    retriever = VectorSearchRetriever(client, library, reranks=settings.reranker == "platform")
    return Shelves(library, _reranking(settings, retriever), None, http.close)


def _reranking(settings: Settings, retriever: Retriever) -> Retriever:
    if settings.reranker != "words":
        return retriever
    from footnote.retrieval.reranking import Reranking, WordsReranker

    return Reranking(retriever, WordsReranker())

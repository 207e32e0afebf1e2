"""Where the settings have passages found, and what library that makes: each is imported only where it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine

from footnote.aside import Aside
from footnote.callers import Caller
from footnote.errors import RetrievalFailed, SettingsError
from footnote.loading import load
from footnote.passages import Library, Retriever
from footnote.settings import Settings
from footnote.uploads import Take, Taken, Upload

if TYPE_CHECKING:
    from footnote.storage.vectors import Vectors
    from footnote.workspace import Workspace

SIGN_IN_S = 10.0
"""How long a search waits for the app's own credentials."""

T = TypeVar("T")


def _nothing() -> None:
    """What is to be let go of where nothing is held."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """A library, what searches it, and what takes files into it; None where nothing is taken in."""

    library: Library
    retriever: Retriever
    take: Take | None
    close: Callable[[], None] = _nothing


def shelves(settings: Settings, engine: Engine, sign_in: Callable[[], Workspace], *, prepared: bool) -> Shelves:
    """The library of the settings' retriever; ``engine`` is the database that the settings name for it.

    Of what was ``prepared`` nothing is asked.
    """
    kind, _, index = settings.retriever.partition(":")
    if kind == "vector-search":
        workspace = _Workspace(sign_in)
        if not prepared:
            workspace.sign_in()
        return _vector_search(settings, index, workspace)
    return _postgres(settings, engine, prepared=prepared) if kind == "postgres" else _embedded(settings, engine)


def library_of(settings: Settings, engine: Engine, *, whole: bool) -> Library | None:
    """The library into which files are taken; None where that is not done here.

    A ``whole`` one gives each document all that it is found by, before the next; otherwise what takes long comes later.
    """
    from footnote.storage.library import SqlLibrary

    kind = settings.retriever.partition(":")[0]
    if kind == "vector-search":
        return None
    vectors = _vectors(settings, engine, prepared=False) if kind == "postgres" else None
    return SqlLibrary(engine, changed=vectors.fill) if vectors and whole else SqlLibrary(engine)


def _embedded(settings: Settings, engine: Engine) -> Shelves:
    from footnote.apart import in_a_child
    from footnote.retrieval.sized import SizedRetriever
    from footnote.storage.library import SqlLibrary

    take = in_a_child(settings.database, settings.files, settings.max_bytes)
    retriever = SizedRetriever(engine, settings.database)
    return Shelves(SqlLibrary(engine), retriever, take, retriever.close)


def _vectors(settings: Settings, engine: Engine, *, prepared: bool) -> Vectors | None:
    if settings.embeddings is None:
        return None
    from footnote.retrieval.embeddings import DatabricksVectors
    from footnote.storage.vectors import Vectors

    vectors = Vectors(engine, DatabricksVectors(settings.embeddings.partition(":")[2]))
    if not prepared:
        vectors.open()
    return vectors


def _postgres(settings: Settings, engine: Engine, *, prepared: bool) -> Shelves:
    from footnote.apart import read_in_a_child
    from footnote.ingest.keeping import keep
    from footnote.retrieval.postgres import PostgresRetriever
    from footnote.storage.library import SqlLibrary

    vectors = _vectors(settings, engine, prepared=prepared)
    library = SqlLibrary(engine, changed=vectors.fill_beside) if vectors else SqlLibrary(engine)
    read = read_in_a_child(settings.max_bytes)

    def take(upload: Upload) -> Taken:
        return keep(upload, library, settings.files, max_bytes=settings.max_bytes, read=read)

    close = vectors.close if vectors else _nothing
    return Shelves(library, _reranking(settings, PostgresRetriever(engine, vectors)), take, close)


class _Workspace:
    """The workspace once it is needed: one that is away as a worker begins keeps it from nothing but searching.

    All who need it at once wait for one sign-in, and for one renewal of the app's token.
    """

    def __init__(self, sign_in: Callable[[], Workspace]) -> None:
        self._signing = sign_in
        self._signed_in: Workspace | None = None
        self._first = Aside[None, "Workspace"](lambda _: self.sign_in())
        self._own = Aside[None, Mapping[str, str]](lambda _: self().headers())

    def sign_in(self) -> Workspace:
        """Sign in now; raises ``SettingsError``, which says what to check."""
        load(("databricks.sdk",), whole=())  # over a second, in which this process may be serving
        self._signed_in = workspace = self._signing()
        return workspace

    def __call__(self) -> Workspace:
        """The workspace; raises ``RetrievalFailed`` while it can't be signed in to."""
        return self._signed_in or _in_time(self._first.ask(None))

    def headers(self, caller: Caller | None) -> Mapping[str, str]:
        """What signs a request of the caller's, or of the app's own; raises ``StreamingError``."""
        if caller is None or caller.token is None:
            return _in_time(self._own.ask(None))
        return self().headers(caller)


def _in_time(outcome: Future[T]) -> T:
    try:
        return outcome.result(SIGN_IN_S)
    except (SettingsError, TimeoutError) as error:
        raise RetrievalFailed from error


def _vector_search(settings: Settings, index: str, workspace: _Workspace) -> Shelves:
    from footnote.retrieval.index_client import IndexClient, connections
    from footnote.retrieval.index_columns import Columns
    from footnote.retrieval.index_library import IndexLibrary
    from footnote.retrieval.vector_search import VectorSearchRetriever

    http = connections()
    optimized = {"auto": None, "standard": False, "storage-optimized": True}[settings.index_endpoint]
    client = IndexClient(index, lambda: workspace().host, workspace.headers, http)
    library = IndexLibrary(client, Columns(dict(settings.index_columns)), storage_optimized=optimized)
    retriever = VectorSearchRetriever(client, library, reranks=settings.reranker == "platform")
    return Shelves(library, _reranking(settings, retriever), None, http.close)


def _reranking(settings: Settings, retriever: Retriever) -> Retriever:
    if settings.reranker != "words":
        return retriever
    from footnote.retrieval.reranking import Reranking, WordsReranker

    return Reranking(retriever, WordsReranker())

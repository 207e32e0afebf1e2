"""The passages' vectors on a real pgvector: filled in after the passages, and whatever the model's endpoint does."""

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import create_engine, event, text

from databases import at_once
from footnote.chat import Cancellation, Starts
from footnote.errors import RetrievalFailed, SettingsError
from footnote.passages import Document, Kind, Passage
from footnote.retrieval.postgres import PostgresRetriever
from footnote.storage.library import SqlLibrary
from footnote.storage.vectors import BATCH, Vectors
from workspace.request import wait_until
from workspace.vectors import vector_of


class Embeddings:
    """Hashed words, or a failure."""

    def __init__(self, name: str = "hashed-64", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.fails = False
        self.asked = 0

    def of_query(self, text: str) -> list[float]:
        return self.of_passages([text])[0]

    def of_passages(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked += 1
        if self.fails:
            raise RetrievalFailed
        return [vector_of(one, self.dimensions) for one in texts]


@pytest.fixture
def engine(postgres):
    return postgres.open()


def put(library: SqlLibrary, id: str, *texts: str) -> None:
    passages = [Passage(f"{id}#{n}", id, "T", n, said) for n, said in enumerate(texts)]
    library.replace(Document(id, "T", Kind.TEXT, f"{id}.txt", "x"), passages)


def count(engine) -> int:
    with engine.begin() as connection:
        return connection.execute(text("SELECT count(*) FROM passage_vectors")).scalar_one()


def test_an_endpoint_that_is_away_keeps_no_document_out_and_is_made_up_for(engine):
    embeddings = Embeddings()
    vectors = Vectors(engine, embeddings)
    vectors.open()
    library = SqlLibrary(engine, changed=vectors.fill)
    retriever = PostgresRetriever(engine, vectors)
    embeddings.fails = True
    put(library, "a", "The salmon quota.", "Herring.")
    assert [hit.passage.id for hit in retriever.search("salmon")] == ["a#0"]
    put(library, "b", "Cod.")
    assert embeddings.asked == 1, "it is left alone for a minute"
    embeddings.fails = False
    later = Vectors(engine, embeddings)
    later.fill()
    assert count(engine) == 3
    assert len(PostgresRetriever(engine, later).search("salmon")) == 3, "the others are near, if not by words"
    embeddings.fails = True
    assert [hit.passage.id for hit in retriever.search("salmon")] == ["a#0"]


def test_another_model_s_vectors_take_the_place_of_the_first_one_s(engine):
    first = Vectors(engine, Embeddings("first", 64))
    first.open()
    put(SqlLibrary(engine, changed=first.fill), "a", "The salmon quota.", "Herring.")
    second = Vectors(engine, Embeddings("it's the second; --", 32))
    assert second.of_query("salmon") is None, "there is nothing yet to compare it with"
    second.fill()
    assert count(engine) == 2
    assert second.of_query("salmon").count(",") == 31


def test_a_passage_takes_its_vector_with_it(engine):
    vectors = Vectors(engine, Embeddings())
    vectors.open()
    library = SqlLibrary(engine, changed=vectors.fill)
    put(library, "a", "Salmon.", "Herring.")
    put(library, "a", "Cod.")
    assert count(engine) == 1
    library.remove("a")
    assert count(engine) == 0


def test_a_database_without_pgvector_is_told_in_words(postgres_server):
    url = postgres_server.new_database()
    postgres_server.run("DROP ROLE IF EXISTS reader")
    postgres_server.run("CREATE ROLE reader LOGIN")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("SET LOCAL ROLE reader"))
    with pytest.raises(SettingsError, match=r"no extension `vector`.*CREATE EXTENSION vector"):
        Vectors(engine, Embeddings()).open()
    engine.dispose()


def test_a_process_that_serves_fills_what_is_missing_beside_its_requests(engine):
    put(SqlLibrary(engine), "a", "The salmon quota.")
    vectors = Vectors(engine, Embeddings())
    vectors.open()
    retriever = PostgresRetriever(engine, vectors)
    assert isinstance(retriever, Starts)
    assert retriever.ready
    assert list(retriever.wait(Cancellation())) == []
    retriever.begin()
    wait_until(lambda: vectors.of_query("salmon") is not None and count(engine) == 1, 20)
    vectors.close()


def test_closed_it_uses_no_connection_any_more(engine):
    """What is closed with a connection in use would leave it open."""
    asked, go_on = threading.Event(), threading.Event()

    class Held(Embeddings):
        def of_passages(self, texts):
            asked.set()
            go_on.wait(20)
            return super().of_passages(texts)

    put(SqlLibrary(engine), "a", "The salmon quota.")
    vectors = Vectors(engine, Held())
    vectors.open()
    vectors.begin()
    assert asked.wait(20)
    threading.Timer(0.1, go_on.set).start()
    vectors.close()
    assert go_on.is_set()
    assert engine.pool.checkedout() == 0
    put(SqlLibrary(engine, changed=vectors.fill), "b", "Herring.")
    assert count(engine) == 1


def test_what_comes_in_as_the_filling_ends_is_filled_too(engine):
    """Who comes then finds it busy, and goes away."""
    vectors = Vectors(engine, Embeddings())
    vectors.open()
    library = SqlLibrary(engine)
    put(library, "a", "The salmon quota.")

    class Ending:
        """The lock, before whose first release another document comes in."""

        def __init__(self, lock):
            self.acquire, self._release, self.first = lock.acquire, lock.release, True

        def release(self):
            if self.first:
                self.first = False
                put(library, "b", "Herring.")
                vectors.fill()
            self._release()

    vectors._filling = Ending(vectors._filling)
    vectors.fill()
    assert count(engine) == 2


def test_processes_that_fill_at_once_ask_for_each_vector_once_and_one_that_failed_is_in_nobodys_way(
    postgres, monkeypatch
):
    monkeypatch.setattr("footnote.storage.vectors.LOOK_S", 0.02)
    asked, failed = [], threading.Event()

    class Counting(Embeddings):
        def of_passages(self, texts):
            asked.extend(texts)
            return super().of_passages(texts)

    class Failing(Embeddings):
        def of_passages(self, texts):
            failed.set()
            raise RetrievalFailed

    engines = [postgres.open() for _ in range(3)]
    put(SqlLibrary(engines[0]), "a", *[f"Passage {n}." for n in range(2 * BATCH + 7)])
    fillers = [Vectors(engine, Counting()) for engine in engines[:2]]
    fillers[0].open()
    Vectors(engines[2], Failing()).fill()
    assert failed.is_set()
    at_once(2, lambda n: fillers[n].fill())
    assert sorted(asked) == sorted(f"T\nPassage {n}." for n in range(2 * BATCH + 7))
    assert count(engines[0]) == len(asked)
    assert [engine.pool.checkedout() for engine in engines] == [0, 0, 0]


def test_who_waits_for_another_process_fills_what_that_one_left_and_ends_when_closed(postgres, monkeypatch):
    monkeypatch.setattr("footnote.storage.vectors.LOOK_S", 0.02)
    engine, other = postgres.open(), postgres.open()
    put(SqlLibrary(engine), "a", "The salmon quota.")
    first, waiting = Vectors(engine, Embeddings()), Vectors(other, Embeddings())
    first.open()
    with first._alone() as alone:
        assert alone
        filling = threading.Thread(target=waiting.fill)
        filling.start()
        closed = Vectors(other, Embeddings())
        ending = threading.Thread(target=closed.fill)
        ending.start()
        closed.close()
        ending.join(20)
        assert not ending.is_alive()
        assert filling.is_alive()
    filling.join(20)
    assert count(engine) == 1
    assert not closed._embeddings.asked

"""The vectors of questions: as many at once as are asked, and none more where their endpoint hangs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes import PATIENCE_S
from footnote.errors import RetrievalFailed
from footnote.retrieval import embeddings
from footnote.retrieval.embeddings import MOST_LINGERING, DatabricksVectors
from workspace.request import wait_until

AT_ONCE = MOST_LINGERING + 4


class Client:
    """In the place of the real one, which takes long to load; each call waits for ``together``."""

    ready = True

    def __init__(self, together) -> None:
        self.together = together
        self.asked: list[list[str]] = []

    def get(self, _cancellation) -> Client:
        return self

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.asked.append(texts)
        self.together(PATIENCE_S)
        return [[1.0] for _ in texts]


def vectors_of(client: Client) -> DatabricksVectors:
    vectors = DatabricksVectors("embedder")
    vectors._client = client
    return vectors


def test_many_questions_at_once_have_their_vectors():
    vectors = vectors_of(Client(threading.Barrier(AT_ONCE).wait))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(vectors.of_query, ["?"] * AT_ONCE)) == [[1.0]] * AT_ONCE


def test_while_so_many_hang_that_nobody_waits_for_none_is_begun(monkeypatch):
    monkeypatch.setattr(embeddings, "QUERY_S", 0.01)
    gate = threading.Event()
    client = Client(gate.wait)
    vectors = vectors_of(client)
    for _ in range(MOST_LINGERING + 2):
        with pytest.raises(RetrievalFailed):
            vectors.of_query("?")
    wait_until(lambda: len(client.asked) == MOST_LINGERING, PATIENCE_S)
    gate.set()
    monkeypatch.setattr(embeddings, "QUERY_S", PATIENCE_S)
    wait_until(lambda: vectors._lingering == 0, PATIENCE_S)
    assert vectors.of_query("?") == [1.0]

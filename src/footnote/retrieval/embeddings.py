"""Vectors from a Databricks embedding endpoint: the real ``DatabricksEmbeddings``, within bounds of time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from typing import TYPE_CHECKING

from footnote.chat import Cancellation
from footnote.errors import LAYERS_BELOW, RetrievalFailed
from footnote.starting import Starting

if TYPE_CHECKING:
    from databricks_langchain import DatabricksEmbeddings

PACKAGES = ("databricks_langchain",)
QUERY_S = 4.0
"""How long a question waits for its vector; then its words are enough."""
BATCH_S = 60.0
MOST_LINGERING = 8
"""Calls that nobody waits for any more and that have not ended; while there are so many, none is begun."""


class DatabricksVectors:
    """``Embeddings`` of the serving endpoint of this name, with the environment's credentials.

    Its client takes some 10 s to import: a question doesn't wait for that, passages do.
    """

    def __init__(self, endpoint: str) -> None:
        self.name = f"databricks:{endpoint}"
        self._endpoint = endpoint
        self._client = Starting(self.name, PACKAGES, self._build)
        self._lock = threading.Lock()
        self._lingering = 0

    def of_query(self, text: str) -> list[float]:
        """The vector of a question, soon. Raises ``RetrievalFailed``, also while the client is being imported."""
        if not self._client.ready:
            self._client.begin()
            raise RetrievalFailed
        return self._vectors([text], QUERY_S)[0]

    def of_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, all of one length. Raises ``StreamingError``."""
        self._client.get(Cancellation())
        return self._vectors(texts, BATCH_S)

    def _vectors(self, texts: Sequence[str], most_s: float) -> list[list[float]]:
        # mlflow, which asks for them, tries a call that fails again for minutes: nobody has to wait for that.
        made: Future[list[list[float]]] = Future()
        if self._lingering >= MOST_LINGERING:
            raise RetrievalFailed
        threading.Thread(target=self._ask, args=(list(texts), made), name="embeddings", daemon=True).start()
        try:
            found = made.result(most_s)
        except (TooLong, *LAYERS_BELOW) as error:
            self._count(1)
            made.add_done_callback(lambda _: self._count(-1))  # at once, where it failed by itself
            raise RetrievalFailed from error
        if len(found) != len(texts) or len({len(vector) for vector in found}) > 1:
            raise RetrievalFailed
        return found

    def _ask(self, texts: list[str], made: Future[list[list[float]]]) -> None:
        try:
            made.set_result(self._client.get(Cancellation()).embed_documents(texts))
        except Exception as error:  # noqa: BLE001 -- whatever it is, who waits for it says so
            made.set_exception(error)

    def _count(self, more: int) -> None:
        with self._lock:
            self._lingering += more

    def _build(self) -> DatabricksEmbeddings:
        from databricks_langchain import DatabricksEmbeddings

        return DatabricksEmbeddings(endpoint=self._endpoint)

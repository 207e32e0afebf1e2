"""Vectors from a Databricks embedding endpoint: the real ``DatabricksEmbeddings``, within bounds of time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from typing import TYPE_CHECKING

from footnote.errors import RetrievalFailed

if TYPE_CHECKING:
    from databricks_langchain import DatabricksEmbeddings

QUERY_S = 4.0
"""How long a question waits for its vector; then its words are enough."""
BATCH_S = 60.0
MOST_LINGERING = 8
"""Calls that nobody waits for any more and that have not ended; while there are so many, none is begun."""


class DatabricksVectors:
    """``Embeddings`` of the serving endpoint of this name, with the environment's credentials.

    Its client is imported by the first call, or by ``begin``, and takes some 10 s.
    """

    def __init__(self, endpoint: str) -> None:
        self.name = f"databricks:{endpoint}"
        self._endpoint = endpoint
        self._client: DatabricksEmbeddings | None = None
        self._making = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_LINGERING)

    def begin(self) -> None:
        """Import the client now, so that no question waits for it; raises what its packages raise."""
        self._embeddings()

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, all of one length. Raises ``RetrievalFailed``, soon for a single one."""
        # mlflow, which asks for them, tries a call that fails again for minutes: nobody has to wait for that.
        made: Future[list[list[float]]] = Future()
        if not self._places.acquire(blocking=False):
            raise RetrievalFailed
        threading.Thread(target=self._ask, args=(list(texts), made), name="embeddings", daemon=True).start()
        try:
            found = made.result(QUERY_S if len(texts) == 1 else BATCH_S)
        except (TooLong, OSError, ValueError, LookupError, RuntimeError, TypeError) as error:
            raise RetrievalFailed from error
        if len(found) != len(texts) or len({len(vector) for vector in found}) > 1:
            raise RetrievalFailed
        return found

    def _ask(self, texts: list[str], made: Future[list[list[float]]]) -> None:
        try:
            made.set_result(self._embeddings().embed_documents(texts))
        except Exception as error:  # noqa: BLE001 -- whatever it is, who waits for it says so
            made.set_exception(error)
        finally:
            self._places.release()

    def _embeddings(self) -> DatabricksEmbeddings:
        with self._making:
            if self._client is None:
                from databricks_langchain import DatabricksEmbeddings

                self._client = DatabricksEmbeddings(endpoint=self._endpoint)
            return self._client

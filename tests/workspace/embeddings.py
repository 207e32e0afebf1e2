"""An embedding endpoint: a vector for each text it is given, always the same."""

from __future__ import annotations

from collections.abc import Callable

from workspace.connection import ApiRequest, Refused, Reply
from workspace.vectors import DIMENSIONS, vector_of

MOST_TEXTS = 150


class Embeddings:
    """An ``Api`` that stands at the path of one serving endpoint."""

    def __init__(
        self,
        name: str = "embedder",
        dimensions: int = DIMENSIONS,
        vectors_of: Callable[[list[str]], list[list[float]]] | None = None,
    ) -> None:
        """Hashed words, unless ``vectors_of`` makes better vectors of texts."""
        self.path = f"/serving-endpoints/{name}/invocations"
        self.asked: list[list[str]] = []
        self.replies: list[Reply] = []
        self._vectors_of = vectors_of or (lambda texts: [vector_of(text, dimensions) for text in texts])

    def __call__(self, request: ApiRequest) -> Reply | None:
        """Answer what is asked of this endpoint."""
        if request.path != self.path:
            return None
        request.signed("model-serving")
        body = request.json()
        texts = body.get("input") if isinstance(body, dict) and body.keys() <= {"input"} else None
        fits = isinstance(texts, list) and all(isinstance(text, str) and text for text in texts)
        if request.method != "POST" or not fits or not 0 < len(texts) <= MOST_TEXTS:
            raise Refused(400, "BAD_REQUEST", "input must be a list of 1 to 150 texts")
        self.asked.append(texts)
        if self.replies:
            return self.replies.pop(0)
        data = [
            {"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(self._vectors_of(texts))
        ]
        return Reply({"object": "list", "data": data, "model": "embedder", "usage": {"total_tokens": len(texts)}})

"""An index of Vector Search: what it takes, what it refuses, and what it really finds among a test's rows.

::

    index = VectorSearch("main.rag.passages", storage_optimized=False)
    index.put({"id": "a#0", "document_id": "a", "text": "The salmon quota.", ...})
    with ServingEndpoint(apis=[index]) as workspace: ...
    index.asked        # what it was asked: (path, body, who)
    index.replies      # what is answered in its place, one after the other, such as Reply({...}, 429)

Hybrid search as the platform describes it: the nearest by the text's vector and those with the question's words in any
text column, fused by reciprocal rank; so whatever meets the filter is found, however far it is.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from footnote.passages import Parsed
from workspace.connection import ApiRequest, Refused, Reply
from workspace.identities import Identity
from workspace.index_filters import Meets, by_dictionary, by_sql
from workspace.vectors import likeness, vector_of

SCOPE = "vectorsearch.vector-search-indexes"
ENDPOINTS = "vectorsearch.vector-search-endpoints"
"""The scope to look at an endpoint; who may search an index need not have it."""
PASSAGES = {
    "id": "string", "document_id": "string", "title": "string", "ordinal": "int", "text": "string", "page": "int",
    "segments": "string", "speakers": "array<string>", "kind": "string", "tags": "array<string>", "date": "date",
}  # fmt: skip
_BODY = {
    "columns", "filters_json", "filter_string", "num_results", "query_text", "query_type", "query_vector",
    "reranker", "score_threshold", "query_columns", "sort_columns", "facets", "debug_level",
}  # fmt: skip
_MOST = {"ANN": 10_000, "HYBRID": 200, "FULL_TEXT": 200}
PAGE = 1000
RERANKED = 50
_WORD = re.compile(r"[^\W\u3040-\u30ff\u4e00-\u9fff]+|[\u3040-\u30ff\u4e00-\u9fff]")


class VectorSearch:
    """One index on one endpoint, as an ``Api`` of the workspace."""

    def __init__(
        self,
        name: str = "main.rag.passages",
        types: Mapping[str, str] = PASSAGES,
        *,
        storage_optimized: bool = False,
        key: str = "id",
        text: str = "text",
        reranking_ms: float = 35.0,
    ) -> None:
        self.name = name
        self.types = types
        self.storage_optimized = storage_optimized
        self.asked: list[tuple[str, Any, Identity]] = []
        self.replies: list[Reply] = []
        self.state = "ONLINE"
        self._key, self._text, self._reranking_ms = key, text, reranking_ms
        self._rows: dict[str, dict[str, Any]] = {}
        self._vectors: dict[str, list[float]] = {}
        self._pages: dict[str, tuple[list[str], list[list[Any]]]] = {}
        self._lock = threading.Lock()

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Rows, in place of those of the same keys."""
        with self._lock:
            self._put(rows)

    def _put(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            assert row.keys() <= self.types.keys(), row.keys() - self.types.keys()
            self._rows[row[self._key]] = dict(row)
            self._vectors[row[self._key]] = vector_of(row[self._text])

    def replace(self, document_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """A document's rows in place of those that it had, in one moment."""
        with self._lock:
            for id in [id for id, row in self._rows.items() if row["document_id"] == document_id]:
                del self._rows[id], self._vectors[id]
            self._put(rows)

    def __call__(self, request: ApiRequest) -> Reply | None:
        """Answer what is asked of this index or its endpoint."""
        path = f"/api/2.0/vector-search/indexes/{self.name}"
        if request.path == "/api/2.0/vector-search/endpoints/shared":
            who, act = request.signed(ENDPOINTS), self._endpoint
        elif request.path.startswith("/api/2.0/vector-search/indexes/"):
            who = request.signed(SCOPE)
            verbs = {path: self._describe, f"{path}/query": self._query, f"{path}/scan": self._scan}
            verbs[f"{path}/query-next-page"] = self._next
            if request.path not in verbs:
                raise Refused(404, "RESOURCE_DOES_NOT_EXIST", f"Vector index at {request.path} does not exist")
            act = verbs[request.path]
        else:
            return None
        body = request.json() if request.method == "POST" else None
        self.asked.append((request.path, body, who))
        if self.replies:
            return self.replies.pop(0)
        with self._lock:
            return Reply(act(body))

    def _endpoint(self, _: Any) -> dict[str, Any]:
        kind = "STORAGE_OPTIMIZED" if self.storage_optimized else "STANDARD"
        return {"name": "shared", "endpoint_type": kind, "endpoint_status": {"state": "ONLINE"}, "num_indexes": 1}

    def _describe(self, _: Any) -> dict[str, Any]:
        return {
            "name": self.name,
            "endpoint_name": "shared",
            "index_type": "DELTA_SYNC",
            "primary_key": self._key,
            "status": {
                "ready": self.state.startswith("ONLINE"),
                "indexed_row_count": len(self._rows),
                "detailed_state": self.state,
            },
        }

    def _scan(self, body: Any) -> dict[str, Any]:
        _known(body, {"num_results", "last_primary_key", "endpoint_name"})
        most, after = body.get("num_results", 10), body.get("last_primary_key", "")
        if not isinstance(most, int) or not 0 < most <= _MOST["ANN"]:
            raise _mistaken("num_results")
        ids = [id for id in sorted(self._rows) if id > after][:most]
        data = [{"fields": [_entry(name, self._rows[id].get(name)) for name in self.types]} for id in ids]
        for struct, id in zip(data, ids, strict=True):
            struct["fields"].append(_entry("__db_text_vector", self._vectors[id][:4]))
        return {"data": data, "last_primary_key": ids[-1]} if ids else {}

    def _query(self, body: Any) -> dict[str, Any]:
        _known(body, _BODY)
        columns, query, kind, most = self._checked(body)
        meets = self._filter(body)
        ids = [id for id, row in self._rows.items() if meets(row)]
        ranked = self._ranked(query, ids, hybrid=kind == "HYBRID")
        if reranker := body.get("reranker"):
            ranked = self._reranked(query, ranked, self._reads(reranker))
        rows = [[*(_cell(self._rows[id].get(name)) for name in columns), score] for id, score in ranked[:most]]
        said = self._page([*columns, "score"], rows)
        if body.get("debug_level"):
            times = {"response_time": 90.0, "ann_time": 12.0, "embedding_gen_time": 30.0}
            said["debug_info"] = times | ({"reranker_time": self._reranking_ms} if reranker else {})
        return said

    def _next(self, body: Any) -> dict[str, Any]:
        _known(body, {"page_token", "endpoint_name"})
        if body.get("page_token") not in self._pages:
            raise _mistaken("page_token")
        return self._page(*self._pages.pop(body["page_token"]))

    def _page(self, columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
        said: dict[str, Any] = {
            "manifest": {"column_count": len(columns), "columns": [{"name": name} for name in columns]},
            "result": {"row_count": len(rows[:PAGE]), "data_array": rows[:PAGE]},
        }
        if len(rows) > PAGE:
            said["next_page_token"] = token = f"page {len(self.asked)}"
            self._pages[token] = columns, rows[PAGE:]
        return said

    def _checked(self, body: Any) -> tuple[list[str], str, str, int]:
        columns, query = body.get("columns"), body.get("query_text")
        kind = str(body.get("query_type", "ANN")).upper()
        most = body.get("num_results", 10)
        if not isinstance(columns, list) or not columns or not set(columns) <= self.types.keys():
            raise _mistaken(f"Requested columns to fetch are not present in index: {columns}")
        if not isinstance(query, str) or not query.strip() or len(query) > 32_764:
            raise _mistaken("query_text")
        if kind not in _MOST or not isinstance(most, int) or not 0 < most <= _MOST[kind]:
            raise _mistaken(f"num_results must be at most {_MOST.get(kind)}")
        if kind == "HYBRID" and sum(1 if word.isascii() else len(word) for word in query.split()) > 1024:
            raise _mistaken("query_text has more than 1024 tokens")
        return columns, query, kind, most

    def _filter(self, body: Any) -> Meets:
        mine, other = ("filter_string", "filters_json") if self.storage_optimized else ("filters_json", "filter_string")
        if body.get(other) is not None:
            raise _mistaken(f"{other} is not supported by this type of endpoint; use {mine}")
        said = body.get(mine)
        if said is None:
            return lambda _: True
        if not isinstance(said, str) or not said:
            raise _mistaken(mine)
        return (by_sql if self.storage_optimized else by_dictionary)(said, self.types)

    def _reads(self, reranker: Any) -> Sequence[str]:
        _known(reranker, {"model", "model_type", "parameters"})
        if reranker.get("model") != "databricks_reranker":
            raise _mistaken("reranker.model")
        columns: list[str] = (reranker.get("parameters") or {}).get("columns_to_rerank") or []
        if not columns or not set(columns) <= self.types.keys():
            raise _mistaken("reranker.parameters.columns_to_rerank")
        return columns

    def _ranked(self, query: str, ids: Sequence[str], *, hybrid: bool) -> list[tuple[str, float]]:
        asked = vector_of(query)
        near = sorted(ids, key=lambda id: -likeness(asked, self._vectors[id]))
        scores = {id: 1 / (60 + rank) for rank, id in enumerate(near, 1)}
        if hybrid:
            texts = [name for name, kind in self.types.items() if kind == "string"]
            for rank, id in enumerate(self._worded(query, ids, texts), 1):
                scores[id] += 1 / (60 + rank)
        return sorted(scores.items(), key=lambda item: -item[1])

    def _worded(self, query: str, ids: Sequence[str], columns: Sequence[str]) -> list[str]:
        """Those with a word of the question, the rarer and the shorter the better."""
        said = {id: Counter(_words(" ".join(str(self._rows[id].get(c) or "") for c in columns))) for id in ids}
        held = Counter(word for words in said.values() for word in words)
        scores = {
            id: sum(min(words[word], 2) / held[word] for word in set(_words(query)) if words[word]) / len(words) ** 0.2
            for id, words in said.items()
            if words
        }
        return sorted((id for id, score in scores.items() if score), key=lambda id: -scores[id])

    def _reranked(self, query: str, ranked: list[tuple[str, float]], columns: Sequence[str]) -> list[tuple[str, float]]:
        asked = vector_of(query)

        def fits(id: str) -> float:
            return likeness(asked, vector_of(" ".join(str(self._rows[id].get(c) or "") for c in columns)[:2000]))

        best = sorted(((id, fits(id)) for id, _ in ranked[:RERANKED]), key=lambda item: -item[1])
        return best + ranked[RERANKED:]


def rows_of(parsed: Parsed) -> list[dict[str, Any]]:
    """A document's passages as the ingestion with Spark writes them."""
    document = parsed.document
    whole = {"document_id": document.id, "kind": str(document.kind), "tags": list(document.tags), "date": document.date}
    return [
        whole
        | {
            "id": passage.id,
            "title": passage.title,
            "ordinal": passage.ordinal,
            "text": passage.text,
            "page": passage.page,
            "segments": json.dumps([astuple(segment) for segment in passage.segments]),
            "speakers": list(passage.speakers),
        }
        for passage in parsed.passages
    ]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _known(body: Any, names: set[str]) -> None:
    if not isinstance(body, dict) or not body.keys() <= names:
        raise _mistaken(f"unknown fields: {sorted(set(body) - names) if isinstance(body, dict) else body!r}")


def _mistaken(message: str) -> Refused:
    return Refused(400, "INVALID_PARAMETER_VALUE", message)


def _cell(value: Any) -> Any:
    """A value in a row of results: whole numbers come as 3.0, lists as JSON."""
    if isinstance(value, int):
        return float(value)
    return json.dumps(value) if isinstance(value, list | tuple) else value


def _entry(name: str, value: Any) -> dict[str, Any]:
    return {"key": name, "value": _value(value)}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list | tuple):
        return {"list_value": {"values": [_value(one) for one in value]}}
    if isinstance(value, int | float):
        return {"number_value": float(value)}
    return {} if value is None else {"string_value": value}

"""What a Vector Search index is asked over HTTP: each question is one request, within bounds of time.

The workspace's SDK is not asked for it: its ``query_index`` knows no ``filter_string``, drops the debugging info with
the reranker's time, waits out a ``Retry-After`` of any length, and takes a second to import.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from footnote.callers import Caller
from footnote.errors import AuthFailed, ModelUnavailable, RateLimited, RetrievalFailed, StreamingError
from footnote.readiness import Readiness, State, told
from footnote.refusals import Asked, refusal
from footnote.retrieval.index_failures import Mistaken, Trouble, failed
from footnote.workspace import keep_no_cookies

TIMEOUT = httpx.Timeout(connect=3, read=8, write=5, pool=2)
"""In seconds. A storage-optimized endpoint takes half a second; one that scales up from nothing is not waited for."""
MOST_CONNECTIONS = 64
BUSY = "The search index is answering as many questions as it is allowed to. Try again in a moment."
REFUSED = (
    "The search index refused the credentials. Whoever runs this page has to renew them, or grant SELECT on the index "
    "and USE on its catalog and schema."
)

Headers = Callable[[Caller | None], Mapping[str, str]]
"""What signs a request, as the app or as whoever is asking; raises ``StreamingError``."""
Row = dict[str, Any]

log = logging.getLogger(__name__)


def connections() -> httpx.Client:
    """What a process asks the index with, for whomever."""
    return keep_no_cookies(httpx.Client(timeout=TIMEOUT, limits=httpx.Limits(max_connections=MOST_CONNECTIONS)))


@dataclass(frozen=True, slots=True)
class Answered:
    """The rows that came, best first, each with its score, and what the platform tells of how it went."""

    rows: list[tuple[Row, float]] = field(default_factory=list)
    debug: Mapping[str, Any] = field(default_factory=dict)
    next_page: str | None = None


class IndexClient:
    """One index, asked as the app itself or as the ``caller``."""

    def __init__(
        self, index: str, host: Callable[[], str], headers: Headers, http: httpx.Client, caller: Caller | None = None
    ) -> None:
        self.index = index
        self.caller = caller
        self._host = host
        self._headers = headers
        self._http = http

    def acting_for(self, caller: Caller | None) -> IndexClient:
        """The same index with the caller's rights, or with the app's own; connections are shared."""
        return IndexClient(self.index, self._host, self._headers, self._http, caller)

    def query(self, body: Mapping[str, Any]) -> Answered:
        """The rows that answer a question."""
        return _answered(self._ask("POST", f"{self._path}/query", body))

    def pages(self, body: Mapping[str, Any]) -> Iterator[Answered]:
        """The same, and what comes behind: a thousand rows at a time."""
        answered = self.query(body)
        yield answered
        while answered.next_page:
            answered = _answered(self._ask("POST", f"{self._path}/query-next-page", {"page_token": answered.next_page}))
            yield answered

    def scan(self, after: str | None, most: int) -> tuple[list[Row], str | None]:
        """Rows in the order of their keys, behind one of them, and the last one's key."""
        said = self._ask(
            "POST", f"{self._path}/scan", {"num_results": most, **({"last_primary_key": after} if after else {})}
        )
        return [_row(struct) for struct in said.get("data") or []], said.get("last_primary_key")

    def is_storage_optimized(self) -> bool:
        """Whether its endpoint is of that type, which takes filters in another language."""
        endpoint = self._ask("GET", self._path).get("endpoint_name")
        if not endpoint:
            return False
        described = self._ask("GET", f"/api/2.0/vector-search/endpoints/{quote(str(endpoint), safe='')}")
        return described.get("endpoint_type") == "STORAGE_OPTIMIZED"

    def readiness(self) -> Readiness:
        """How the index stands, as the workspace tells; raises ``StreamingError``."""
        try:
            status = self._ask("GET", self._path).get("status") or {}
        except AuthFailed:
            return Readiness(State.UNKNOWN, "the app may not see how the index stands")
        return told(status.get("detailed_state"), ready=status.get("ready") is True)

    @property
    def _path(self) -> str:
        return f"/api/2.0/vector-search/indexes/{quote(self.index, safe='.')}"

    def _signed(self) -> dict[str, str]:
        try:
            return dict(self._headers(self.caller))
        except AuthFailed as error:
            raise AuthFailed(REFUSED, why="app_index") from error
        except ModelUnavailable as error:  # the workspace, which signs requests to models as well
            raise RetrievalFailed from error

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        headers, host = self._signed(), self._host().rstrip("/")
        try:
            response = self._http.request(method, f"{host}{path}", json=body, headers=headers, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise RetrievalFailed from error
        if response.is_success:
            return _object(response)
        raise _failure(response, self.caller)


def storage_optimized(client: IndexClient) -> bool:
    """Whether its endpoint is of that type, for who may search an index seldom may look at its endpoint.

    The app is asked for it first, then the caller; raises ``RetrievalFailed``, which says what to set, where
    neither may.
    """
    refused: StreamingError | None = None
    for asking in (client.acting_for(None), client):
        try:
            return asking.is_storage_optimized()
        except StreamingError as error:
            if error.retryable:
                raise
            refused = error
    raise failed(Trouble.endpoint_type) from refused


def _failure(response: httpx.Response, caller: Caller | None) -> StreamingError:
    """What a refusal means to a person; its words, which may quote the question, are for who reads DEBUG."""
    said = _object(response, otherwise={})
    log.warning("the search index refused with %d %s", response.status_code, said.get("error_code", ""))
    log.debug("its words: %s", said.get("message"))
    match response.status_code:
        case 401 | 403:
            if caller is not None and caller.token is not None:
                return refusal(Asked.INDEX, f"{said.get('error_code')} {said.get('message')}", caller)
            return AuthFailed(REFUSED, why="app_index")
        case 429:
            return RateLimited(BUSY, retry_after_s=_seconds(response.headers.get("Retry-After")))
        case 404:
            return failed(Trouble.missing_index)
        case 400 | 413 | 415 | 422:
            return Mistaken()
    return RetrievalFailed(retry_after_s=_seconds(response.headers.get("Retry-After")))


def _object(response: httpx.Response, otherwise: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    try:
        said = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        if otherwise is not None:
            return otherwise
        raise RetrievalFailed from error  # a page of a proxy's
    if isinstance(said, dict):
        return said
    if otherwise is not None:
        return otherwise
    raise RetrievalFailed


def _answered(said: Mapping[str, Any]) -> Answered:
    """Rows by their columns' names; the score stands last."""
    try:
        names = [column["name"] for column in said["manifest"]["columns"]]
        found = said["result"].get("data_array") or []
        rows = [(dict(zip(names[:-1], row, strict=False)), float(row[-1])) for row in found]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RetrievalFailed from error
    return Answered(rows, said.get("debug_info") or {}, said.get("next_page_token") or None)


def _row(struct: Mapping[str, Any]) -> Row:
    return {entry["key"]: _plain(entry.get("value") or {}) for entry in struct.get("fields") or []}


def _plain(value: Mapping[str, Any]) -> Any:
    """A value without the name of its type."""
    for name, held in value.items():
        if name == "list_value":
            return [_plain(one) for one in (held or {}).get("values") or []]
        if name in {"string_value", "number_value", "bool_value"}:
            return held
    return None


def _seconds(said: str | None) -> float | None:
    return float(said) if said and said.isdecimal() else None

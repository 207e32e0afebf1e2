"""Vector Search behind a local workspace: one request a search, bounded, and every failure in words for a person."""

import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from databases import at_once
from fakes import PATIENCE_S, STOP, ScriptedModel, once
from footnote.answers import search
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.callers import Caller
from footnote.chat import Cancellation, CancelReason
from footnote.errors import AuthFailed, Code, RateLimited, RetrievalFailed
from footnote.events import Stopped
from footnote.passages import Filter, Segment
from footnote.readiness import State
from footnote.retrieval.index_client import IndexClient
from footnote.retrieval.index_columns import Columns
from footnote.retrieval.index_library import IndexLibrary
from footnote.retrieval.reranking import Reranking, WordsReranker
from footnote.retrieval.standing import readiness_of
from footnote.retrieval.vector_search import VectorSearchRetriever
from workspace.connection import Reply
from workspace.identities import TOKEN
from workspace.request import wait_until
from workspace.vector_search import ENDPOINTS, SCOPE, VectorSearch

USERS = 12
STOPPED_S = 1.0


def queries(index):
    return [body for path, body, _ in index.asked if path.endswith("/query")]


def test_a_search_is_one_request_once_the_index_is_known(vector_search, index):
    vector_search.put("a", "The salmon quota.", "Herring.")
    vector_search.found("salmon")
    index.asked.clear()
    vector_search.found("salmon", limit=3)
    ((path, body, who),) = index.asked
    assert path == "/api/2.0/vector-search/indexes/main.rag.passages/query"
    assert body == {
        "columns": [*Columns().among(None)],
        "query_text": "salmon",
        "query_type": "HYBRID",
        "num_results": 3,
    }
    assert who.user == "app"


def test_passages_that_are_left_out_make_room_for_others(vector_search, index):
    vector_search.put("a", *[f"Salmon {n}." for n in range(20)])
    ticked = frozenset(vector_search.found("salmon", limit=5))
    hits = vector_search.retriever.search("salmon", filter=Filter(without=ticked), limit=10)
    assert len(hits) == 10
    assert not ticked & {hit.passage.id for hit in hits}


def test_the_platform_reranks_within_the_query_and_tells_how_long_it_took(vector_search, index):
    vector_search.put("a", *[f"Herring {n}, and of all things a salmon." for n in range(70)], "The salmon quota.")
    retriever = replace(vector_search.retriever, reranks=True)
    made = retriever.reranked("the salmon quota", limit=8)
    assert made.hits[0].passage.text == "The salmon quota."
    assert (len(made.hits), made.candidates, made.ms) == (8, 50, 35)
    assert queries(index)[-1]["reranker"] == {
        "model": "databricks_reranker",
        "model_type": "MODEL_TYPE_BASE",
        "parameters": {"columns_to_rerank": ["title", "text"]},
    }
    assert len(queries(index)) == 1
    few = retriever.reranked("salmon", filter=Filter(frozenset("b")), limit=8)
    assert (few.hits, few.candidates) == ((), None)


def test_a_long_question_is_cut_to_what_the_index_takes(vector_search, index):
    vector_search.put("a", "The salmon quota.")
    for question in ("word " * 4000, "予" * 8000, "salmon\0\ud800\n quota", "é" * 3000):
        assert vector_search.found(question) == ["a#0"]
    assert vector_search.found(" \t\n") == []


def test_columns_of_other_names_and_columns_that_are_missing(workspace):
    types = {"key": "string", "chunk": "string", "doc_title": "string"}
    other = VectorSearch("main.rag.other", types, key="key", text="chunk")
    other.put({"key": "k1", "chunk": "The salmon quota.", "doc_title": "Fish"}, {"key": "k2", "chunk": "Herring."})
    workspace.apis.insert(0, other)
    with httpx.Client() as http:
        asked = IndexClient(
            "main.rag.other", lambda: workspace.url, lambda _: {"Authorization": f"Bearer {TOKEN}"}, http
        )
        library = IndexLibrary(asked, Columns({"id": "key", "text": "chunk", "title": "doc_title"}), fresh_s=0)
        hits = VectorSearchRetriever(asked, library).search("salmon")
    workspace.apis.remove(other)
    assert [(h.passage.id, h.passage.document_id, h.passage.title, h.passage.text) for h in hits] == [
        ("k1", "k1", "Fish", "The salmon quota."),
        ("k2", "k2", "k2", "Herring."),
    ]


def test_a_passage_comes_whole(vector_search, index):
    segments = '[[0, 4, "Ana", 1.5, 2.25], [5, 5, "Ben", null, null]]'
    index.put(
        {"id": "team/r#3", "document_id": "team/r", "title": "R", "ordinal": 3, "text": "Yes.\nNo.", "page": 7}
        | {"segments": segments, "speakers": ["Ana", "Ben"], "kind": "recording", "tags": ["x"], "date": "2026-03-12"}
    )
    (hit,) = vector_search.retriever.search("yes")
    assert hit.passage.segments == (Segment(0, 4, "Ana", 1.5, 2.25), Segment(5, 5, "Ben", None, None))
    assert (hit.passage.ordinal, hit.passage.page, hit.passage.document_id) == (3, 7, "team/r")
    assert hit.passage == vector_search.library.passage("team/r#3")


FAILURES = [
    (
        Reply({"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "secret-host"}, 429, {"Retry-After": "7"}),
        "RATE_LIMIT",
    ),
    (Reply({"error_code": "PERMISSION_DENIED", "message": "secret-host"}, 403), "AUTH_ERROR"),
    (Reply({"error_code": "UNAUTHENTICATED", "message": "secret-host"}, 401), "AUTH_ERROR"),
    (Reply({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "secret-host"}, 404), "RETRIEVAL_FAILED"),
    (Reply({"error_code": "INTERNAL_ERROR", "message": "secret-host"}, 500), "RETRIEVAL_FAILED"),
    (Reply("<html>Sign in to secret-host</html>"), "RETRIEVAL_FAILED"),
    (Reply({"result": {"data_array": [["a"]]}}), "RETRIEVAL_FAILED"),
    (Reply([]), "RETRIEVAL_FAILED"),
]


@pytest.mark.parametrize(("reply", "code"), FAILURES, ids=range(len(FAILURES)))
def test_every_failure_is_one_of_ours_and_tells_no_host(vector_search, index, caplog, reply, code):
    vector_search.put("a", "Salmon.")
    vector_search.found("salmon")
    index.replies.append(reply)
    with caplog.at_level(logging.INFO), pytest.raises((AuthFailed, RateLimited, RetrievalFailed)) as raised:
        vector_search.found("salmon")
    assert raised.value.code == Code(code)
    assert "secret-host" not in raised.value.message + caplog.text
    assert TOKEN not in caplog.text
    assert raised.value.retry_after_s == (7 if code == "RATE_LIMIT" else None)


def test_a_workspace_that_is_not_there_is_told_at_once():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    since = time.monotonic()
    with httpx.Client() as http:
        client = IndexClient("main.rag.passages", lambda: f"http://127.0.0.1:{port}", lambda _: {}, http)
        retriever = VectorSearchRetriever(client, IndexLibrary(client, Columns()))
        with pytest.raises(RetrievalFailed) as raised:
            retriever.search("salmon")
    assert raised.value.retryable
    assert time.monotonic() - since < 3


def test_a_workspace_that_says_nothing_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("footnote.retrieval.index_client.TIMEOUT", httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent, httpx.Client() as http:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = IndexClient("main.rag.passages", lambda: url, lambda _: {}, http)
        retriever = VectorSearchRetriever(client, IndexLibrary(client, Columns()))
        with pytest.raises(RetrievalFailed):
            retriever.search("salmon")


def test_a_stop_does_not_wait_for_an_index_that_says_nothing():
    """Its request is left behind; it ends by itself, within its own bounds."""

    def stopped_in() -> float:
        cancellation = Cancellation()
        with socket.create_server(("127.0.0.1", 0)) as silent, httpx.Client() as http:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            client = IndexClient("main.rag.passages", lambda: url, lambda _: {}, http)
            retriever = VectorSearchRetriever(client, IndexLibrary(client, Columns()))
            answer = stream_rag_response(
                Question("salmon"), retriever=retriever, model=ScriptedModel(STOP), cancellation=cancellation
            )
            with ThreadPoolExecutor(1) as pool:
                read = pool.submit(list, answer)
                asked, _ = silent.accept()
                since = time.monotonic()
                cancellation.request(CancelReason.STOPPED)
                assert read.result(PATIENCE_S) == [Stopped()]
                took = time.monotonic() - since
            asked.close()
        return took

    assert once(lambda: stopped_in() < STOPPED_S)
    wait_until(lambda: search.LEFT.count == 0, PATIENCE_S)


def test_each_caller_asks_with_their_own_token(vector_search, index, workspace):
    vector_search.put("a", "Salmon.")
    workspace.identities.grant("ada's", "ada", scopes={SCOPE})
    workspace.identities.grant("bob's", "bob", scopes={"sql"})
    hits = vector_search.retriever.on_behalf_of(Caller("ada", "ada's")).search("salmon")
    assert [hit.passage.id for hit in hits] == ["a#0"]
    assert index.asked[-1][2].user == "ada"
    theirs = vector_search.retriever.on_behalf_of(Caller("bob", "bob's"))
    for refused in (lambda: theirs.search("salmon"), theirs.library.documents, lambda: theirs.scope(Filter())):
        with pytest.raises(AuthFailed, match="add the scope vector-search"):
            refused()
    assert vector_search.retriever.on_behalf_of(Caller("eve", None)).search("salmon")
    assert "bob's" not in repr(theirs)
    index.replies.append(Reply({"error_code": "PERMISSION_DENIED", "message": "no SELECT on secret-host"}, 403))
    with pytest.raises(AuthFailed, match="grant you SELECT") as raised:
        vector_search.retriever.on_behalf_of(Caller("ada", "ada's")).search("salmon")
    assert raised.value.why == "permission_index"


def test_users_who_search_at_once_share_connections_and_never_cross(vector_search, index, workspace):
    """A new token counts from the next request on, and an old one no more, whatever was known of its user."""
    vector_search.put("a", "Salmon.")
    library = IndexLibrary(vector_search.library._client, Columns())
    shared = VectorSearchRetriever(library._client, library)
    pool = library._client._http._transport._pool

    def visit(number):
        user = f"user{number}"
        for token in (f"{user}-first", f"{user}-second"):
            workspace.identities.grant(token, user, scopes={SCOPE})
            theirs = shared.on_behalf_of(Caller(user, token))
            assert theirs.search(f"salmon of {user}")
            assert theirs.library.documents()
            workspace.identities.revoke(token)
            with pytest.raises(AuthFailed, match="sign-in has expired"):
                theirs.search(f"salmon of {user}")

    at_once(USERS, visit)
    asked = [(body["query_text"], who.user) for path, body, who in index.asked if path.endswith("/query")]
    assert sorted(asked) == sorted([(f"salmon of user{n}", f"user{n}") for n in range(USERS)] * 2)
    looked = [who.user for path, body, who in index.asked if path.endswith("/scan") and body["num_results"] == 1]
    assert all(looked.count(f"user{n}") >= 2 for n in range(USERS))  # each token was let in by itself
    assert len(pool.connections) <= USERS + 1
    assert len(library._known.admitted) == 2 * USERS


def test_the_endpoints_type_is_asked_for_as_the_app(storage_optimized, client, index, workspace):
    """Who may search an index seldom may look at its endpoint."""
    storage_optimized.put("a", "Salmon.", tags=("north",))
    workspace.identities.grant("ada's", "ada", scopes={SCOPE})
    library = IndexLibrary(client, Columns()).on_behalf_of(Caller("ada", "ada's"))
    assert library.dialect().storage_optimized
    assert [who.user for path, _, who in index.asked if "/endpoints/" in path] == ["app"]


def test_where_the_app_may_not_look_at_the_endpoint_its_user_does(storage_optimized, client, index, workspace):
    workspace.identities.grant(TOKEN, "app", scopes={"sql"})
    workspace.identities.grant("ada's", "ada", scopes={SCOPE, ENDPOINTS})
    workspace.identities.grant("bob's", "bob", scopes={SCOPE})
    library = IndexLibrary(client, Columns())
    try:
        with pytest.raises(RetrievalFailed, match="has to set FOOTNOTE_INDEX_ENDPOINT") as told:
            library.on_behalf_of(Caller("bob", "bob's")).dialect()
        assert (told.value.retryable, told.value.why) == (False, "endpoint_type")
        assert library.on_behalf_of(Caller("ada", "ada's")).dialect().storage_optimized
    finally:
        workspace.identities.grant(TOKEN, "app")


@pytest.mark.parametrize("wrong", ["id", "text"])
@pytest.mark.parametrize("scanned", [True, False], ids=["read row by row", "searched only"])
def test_a_column_that_the_index_has_not_is_named_in_the_log(vector_search, client, index, caplog, wrong, scanned):
    vector_search.put("a", "Salmon.")
    library = IndexLibrary(client, Columns({wrong: "nowhere"}))
    if not scanned:
        library._known.present = frozenset(Columns().among(None))
    with pytest.raises(RetrievalFailed, match="FOOTNOTE_INDEX_COLUMNS") as told:
        VectorSearchRetriever(client, library).search("salmon")
    assert (told.value.retryable, told.value.why) == (False, "columns")
    assert f"has no {wrong}=nowhere; it has date, document_id, " in caplog.text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("ONLINE_NO_PENDING_UPDATE", State.READY),
        ("PROVISIONING_INITIAL_SNAPSHOT", State.STARTING),
        ("OFFLINE_FAILED", State.UNAVAILABLE),
    ],
)
def test_the_index_stands_as_the_workspace_says_without_a_search(vector_search, index, state, told):
    index.state = state
    assert readiness_of(Reranking(vector_search.retriever, WordsReranker())).state == told
    assert [path for path, _, _ in index.asked] == ["/api/2.0/vector-search/indexes/main.rag.passages"]


def test_that_the_app_may_not_look_at_the_index_is_told_and_nothing_worse(vector_search, index):
    index.replies.append(Reply({"error_code": "PERMISSION_DENIED", "message": "secret-host"}, 403))
    readiness = readiness_of(vector_search.retriever)
    assert readiness.state is State.UNKNOWN
    assert "secret" not in str(readiness)

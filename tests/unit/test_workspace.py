"""The workspace that the tests run against refuses what Databricks refuses, also where an ``Api`` is plugged in."""

from __future__ import annotations

import httpx
import pytest

from footnote.models.upstream import http_client
from footnote.retrieval.index_client import connections
from workspace.connection import ApiRequest, Reply
from workspace.identities import TOKEN
from workspace.serving import ServingEndpoint

CHAT = "/serving-endpoints/chat/completions"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "When?"}], "stream": True}


def search(request: ApiRequest) -> Reply | None:
    if request.path != "/api/2.0/search":
        return None
    return Reply({"user": request.signed("vector-search").user, "query": request.json(), "how": request.query})


@pytest.fixture(scope="module")
def client():
    with ServingEndpoint(apis=[search]) as workspace, httpx.Client(base_url=workspace.url) as client:
        workspace.identities.grant("ada", "ada@example.org", scopes={"vector-search"})
        workspace.identities.grant("old", "ada@example.org", expires_in_s=-1)
        yield client


def signed(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_api_answers_its_own_paths_for_whom_the_workspace_knows(client):
    asked = client.post("/api/2.0/search?mode=hybrid", json={"q": "launch"}, headers=signed("ada"))

    assert asked.json() == {"user": "ada@example.org", "query": {"q": "launch"}, "how": {"mode": ["hybrid"]}}


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/api/2.0/search", "unknown", 403),
        ("/api/2.0/search", "old", 403),
        ("/api/2.0/elsewhere", TOKEN, 404),
        (CHAT, "ada", 403),
        (CHAT, "old", 403),
        (CHAT, TOKEN, 200),
    ],
)
def test_what_a_token_is_not_good_for_is_refused(client, path, token, status):
    assert client.post(path, json=ASKED, headers=signed(token)).status_code == status


@pytest.mark.parametrize("made", [connections, lambda: http_client(signed)], ids=["index", "model"])
def test_no_request_carries_a_cookie_that_came_with_another_users_answer(made):
    heard = []

    def gives_cookies(request: ApiRequest) -> Reply | None:
        heard.append(request.headers.get("cookie"))
        return Reply({}, headers={"Set-Cookie": "session=anns; Path=/"})

    with ServingEndpoint(apis=[gives_cookies]) as workspace, made() as shared:
        for _ in range(2):
            assert shared.get(f"{workspace.url}/api/2.0/search", headers=signed()).status_code == 200
    assert heard == [None, None]

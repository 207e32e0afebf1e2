"""The real SDK in the workspace's room: whose rights a request has, and what is minted."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from footnote.callers import Caller
from footnote.errors import StorageFailed
from footnote.lakebase import passwords
from footnote.workspace import Workspace
from workspace.connection import ApiRequest, Reply
from workspace.identities import TOKEN
from workspace.lakebase import ENDPOINT, INSTANCE
from workspace.serving import ServingEndpoint

PASSWORD = "minted-s3cret"  # noqa: S105 - of no use anywhere
PATHS = {"/api/2.0/postgres/credentials": "expire_time", "/api/2.0/database/credentials": "expiration_time"}


class Asked:
    """The ``Api`` of credentials; it tells what it was asked."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    def __call__(self, request: ApiRequest) -> Reply | None:
        if ends := PATHS.get(request.path):
            request.signed("postgres")
            self.bodies.append(request.json())
            until = datetime.now(UTC) + timedelta(hours=1)
            return Reply({"token": PASSWORD, ends: until.strftime("%Y-%m-%dT%H:%M:%SZ")})
        return None


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked()


@pytest.fixture(scope="module")
def endpoint(asked: Asked) -> Iterator[ServingEndpoint]:
    with ServingEndpoint(apis=[asked]) as endpoint:
        yield endpoint


@pytest.fixture
def workspace(endpoint: ServingEndpoint, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name, value in endpoint.service_principal.items():
        monkeypatch.setenv(name, value)
    return Workspace.sign_in()


def test_a_callers_requests_are_signed_with_their_token_alone(workspace, endpoint):
    """Beside the app's own credentials in the environment, and without asking the workspace anything."""
    sign_ins = endpoint.sign_in.count
    assert workspace.headers(Caller("ann", "token-of-ann")) == {"Authorization": "Bearer token-of-ann"}
    assert workspace.headers(Caller("ann", "a-new-one")) == {"Authorization": "Bearer a-new-one"}
    assert endpoint.sign_in.count == sign_ins
    assert workspace.headers(Caller("cleo")) == workspace.headers() == {"Authorization": f"Bearer {TOKEN}"}
    assert "token-of-ann" not in f"{vars(workspace)!r}"


@pytest.mark.parametrize(
    ("name", "body"),
    [(ENDPOINT, {"endpoint": ENDPOINT}), (INSTANCE, {"instance_names": [INSTANCE]})],
    ids=["endpoint", "instance"],
)
def test_a_password_is_minted_for_what_the_setting_names(workspace, asked, caplog, name, body):
    """In no log at any level: the SDK's own would tell the responses' bodies at DEBUG."""
    with caplog.at_level(logging.DEBUG):
        minted = passwords(name, lambda: workspace)
        assert {minted.current() for _ in range(3)} == {PASSWORD}
    assert {key: value for key, value in asked.bodies.pop().items() if key != "request_id"} == body
    assert asked.bodies == []
    assert PASSWORD not in caplog.text


def test_a_workspace_that_refuses_or_is_away_is_a_failure_in_words(workspace, endpoint):
    endpoint.identities.revoke(TOKEN)
    try:
        began = time.monotonic()
        with pytest.raises(StorageFailed, match="FOOTNOTE_LAKEBASE"):
            passwords(ENDPOINT, lambda: workspace).current()
        assert time.monotonic() - began < 10
    finally:
        endpoint.identities.grant(TOKEN, "app")

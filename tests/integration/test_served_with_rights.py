"""The product as on the platform: each user's own rights, and a database whose passwords are minted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from postgres import Postgres
from served_product import QUESTION, SERVE, Served, asking, events, started, text
from workspace.identities import TOKEN
from workspace.lakebase import ENDPOINT, Lakebase
from workspace.serving import ServingEndpoint

SECRET = "s3cret-of-the-app"  # noqa: S105 - of no use anywhere
USERS = 8
LOAD_S = 12.0
ROTATED_S = 3.0


@dataclass
class Platform:
    """The served product, and what it is served by; every response is kept."""

    served: Served
    endpoint: ServingEndpoint
    lakebase: Lakebase
    server: Postgres
    database: str
    heard: list[str] = field(default_factory=list)

    def ask(self, user: str, token: str | None, question: str = QUESTION) -> tuple[int, list[dict[str, Any]]]:
        """The status, and the events of the answer to its end."""
        asked = asking(question, answer_id=str(uuid4()))
        headers = {"X-Forwarded-Email": user} | ({"X-Forwarded-Access-Token": token} if token else {})
        with self.served.client() as client:
            begun = self._heard(client.post("/api/chat/answers", json=asked, headers=headers))
            if begun.status_code != 201:
                return begun.status_code, [begun.json()]
            read, after = [], 0
            while not read or read[-1]["type"] == "continue":
                told = client.post(
                    "/api/chat/stream",
                    json={"answer_id": asked["answer_id"], "after": after},
                    headers=headers | {"Accept": "text/event-stream"},
                )
                read += events(self._heard(told).text)
                after = read[-1].get("after", 0)
            kept = self._heard(client.get(f"/api/chat/answers/{asked['answer_id']}", headers=headers))
            assert kept.json()["text"] == text(read)
            return 201, read

    def _heard(self, response: httpx.Response) -> httpx.Response:
        self.heard.append(f"{response.headers!r} {response.text}")
        return response

    def tables(self) -> str:
        """Everything that is kept."""
        with psycopg.connect(self.server.url.replace("/postgres?", f"/{self.database}?")) as connection:
            names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname='public'")]
            rows = [connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names]  # noqa: S608 - our own
        assert len(names) > 5
        return repr(rows)


@pytest.fixture(scope="module")
def platform(tmp_path_factory, postgres_server: Postgres) -> Iterator[Platform]:
    lakebase = Lakebase(postgres_server, good_s=ROTATED_S)
    where = lakebase.database()
    home = tmp_path_factory.mktemp("home")
    with ServingEndpoint(apis=[lakebase]) as endpoint:
        settings = {
            "FOOTNOTE_MODEL": "databricks:analyst-model", "FOOTNOTE_LAKEBASE": ENDPOINT, "FOOTNOTE_WORKERS": "1",
            "FOOTNOTE_TRUST_IDENTITY": "true", "FOOTNOTE_USER_AUTHORIZATION": "true", "FOOTNOTE_RATE_LIMIT": "off",
            "FOOTNOTE_LOG_LEVEL": "DEBUG", "FOOTNOTE_LOG_TEXTS": "true", "FOOTNOTE_LOG_FORMAT": "json",
            "DATABRICKS_DEBUG_HEADERS": "true", "PYTHONFAULTHANDLER": "1",
        }  # fmt: skip
        signed_in = endpoint.service_principal | {"DATABRICKS_CLIENT_SECRET": SECRET}
        with started(SERVE, home, home / "data", **settings, **where, **signed_in) as served:
            yield Platform(served, endpoint, lakebase, postgres_server, where["PGDATABASE"])


def granted(platform: Platform, user: str) -> str:
    token = f"s3cret-token-of-{user}"
    platform.endpoint.identities.grant(token, user, scopes={"model-serving"})
    return token


def test_passwords_change_every_three_seconds_under_load_and_nothing_fails(platform: Platform) -> None:
    until = time.monotonic() + LOAD_S
    calls = platform.lakebase.calls

    def use(user: str) -> int:
        token, answers = granted(platform, user), 0
        while time.monotonic() < until:
            status, read = platform.ask(user, token, f"{QUESTION} [[fast]]")
            assert (status, read[-1]["type"]) == (201, "done"), read[-1]
            answers += 1
        return answers

    with platform.lakebase.rotating(ROTATED_S), ThreadPoolExecutor(USERS) as pool:
        answered = sum(pool.map(use, [f"user{n}@example.org" for n in range(USERS)]))
    assert answered >= USERS
    assert platform.lakebase.calls - calls >= 2
    assert {request.identity.user for request in platform.endpoint.requests} == {
        f"user{n}@example.org" for n in range(USERS)
    }


def test_a_database_that_was_asleep_is_waited_for(platform: Platform) -> None:
    """Its connections are gone, its password is another one, and it takes a second to be there again."""
    token = granted(platform, "ann")
    platform.lakebase.rotate()
    platform.lakebase.disconnect()
    platform.server.stop()
    waking = threading.Timer(1, platform.server.start)
    waking.start()
    try:
        status, read = platform.ask("ann", token)
    finally:
        waking.join()
    assert (status, read[-1]["type"]) == (201, "done")


def test_what_is_refused_says_what_has_to_be_switched_on(platform: Platform) -> None:
    grant = platform.endpoint.identities.grant
    grant("s3cret-token-of-sue", "sue", scopes={"sql"})
    grant("s3cret-token-of-leo", "leo", scopes={"model-serving"}, expires_in_s=-1)
    ends = {}
    for user, token in (("sue", "s3cret-token-of-sue"), ("leo", "s3cret-token-of-leo"), ("mia", "s3cret-token-of-mia")):
        status, read = platform.ask(user, token)
        assert status == 201
        ends[user] = read[-1]["code"], read[-1]["reason"]
    expired = "AUTH_ERROR", "expired"
    assert ends == {"sue": ("AUTH_ERROR", "scope_model"), "leo": expired, "mia": expired}
    status, refused = platform.ask("mia", None)
    assert (status, refused[0]["code"], refused[0]["reason"]) == (403, "AUTH_ERROR", "no_token")


def test_no_token_is_in_the_log_the_responses_or_the_database(platform: Platform) -> None:
    """At DEBUG, with headers asked for, after answers, refusals, and failures of every layer below."""
    ann = granted(platform, "ann")
    for scenario in ("500", "reset", "malformed", "401", "403", "html", "error-frame"):
        status, read = platform.ask("ann", ann, f"{QUESTION} [[{scenario}]]")
        assert (status, read[-1]["type"]) == (201, "error"), scenario
    log = (platform.served.home / "log").read_text()
    assert {json.loads(line)["level"] for line in log.splitlines()} >= {"debug", "info", "warning"}
    assert "AUTH_ERROR" in log
    kept = "".join(path.read_bytes().decode("latin-1") for path in files(platform.served.home / "data"))
    secrets = ["s3cret", TOKEN, *platform.lakebase.minted]
    for name, found in {
        "log": log,
        "responses": "\n".join(platform.heard),
        "database": platform.tables(),
        "disk": kept,
    }.items():
        assert len(found) > 1000, name
        leaked = [(secret, found[max(0, at - 200) : at + 60]) for secret in secrets if (at := found.find(secret)) >= 0]
        assert not leaked, name


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]

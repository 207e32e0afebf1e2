"""The product behind a real nginx, with the very configuration of docs/nginx.md."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import slow_app
from nginx import in_front
from ports import number, reserved_port
from served_product import QUESTION, SLOW, Served, asking, events, started, text

HOST = "footnote.example.org"
SIGNED_IN = ("ann", "pass")


class Front(Served):
    """The served product as it is seen through nginx, by a user who is signed in there."""

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20, auth=SIGNED_IN, headers={"Host": HOST})


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[Served]:
    """The product with a slow model, which believes what the proxy says of who asks."""
    home = tmp_path_factory.mktemp("behind")
    variables = {
        "FOOTNOTE_TRUST_IDENTITY": "true",
        "FOOTNOTE_ALLOWED_HOSTS": f"{HOST},127.0.0.1",
        "FOOTNOTE_WORKERS": "1",
    }
    with started(SLOW, home, home / "data", **variables) as server:
        yield server


@pytest.fixture(scope="module")
def front(tmp_path_factory, app: Served) -> Iterator[Front]:
    with _nginx(tmp_path_factory.mktemp("nginx"), app.url.rpartition(":")[2]) as url:
        yield Front(app.process, url, app.home, app.printed)


@contextlib.contextmanager
def _nginx(folder: Path, behind: str) -> Iterator[str]:
    with reserved_port() as reserved:
        port = number(reserved)
        users = folder / "users"
        users.write_text(":{PLAIN}".join(SIGNED_IN) + "\n", "utf-8")
        changed = {
            "127.0.0.1:8050": f"127.0.0.1:{behind}",
            "listen 80;": f"listen 127.0.0.1:{port};",
            "/etc/nginx/footnote.users": str(users),
        }
        with in_front(folder, port, changed):
            yield f"http://127.0.0.1:{port}"


def test_words_come_through_while_the_model_still_writes_and_a_stop_ends_it(front: Front) -> None:
    """The held model says its first words, and nothing more until it is stopped: buffered, none would come."""
    asked = asking(f"{QUESTION} [[hold]]", answer_id=str(uuid4()))
    with front.client() as client, client.stream("POST", "/api/chat/stream", json=asked) as response:
        pieces = response.iter_text()
        raw = ""
        while '"token"' not in raw:
            raw += next(pieces)
        assert client.post(f"/api/chat/answers/{asked['answer_id']}/stop", json={}).status_code == 202
        said = events(raw + "".join(pieces))
    assert said[-1]["type"] == "cancelled"
    assert "Content-Encoding" not in response.headers


def test_a_stream_is_taken_up_where_it_was_left(front: Front) -> None:
    answer_id = front.ask()
    whole = front.stream(answer_id=answer_id, after=0)
    assert text(whole) == slow_app.answer_to(QUESTION)
    assert front.stream(answer_id=answer_id, after=3) == whole[3:]


def test_who_asks_is_who_signed_in_whatever_a_client_says(front: Front, app: Served) -> None:
    said = {
        "X-Forwarded-Email": "eve@example.org",
        "X-Forwarded-User": "eve",
        "X-Forwarded-Preferred-Username": "eve",
    }
    with front.client() as client:
        assert client.post("/api/chat/answers", json=asking(), headers=said).status_code == 201
    of = {name: {"X-Forwarded-Email": name, "Host": HOST} for name in ("ann", "eve@example.org", "eve")}
    with app.client() as client:
        told = {name: client.get("/api/chat/sessions", headers=headers).json() for name, headers in of.items()}
    assert told["ann"]["sessions"]
    assert not told["eve"]["sessions"]
    assert not told["eve@example.org"]["sessions"]


def test_nobody_comes_in_without_signing_in_or_under_another_name(front: Front) -> None:
    assert httpx.get(f"{front.url}/", headers={"Host": HOST}).status_code == 401
    with front.client() as client:
        assert client.get("/", headers={"Host": "evil.example.com"}).status_code == 400


def test_the_page_is_whole_and_its_scripts_are_compressed_once(front: Front) -> None:
    with front.client() as client:
        page = client.get("/", headers={"Accept-Encoding": "gzip"})
        script = next(part for part in re.findall(r'src="([^"]+)"', page.text) if "/assets/" in part)
        loaded = client.get(script, headers={"Accept-Encoding": "gzip"})
    assert loaded.headers["Content-Encoding"] == "gzip"
    assert "<html" in page.text
    assert "footnote" in loaded.text


def test_what_is_too_large_for_nginx_is_told_as_footnote_would(front: Front) -> None:
    """At once, before it is sent."""
    host, port = front.url.removeprefix("http://").split(":")
    login = httpx.BasicAuth(*SIGNED_IN)._auth_header
    head = (
        f"POST /api/library/documents HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: {login}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 99000000\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), 20) as connection:
        connection.sendall(head.encode())
        answered = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answered.startswith("HTTP/1.1 413 ")
    problem = json.loads(answered.partition("\r\n\r\n")[2])
    assert problem["code"] == "TOO_LARGE"
    assert problem["retryable"] is False


def test_while_footnote_is_away_that_is_a_problem_with_the_wait_and_no_page_of_nginx(tmp_path: Path) -> None:
    with reserved_port() as nobody, _nginx(tmp_path, str(number(nobody))) as url:
        away = httpx.get(f"{url}/api/chat/sessions", auth=SIGNED_IN, headers={"Host": HOST})
    assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
    assert away.json()["code"] == "UNAVAILABLE"
    assert away.json()["retry_after_s"] == 5

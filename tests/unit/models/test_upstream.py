"""A connection that can be cut in each state that it passes through, over real sockets."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from fakes import SOON_S
from footnote.models.line import Line
from footnote.models.upstream import http_client

TIMEOUT_S = 30


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that does nothing by itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(TIMEOUT_S)
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http_client(lambda: {"Authorization": "Bearer x"}) as client:
        yield client


def url(listener: socket.socket, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/"


def cut_in(client: httpx.Client, address: str, ready: Callable[[], object]) -> tuple[float, BaseException | None]:
    """Read in one thread, cut in another once ``ready``: how long the reader took to end, and how it did."""
    line = Line()
    ended: list[tuple[float, BaseException | None]] = []

    def read() -> None:
        error: BaseException | None = None
        try:
            with line.carrying(), client.stream("GET", address, timeout=TIMEOUT_S) as response:
                response.read()
        except httpx.HTTPError as raised:
            error = raised
        ended.append((time.monotonic(), error))

    reader = threading.Thread(target=read)
    reader.start()
    ready()
    started = time.monotonic()
    line.cut()
    reader.join(TIMEOUT_S)
    return ended[0][0] - started, ended[0][1]


def test_a_cut_ends_the_wait_for_headers(listener, client):
    with contextlib.ExitStack() as stack:

        def accept() -> None:
            stack.enter_context(listener.accept()[0]).recv(4096)

        took, error = cut_in(client, url(listener), accept)
    assert isinstance(error, httpx.HTTPError)
    assert took < SOON_S


def test_a_cut_ends_the_wait_for_the_next_chunk(listener, client):
    with contextlib.ExitStack() as stack:

        def answer() -> None:
            peer = stack.enter_context(listener.accept()[0])
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")

        took, error = cut_in(client, url(listener), answer)
    assert isinstance(error, httpx.HTTPError)
    assert took < SOON_S


@pytest.fixture
def looking_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set as soon as a name is looked up; until the test ends, no server of names answers."""
    begun, answered = threading.Event(), threading.Event()

    def wait(*_: object, **__: object) -> list[object]:
        begun.set()
        answered.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    yield begun
    answered.set()


def test_a_cut_ends_the_look_up_of_a_name(client, looking_up):
    took, error = cut_in(client, "http://model.invalid/", looking_up.wait)
    assert isinstance(error, httpx.ConnectError)
    assert took < SOON_S


def test_a_look_up_that_takes_too_long_is_a_timeout_to_connect(client, looking_up):
    with pytest.raises(httpx.ConnectTimeout):
        client.get("http://model.invalid/", timeout=0.05)


def test_a_cut_ends_the_wait_for_credentials(listener):
    asked, granted = threading.Event(), threading.Event()

    def sign() -> dict[str, str]:
        asked.set()
        granted.wait(10)
        return {}

    with http_client(sign) as client:
        took, error = cut_in(client, url(listener), asked.wait)
    granted.set()
    assert isinstance(error, httpx.ConnectError)
    assert took < SOON_S


def test_credentials_that_take_too_long_are_a_timeout_to_connect(listener, monkeypatch):
    granted = threading.Event()
    monkeypatch.setattr("footnote.models.upstream.SIGN_IN_S", 0.05)
    with http_client(lambda: {"waited": str(granted.wait(10))}) as client, pytest.raises(httpx.ConnectTimeout):
        client.get(url(listener))
    granted.set()


def test_a_cut_ends_connecting(client):
    """To an address that drops every packet, which else takes until the timeout."""
    with socket.socket() as full, contextlib.ExitStack() as stack:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):  # more than wait in its queue: it answers no further one
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        # By then it is connecting; on a slower machine it is cut before that, with the same end.
        took, error = cut_in(client, url(full), lambda: threading.Event().wait(0.2))
    assert isinstance(error, httpx.ConnectError)
    assert took < SOON_S


def test_a_cut_ends_a_tls_handshake(listener, client):
    with contextlib.ExitStack() as stack:

        def accept() -> None:
            stack.enter_context(listener.accept()[0]).recv(4096)  # the hello, which stays unanswered

        took, error = cut_in(client, url(listener, "https"), accept)
    assert isinstance(error, httpx.ConnectError)
    assert took < SOON_S


def test_a_handshake_that_takes_too_long_is_a_timeout_to_connect(listener, client):
    with pytest.raises(httpx.ConnectTimeout):
        client.get(url(listener, "https"), timeout=0.05)


def test_a_line_that_was_cut_connects_no_more(listener, client):
    line = Line()
    line.cut()
    with line.carrying(), pytest.raises(httpx.ConnectError):
        client.get(url(listener))
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_cut_after_the_end_hits_nobody(listener, client):
    """A late stop, whose answer has just ended, leaves later connections alone."""
    lines = [Line(), Line()]

    def answer() -> None:
        for _ in lines:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                peer.recv(1)

    server = threading.Thread(target=answer)
    server.start()
    with lines[0].carrying():
        assert client.get(url(listener)).text == "ok"
    with lines[1].carrying(), client.stream("GET", url(listener)) as response:
        lines[0].cut()
        assert response.read() == b"ok"
    server.join()


def test_a_refused_connection_and_an_unknown_host_are_told_apart_from_silence(listener, client):
    address = url(listener)
    listener.close()
    with pytest.raises(httpx.ConnectError):
        client.get(address)
    with pytest.raises(httpx.ConnectError):
        client.get("http://no-such-host.invalid/")


def test_the_environments_proxy_is_used(listener, monkeypatch):
    """As httpx does by itself."""
    monkeypatch.setenv("HTTP_PROXY", url(listener))
    asked: list[bytes] = []

    def proxy() -> None:
        peer, _ = listener.accept()
        with peer:
            asked.append(peer.recv(4096))
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    server = threading.Thread(target=proxy)
    server.start()
    line = Line()
    with http_client(dict) as client, line.carrying():
        assert client.get("http://model.invalid/x").text == "ok"
    server.join()
    assert asked[0].startswith(b"GET http://model.invalid/x ")
    assert line.tail == b"ok"


def test_nothing_dear_is_imported_until_a_model_is_built():
    """Importing the module takes neither databricks_langchain nor openai."""
    source = str(Path(__file__).parents[3] / "src")
    dear = {"databricks_langchain", "databricks", "openai", "langchain_core", "mlflow"}
    script = "import sys, footnote.models.databricks; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, env={"PYTHONPATH": source}, check=True, capture_output=True, text=True, timeout=60)
    assert not dear & set(told.stdout.split())

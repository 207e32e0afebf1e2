"""The connection to a model: one for each request, and one that can be cut from any thread at any time.

The model's client reads with blocking calls. A reader that waits, for the connection, for the
headers or for the next chunk, wakes when its socket is shut down; so the socket has to be known
from the moment it exists. That is why connections are made here and not by httpcore: its own
backend hands a socket over only once it is connected, and a response only once it has headers.

A connection carries one request and is then closed. Nothing is lost by that: the openai client
stops reading at ``[DONE]``, before the end of the body, after which a connection can't be reused.
And so cutting one can never hit another answer.

Where there is no socket to shut down, while a name is looked up and while a token is renewed,
the reader waits for another thread (``aside.py``) and is woken.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import httpcore
import httpx

from footnote.aside import Aside
from footnote.callers import WHO_ASKS
from footnote.models.beat import BEAT
from footnote.models.gathered_response import GatheredResponse
from footnote.models.line import CURRENT, Line
from footnote.workspace import keep_no_cookies

MAX_CONNECTIONS = 1000
TAIL_BYTES = 4096
SIGN_IN_S = 10.0  # how long a request waits for its credentials

T = TypeVar("T")


class _Stream(httpcore.NetworkStream):
    """A connected socket of a line."""

    def __init__(self, sock: socket.socket, line: Line) -> None:
        self._socket = sock
        self._line = line
        self._response = GatheredResponse()
        self._gathers_until = 0.0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        limit = self._line.read_at_most_s
        if self._response.begun and limit is None:
            time.sleep(max(0.0, self._gathers_until - time.monotonic()))
        try:
            while True:
                data = self._received(max_bytes, timeout if limit is None else limit)
                if (handed_on := self._response.feed(data)) or not data:
                    return handed_on
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore.ReadError(error) from error

    def _received(self, most: int, timeout: float | None) -> bytes:
        """All that is there, once something is."""
        self._socket.settimeout(timeout)
        data = self._socket.recv(most)
        if isinstance(self._socket, ssl.SSLSocket):
            data += self._records(most - len(data))
        # Where so much is there, more is: it has waited already.
        self._gathers_until = 0.0 if len(data) >= most else BEAT.next()
        return data

    def _records(self, most: int) -> bytes:
        """What has come beside it over TLS, which is read a record at a time."""
        data = b""
        self._socket.settimeout(0)
        with contextlib.suppress(OSError):  # no more for now; whatever else it is, the next reading meets it again
            while len(data) < most and (record := self._socket.recv(most - len(data))):
                data += record
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._socket.settimeout(timeout)
            self._socket.sendall(buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def close(self) -> None:
        self._line.drop(self._socket)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        if isinstance(self._socket, ssl.SSLSocket):
            raise httpcore.UnsupportedProtocol("a proxy that is itself reached by TLS")
        try:
            self._socket.settimeout(timeout)
            # The handshake comes after hold(), so that it too can be cut.
            self._socket = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            self._line.hold(self._socket)
            self._socket.do_handshake()
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout(error) from error
        except (OSError, httpcore.ConnectError) as error:
            self.close()
            raise httpcore.ConnectError(error) from error
        return _Stream(self._socket, self._line)

    def get_extra_info(self, info: str) -> socket.socket | None:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        return self._socket if info == "socket" else None


def _of_run() -> Line:
    line = Line()
    line.end_with_run()
    return line


def _token_of_run() -> str | None:
    """That of who is answered by somebody else's code, which makes a request."""
    caller = WHO_ASKS.get()
    return caller.token if caller else None


def _look_up(name: tuple[str, int]) -> list[tuple[int, int, int, str, Any]]:
    return [*socket.getaddrinfo(*name, type=socket.SOCK_STREAM)]


class _Backend(httpcore.NetworkBackend):
    """Makes the connections of lines."""

    def __init__(self) -> None:
        self._addresses = Aside(_look_up)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        line = CURRENT.get() or _of_run()
        options = [*(socket_options or ()), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        failure: Exception = OSError("the host has no address")
        try:
            addresses = line.wait_for(self._addresses.ask((host, port)), timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(error) from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(error) from error
        for family, kind, protocol, _, address in addresses:
            sock = socket.socket(family, kind, protocol)
            try:
                line.hold(sock)
                sock.settimeout(timeout)
                for option in options:
                    sock.setsockopt(*option)
                if local_address is not None:
                    sock.bind((local_address, 0))
                sock.connect(address)
                line.hold(sock)  # the stop that ended connecting may have left it connected
                return _Stream(sock, line)
            except (OSError, httpcore.ConnectError) as error:
                line.drop(sock)
                failure = error
        if isinstance(failure, TimeoutError):
            raise httpcore.ConnectTimeout(failure) from failure
        raise httpcore.ConnectError(failure) from failure


class _Body(httpx.SyncByteStream):
    """A response's body that leaves its end on the line."""

    def __init__(self, stream: httpx.SyncByteStream, line: Line) -> None:
        self._stream = stream
        self._line = line

    def __iter__(self) -> Iterator[bytes]:
        line = self._line
        for data in self._stream:
            line.tail = (line.tail + data)[-TAIL_BYTES:]
            yield data

    def close(self) -> None:
        self._stream.close()


def _keep(response: httpx.Response) -> None:
    line = CURRENT.get()
    if line is not None and isinstance(response.stream, httpx.SyncByteStream):
        line.response = response
        response.stream = _Body(response.stream, line)


class _Signed(httpx.Auth):
    """Requests with the token of their line, or with the app's own credentials, renewed by the SDK."""

    def __init__(self, credentials: Callable[[], Mapping[str, str]]) -> None:
        self._headers = Aside[None, Mapping[str, str]](lambda _: credentials())

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        line = CURRENT.get() or Line(_token_of_run())
        if line.token is not None:
            request.headers["Authorization"] = f"Bearer {line.token}"
            yield request
            return
        try:
            request.headers.update(line.wait_for(self._headers.ask(None), SIGN_IN_S))
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no credentials in time", request=request) from error
        except ConnectionAbortedError as error:
            raise httpx.ConnectError("cut before it was signed", request=request) from error
        yield request


def http_client(credentials: Callable[[], Mapping[str, str]]) -> httpx.Client:
    """A client whose every connection belongs to the line that carries the request."""
    client = httpx.Client(
        auth=_Signed(credentials),
        follow_redirects=True,
        # httpx's own limit of 100 lets number 101 wait in silence.
        limits=httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=0),
        # A compressed stream comes in the compressor's portions, and its tail can't be read.
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_keep]},
    )
    backend = _Backend()
    # httpx has no public way to a backend that leaves proxies and certificates of the environment in force.
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = backend  # noqa: SLF001
    return keep_no_cookies(client)

"""What carries one request to a model, which can be cut from any thread at any time."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextvars import ContextVar
from typing import TypeVar

import httpcore
import httpx

from footnote.chat import CALLED_OFF

T = TypeVar("T")


class Line:
    """What carries one request, from connecting to the last byte."""

    def __init__(self, token: str | None = None) -> None:
        """``token`` signs the request in place of the client's own credentials."""
        self.token = token
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._woken: threading.Event | None = None
        self._cut = False
        self._run = contextlib.ExitStack()
        self.response: httpx.Response | None = None
        self.tail = b""  # the last bytes of the body, for what a stream said before it ended early
        self.read_at_most_s: float | None = None

    @property
    def content_type(self) -> str:
        """The response's, in lower case; empty where there is none."""
        return "" if self.response is None else self.response.headers.get("content-type", "").lower()

    @contextlib.contextmanager
    def carrying(self) -> Iterator[None]:
        """Let the connection made in this block, by this thread or greenlet, be this line's."""
        token = CURRENT.set(self)
        try:
            yield
        finally:
            CURRENT.reset(token)

    def end_with_run(self) -> None:
        """Be cut when the answer is called off for which somebody else's code makes this request."""
        if cancellation := CALLED_OFF.get():
            self._run.enter_context(cancellation.on_request(self.cut))

    def cut(self) -> None:
        """End whatever the connection is doing, from any thread; nothing can be carried after it."""
        with self._lock:
            self._cut = True
            if self._socket is not None:
                _shut_down(self._socket)
            if self._woken is not None:
                self._woken.set()

    def wait_for(self, outcome: Future[T], limit_s: float | None) -> T:
        """What is found out aside; raises ``TimeoutError``, or ``ConnectionAbortedError`` once this is cut."""
        woken = threading.Event()
        with self._lock:
            if self._cut:
                woken.set()
            self._woken = woken
        outcome.add_done_callback(lambda _: woken.set())
        woken.wait(limit_s)
        with self._lock:
            self._woken = None
            if self._cut:
                raise ConnectionAbortedError("cut before it was connected")
        return outcome.result(timeout=0)

    def close(self) -> None:
        """Close the connection; only for the thread that reads from it."""
        if self.response is not None:
            self.response.close()

    def hold(self, sock: socket.socket) -> None:
        """Be told which socket it is now."""
        with self._lock:
            if self._cut:
                raise httpcore.ConnectError("cut before it was connected")
            self._socket = sock

    def drop(self, sock: socket.socket) -> None:
        """Close the socket, never while another thread is about to shut it down."""
        self._run.close()
        with self._lock:
            self._socket = None
            sock.close()


CURRENT: ContextVar[Line | None] = ContextVar("line", default=None)
"""What carries the requests that are made here."""


def _shut_down(sock: socket.socket) -> None:
    # Not sock.shutdown(): an SSLSocket would take its TLS object away under the reading thread.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)

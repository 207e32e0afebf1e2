"""A TCP proxy on the loopback address that a test can make as bad as a real network.

with TcpProxy(("127.0.0.1", port)) as proxy:
    proxy.url                            # what the browser visits
    proxy.cut_at(rb'"type":"token"')     # the next stream that says this ends right behind it
    proxy.cut_all()                      # every connection that is open ends now
    with proxy.refusing(): ...           # nobody listens
    proxy.fall_silent()                  # connections stay open, and nothing goes through them
    proxy.hold_back()                    # a stream goes through once it has ended, in one piece
    proxy.answer_with(401, "text/html", "<h1>Sign in</h1>")   # every request from now on
    proxy.let_through()                  # all is well again, for connections made from now on

``TcpProxy(address, longest_s=60)`` ends each connection so many seconds after its first request.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from ports import held_port, number, reserved_port

AT_ONCE = 65536
_RESET = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class _Connection:
    """One browser's connection, and the server's end of it."""

    browser: socket.socket
    server: socket.socket | None = None
    seen: bytes = b""
    held: bytes = b""
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: bool = False

    def reach(self, upstream: tuple[str, int]) -> bool:
        """Open the server's end; False where all of it has ended meanwhile."""
        server = socket.create_connection(upstream)
        with self.lock:
            if not self.ended:
                self.server = server
                return True
        server.close()
        return False

    def end(self, *, reset: bool = False) -> None:
        """Close both ends, once."""
        with self.lock:
            if self.ended:
                return
            self.ended = True
        for end in (self.browser, self.server):
            if end is not None:
                resets = reset and end is self.browser
                with contextlib.suppress(OSError):
                    if resets:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    # Wakes the thread that reads: until it lets go of the socket, closing does nothing.
                    end.shutdown(socket.SHUT_RD if resets else socket.SHUT_RDWR)
                end.close()


class TcpProxy:
    """The proxy; see the module's docstring."""

    def __init__(self, upstream: tuple[str, int], *, longest_s: float | None = None) -> None:
        self._upstream = upstream
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._connections: set[_Connection] = set()
        self._cuts: list[re.Pattern[bytes]] = []
        self._resets = False
        self._canned: bytes | None = None
        self._holds = False
        self._speaks = threading.Event()
        self._speaks.set()
        self._closed = False
        self.cuts = 0
        self._listener = reserved_port()
        self.port = number(self._listener)
        self._listen()

    @property
    def url(self) -> str:
        """What the browser visits."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._speaks.set()
        _stop_listening(self._listener)
        self.cut_all()

    def cut_at(self, *patterns: bytes, reset: bool = False) -> None:
        """End one connection for each pattern, right behind where the server's bytes match it, in this order."""
        self._cuts += [re.compile(pattern, re.DOTALL) for pattern in patterns]
        self._resets = reset

    def cut_all(self, *, reset: bool = False) -> None:
        """End every connection that is open."""
        with self._lock:
            connections, self._connections = self._connections, set()
        for connection in connections:
            connection.end(reset=reset)

    @contextlib.contextmanager
    def refusing(self, *, reset: bool = False) -> Iterator[None]:
        """Let nobody listen on the port, and end what is open."""
        _stop_listening(self._listener)
        self._listener = held_port(self.port)
        self.cut_all(reset=reset)
        try:
            yield
        finally:
            self._listen()

    def fall_silent(self) -> None:
        """Pass nothing on any more, and keep every connection open."""
        self._speaks.clear()

    def hold_back(self) -> None:
        """Buffer each stream until it has ended, as some gateways do; all else goes through as ever."""
        self._holds = True

    def answer_with(self, status: int, content_type: str, body: str) -> None:
        """Answer every further request here, as a gateway in between does."""
        raw = body.encode()
        head = f"HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\nContent-Length: {len(raw)}\r\n"
        self._canned = (head + "Connection: close\r\n\r\n").encode() + raw
        self.cut_all()

    def let_through(self) -> None:
        """Be a good network again; what was silent ends."""
        self._canned = None
        self._holds = False
        if not self._speaks.is_set():
            self.cut_all()
            self._speaks.set()

    def _listen(self) -> None:
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), name="tcp-proxy", daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            connection = _Connection(browser)
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="tcp-proxy-up", daemon=True).start()

    def _serve(self, connection: _Connection) -> None:
        """Pass on what the browser says; a second thread passes on the answers."""
        try:
            for data in _received(connection.browser):
                self._speaks.wait()
                if connection.ended or self._closed:
                    return
                if self._canned is not None:
                    connection.browser.sendall(self._canned)
                    return
                if connection.server is None:
                    if not connection.reach(self._upstream):
                        return
                    down = threading.Thread(target=self._answer, args=(connection,), name="tcp-proxy-down", daemon=True)
                    down.start()
                    if self._longest_s is not None:
                        self._end_later(connection, self._longest_s)
                assert connection.server is not None
                connection.seen = b""  # what is looked at is the answer to this request
                connection.server.sendall(data)
        except OSError:
            pass
        finally:
            connection.end()

    def _end_later(self, connection: _Connection, seconds: float) -> None:
        def end() -> None:
            self.cuts += not connection.ended
            connection.end()

        later = threading.Timer(seconds, end)
        later.daemon = True
        later.start()

    def _answer(self, connection: _Connection) -> None:
        assert connection.server is not None
        try:
            for data in _received(connection.server):
                self._speaks.wait()
                if connection.ended:
                    return
                if not self._pass_on(connection, data):
                    connection.end(reset=self._resets)
                    return
        except OSError:
            pass
        finally:
            connection.end()

    def _pass_on(self, connection: _Connection, data: bytes) -> bool:
        """Send the server's bytes to the browser; False where the connection has to end behind them."""
        before = len(connection.seen)
        connection.seen += data
        if self._cuts and (found := self._cuts[0].search(connection.seen)) and found.end() > before:
            del self._cuts[0]
            self.cuts += 1
            connection.browser.sendall(data[: found.end() - before])
            return False
        connection.held += data
        if not self._holds or b"text/event-stream" not in connection.seen or b"[DONE]" in connection.seen:
            connection.browser.sendall(connection.held)
            connection.held = b""
        return True


def _received(end: socket.socket) -> Iterator[bytes]:
    while data := end.recv(AT_ONCE):
        yield data


def _stop_listening(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
    listener.close()

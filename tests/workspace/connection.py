"""HTTP as the workspace speaks it: what comes in, what goes out, and who has left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from workspace.identities import Identities, Identity, Refused, refusal

__all__ = ["Api", "ApiRequest", "ClosingReader", "Refused", "Reply", "read_request", "refusal", "respond", "write"]


@dataclass(frozen=True)
class ApiRequest:
    """One request; the names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    identities: Identities = field(repr=False)
    url: str = ""
    """The workspace's own address."""

    def signed(self, scope: str | None = None) -> Identity:
        """Who asks; raises ``Refused`` where nobody known does, or one whose token lacks the scope."""
        return self.identities.of(self.headers.get("authorization", ""), scope)

    def json(self) -> Any:
        """The body; raises ``Refused`` where it is no JSON, or doesn't say that it is."""
        if self.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Refused(415, "BAD_REQUEST", "Content-Type must be application/json")
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refused(400, "MALFORMED_REQUEST", "Invalid JSON") from None


@dataclass(frozen=True)
class Reply:
    """What is answered: JSON, or a page where the body is a string."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0


Api = Callable[[ApiRequest], Reply | None]
"""What answers some paths of the workspace; None for a path that is not its own."""


class ClosingReader(asyncio.StreamReader):
    """A stream reader that tells at once when the client has left, also while nobody reads."""

    _left: Callable[[], None] | None = None

    def when_gone(self, left: Callable[[], None]) -> None:
        """Call ``left`` when the client closes or resets, once."""
        self._left = left
        if self.at_eof():
            self._tell()

    def feed_eof(self) -> None:
        super().feed_eof()
        self._tell()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self._tell()

    def _tell(self) -> None:
        left, self._left = self._left, None
        if left:
            left()


async def read_request(reader: asyncio.StreamReader, identities: Identities, url: str) -> ApiRequest | None:
    """The next request of a connection; None where there is none."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    asked = urlsplit(target)
    return ApiRequest(method, unquote(asked.path), parse_qs(asked.query), headers, body, identities, url)


async def write(writer: asyncio.StreamWriter, data: bytes) -> None:
    """One chunk of a response that comes in chunks."""
    if data:
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await writer.drain()


async def respond(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """A whole response."""
    await asyncio.sleep(reply.delay_s)
    kind = "text/html" if isinstance(reply.body, str) else "application/json"
    data = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
    head = {"Content-Type": kind, "Content-Length": str(len(data)), **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"HTTP/1.1 {reply.status} Status\r\n{lines}\r\n".encode() + data)
    await writer.drain()

"""A model serving endpoint on the loopback address: the wire format of Databricks, and its ways to fail.

In a test (its own thread; exact times of every chunk and of the client's leaving)::

    with ServingEndpoint(answer="The plan is late [1].") as endpoint:
        endpoint.environment             # {"DATABRICKS_HOST": ..., "DATABRICKS_TOKEN": ...} for the real SDK
        endpoint.scenario("late", text="Late.", first_delay_s=2)   # one more, or another of the same name
        endpoint.default = SCENARIOS["stall"]                      # what a question gets that picks none
        request = endpoint.wait_for_request()   # the newest one, as soon as it has come
        request.sent                     # [(monotonic seconds, text), ...] of each chunk sent
        request.wait_closed(1)           # monotonic seconds at which the client was seen to leave, else None
        endpoint.requests, endpoint.open # all so far; how many connections that asked are open now

As a process of its own (for benches and for servers under gevent), with the same control over HTTP::

    python tests/serving_endpoint.py --port 8099 --answer "..." --rate 30
    GET  /_requests   the requests so far: [{scenario, endpoint, body, sent, closed_at, finished_at}, ...]
    POST /_reset      forget them
    POST /_default    {"scenario": "stall"} or a scenario's fields: {"text": "...", "rate": 100}

``with ServingEndpoint.process("--rate", "30", "--chunks", "300") as url`` starts such a process, on a free
port, and ends it; ``DATABRICKS_HOST`` is that URL and ``DATABRICKS_TOKEN`` is ``TOKEN``.

Which scenario a request gets: the last ``[[name]]`` in its last user message, else the one named like
the endpoint, else ``default``. The names are the keys of ``SCENARIOS``. With ``stamp=True`` each chunk's
text is ``t=<monotonic seconds> ``: on one machine a reader can tell its age by ``time.monotonic()``.

Strict: path, method, ``Authorization``, content type and body are checked, and a wrong one is refused
as Databricks refuses it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Literal, Self

TOKEN = "loopback-token"  # noqa: S105 - of no use anywhere else
ANSWER = (
    "The launch moved to **May**, because the audit is still open [1].\n\n"
    "- Priya wants to wait for the report [2].\n"
    "- Tom would rather ship a part of it first [1][3].\n\n"
    "They agreed to decide on Thursday [3]."
)
End = Literal["finish", "silence", "reset", "cut", "unfinished", "malformed", "error", "error_text", "error_code"]
Content = Literal["text", "blocks", "blocks_string"]
PATH = re.compile(r"/serving-endpoints/(?:(?P<name>[\w.-]+)/invocations|chat/completions)")
PICKED = re.compile(r"\[\[([\w-]+)\]\]")
WORDS = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True)
class Scenario:
    """How one request is answered. Delays in seconds; ``rate`` in chunks a second, 0 for all at once."""

    text: str | None = None  # None: the endpoint's answer
    rate: float = 0
    whole: bool = False  # the text as one chunk
    stamp: bool = False
    chunks: int = 100  # of a stamped answer
    headers_delay_s: float = 0
    first_delay_s: float = 0
    after: int | None = None  # how many chunks to send before ``end``; None: all
    end: End = "finish"
    finish_reason: str = "stop"
    done: bool = True  # send [DONE]
    linger: bool = False  # leave the response open after the finish reason
    content: Content = "text"
    usage: Literal["last", "each", "none"] = "last"
    status: int = 200
    fails: int | None = None  # how many requests in a row get the status; None: all
    error: dict[str, Any] | None = None
    retry_after: str | None = None
    page: str | None = None  # HTML in place of an answer
    error_frame: dict[str, Any] | None = None


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"error_code": code, "message": message}


BUSY = _refusal("REQUEST_LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED: Exceeded workspace rate limit for secret-host.")
STARTING = _refusal("TEMPORARILY_UNAVAILABLE", "The endpoint is scaling up from zero.")
TOO_LONG = _refusal("BAD_REQUEST", "Input is too long for requested model: 210034 tokens > 200000 maximum")
PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to secret-host</body></html>"

SCENARIOS = {
    "text": Scenario(),
    "steady": Scenario(rate=30),
    "fast": Scenario(rate=200),
    "slow": Scenario(rate=4),
    "slow-start": Scenario(first_delay_s=2),
    "slow-headers": Scenario(headers_delay_s=2),
    "no-headers": Scenario(headers_delay_s=3600),
    "no-chunk": Scenario(first_delay_s=3600),
    "stall": Scenario(after=5, end="silence"),
    "reset": Scenario(after=5, end="reset"),
    "reset-early": Scenario(after=0, end="reset"),
    "cut": Scenario(after=5, end="cut"),
    "unfinished": Scenario(after=5, end="unfinished"),
    "malformed": Scenario(after=5, end="malformed"),
    "malformed-first": Scenario(after=0, end="malformed"),
    "error-frame": Scenario(after=5, end="error"),
    "error-text-frame": Scenario(after=5, end="error_text"),
    "error-code-frame": Scenario(after=5, end="error_code"),
    "error-code-busy": Scenario(after=5, end="error_code", error_frame=BUSY),
    "error-code-context": Scenario(after=0, end="error_code", error_frame=TOO_LONG),
    "empty": Scenario(after=0, end="unfinished"),
    "silent": Scenario(text="", usage="none"),
    "context": Scenario(status=400, error=TOO_LONG),
    "bad-request": Scenario(status=400, error=_refusal("BAD_REQUEST", "Parameter top_q is unknown to secret-host.")),
    "401": Scenario(status=401, error=_refusal("UNAUTHENTICATED", "Credential of secret-host was not sent.")),
    "403": Scenario(status=403, error=_refusal("PERMISSION_DENIED", "No permission to query secret-host.")),
    "404": Scenario(status=404, error=_refusal("RESOURCE_DOES_NOT_EXIST", "No endpoint on secret-host.")),
    "429": Scenario(status=429, error=BUSY, retry_after="120"),
    "429-bare": Scenario(status=429, error=BUSY),
    "429-once": Scenario(status=429, error=BUSY, retry_after="1", fails=1),
    "500": Scenario(status=500, error=_refusal("INTERNAL_ERROR", "Traceback of secret-host")),
    "500-once": Scenario(status=500, error=_refusal("INTERNAL_ERROR", "Traceback of secret-host"), fails=1),
    "502": Scenario(status=502, page=PAGE),
    "503": Scenario(status=503, error=STARTING),
    "503-once": Scenario(status=503, error=STARTING, fails=1),
    "html": Scenario(page=PAGE),
    "blocks": Scenario(content="blocks"),
    "blocks-string": Scenario(content="blocks_string"),
    "json-answer": Scenario(text='[{"type": "launch", "month": "May"}, {"type": "audit"}]', whole=True),
    "bracket-answer": Scenario(text="[1] says May, and [2] says June.", whole=True),
    "usage-each": Scenario(usage="each"),
    "no-usage": Scenario(usage="none"),
    "length": Scenario(finish_reason="length"),
    "content-filter": Scenario(finish_reason="content_filter"),
    "tool-calls": Scenario(finish_reason="tool_calls"),
    "lingers": Scenario(done=False, linger=True),
    "script": Scenario(
        text='<script>document.title="owned"</script> <img src=x onerror="document.title=1"> '
        "[here](javascript:document.title=1) [1]"
    ),
}


@dataclass
class Request:
    """One request for an answer, and what became of it; times are monotonic seconds."""

    scenario: str
    endpoint: str
    body: dict[str, Any]
    headers: dict[str, str] = field(repr=False)
    started_at: float
    sent: list[tuple[float, str]] = field(default_factory=list)
    finished_at: float | None = None
    closed_at: float | None = None
    _closed: threading.Event = field(default_factory=threading.Event, repr=False)

    def wait_sent(self, chunks: int, timeout_s: float = 5) -> None:
        """Return once so many chunks were sent."""
        _wait_until(lambda: len(self.sent) >= chunks, timeout_s)

    def wait_closed(self, timeout_s: float = 5) -> float | None:
        """When the client was seen to leave; None if it has not within the time."""
        self._closed.wait(timeout_s)
        return self.closed_at

    def told(self) -> dict[str, Any]:
        """Tell it the way ``GET /_requests`` does."""
        names = ("scenario", "endpoint", "body", "started_at", "sent", "finished_at", "closed_at")
        return {name: getattr(self, name) for name in names}


def _wait_until(holds: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.002)


class Refused(Exception):
    """A request that Databricks would refuse."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.body = status, _refusal(code, message)
        super().__init__(message)


class _Reader(asyncio.StreamReader):
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


class Frames:
    """The bytes of an answer's frames."""

    def __init__(self, request: Request, scenario: Scenario) -> None:
        self._scenario = scenario
        self._head = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": request.endpoint,
        }
        self._asked_usage = bool((request.body.get("stream_options") or {}).get("include_usage"))

    def chunk(self, delta: dict[str, Any], finish: str | None = None, tokens: int = 0) -> bytes:
        """One frame with one choice."""
        body = self._head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        if self._scenario.usage == "each":
            body["usage"] = _usage(tokens)
        return frame(body)

    def content(self, text: str) -> Any:
        """Put the text as this scenario's model puts it into a delta."""
        if self._scenario.content == "text":
            return text
        blocks = [{"type": "text", "text": text}]
        return blocks if self._scenario.content == "blocks" else json.dumps(blocks)

    def reasoning(self) -> bytes:
        """Think aloud, as a reasoning model does before it answers."""
        summary = [{"type": "summary_text", "text": "The user wants the secret-thought.", "signature": "c2ln"}]
        blocks = [{"type": "reasoning", "summary": summary}]
        return self.chunk({"content": blocks if self._scenario.content == "blocks" else json.dumps(blocks)})

    def usage(self, tokens: int) -> bytes:
        """Tell the usage in a frame without a choice, where it was asked for."""
        if self._scenario.usage != "last" or not self._asked_usage:
            return b""
        return frame(self._head | {"choices": [], "usage": _usage(tokens)})


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}


def frame(body: Any) -> bytes:
    """One server-sent event."""
    return f"data: {json.dumps(body)}\n\n".encode()


class ServingEndpoint:
    """The server; see the module's docstring."""

    _ENDS: ClassVar[dict[str, bytes]] = {
        "malformed": b'data: {"choices": [{"delta": {"content": "broken\n\n',
        "error": frame({"error": {"message": "CUDA error on secret-host", "type": "server_error", "code": 500}}),
        "error_text": frame({"error": "CUDA error on secret-host"}),
        "error_code": frame(_refusal("INTERNAL_ERROR", "Model container of secret-host died")),
    }

    def __init__(
        self,
        *,
        answer: str = ANSWER,
        default: Scenario | None = None,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.default = default or SCENARIOS["text"]
        self.scenarios = dict(SCENARIOS)
        self.requests: list[Request] = []
        self._asking: set[asyncio.StreamWriter] = set()
        self.signs_in = True  # whether a service principal gets a token
        self.sign_ins = 0
        self.sign_ins_held = 0  # how many of the next ones are never answered
        self.port = port
        self._tls = tls
        self._failed: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="serving-endpoint", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """What ``DATABRICKS_HOST`` has to be."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """How many connections are open that a question came on."""
        return len(self._asking)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the real SDK here."""
        return {"DATABRICKS_HOST": self.url, "DATABRICKS_TOKEN": TOKEN}

    @property
    def service_principal(self) -> dict[str, str]:
        """The variables with which a Databricks App signs in: its own client, with no token."""
        return {"DATABRICKS_HOST": self.url, "DATABRICKS_CLIENT_ID": "app", "DATABRICKS_CLIENT_SECRET": "none"}

    def scenario(self, name: str, base: str = "text", **fields: Any) -> None:
        """Add a scenario, made from another one by changing the fields given."""
        self.scenarios[name] = replace(self.scenarios[base], **fields)

    def wait_for_request(self, count: int = 1, timeout_s: float = 5) -> Request:
        """Return the newest request, once ``count`` have come."""
        _wait_until(lambda: len(self.requests) >= count, timeout_s)
        return self.requests[-1]

    def reset(self) -> None:
        """Forget the requests so far and count failures anew."""
        self.requests = []
        self.sign_ins = 0
        self.sign_ins_held = 0
        self.signs_in = True
        self._failed.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @classmethod
    @contextlib.contextmanager
    def process(cls, *arguments: str) -> Iterator[str]:
        """Start this file as a process with these arguments; gives the URL."""
        command = [sys.executable, __file__, "--port", "0", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                yield server.stdout.readline().split()[-1]
            finally:
                server.terminate()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self.serve())
        finally:
            self._loop.close()

    async def serve(self) -> None:
        """Answer until stopped."""
        self._stop = asyncio.Event()
        server = await self._loop.create_server(
            lambda: asyncio.StreamReaderProtocol(_Reader(loop=self._loop), self._accept, loop=self._loop),
            "127.0.0.1",
            self.port,
            ssl=self._tls,
            backlog=1024,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (OSError, asyncio.CancelledError):
            pass  # the client left in the middle of an answer, or this server ends
        finally:
            self._asking.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read and answer one request; whether another may follow on this connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return False
        method, path, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if path.startswith(("/_", "/.well-known/", "/oidc/")):
            await self._beside(writer, method, path, body)
            return True
        try:
            request, scenario = self._read(method, path, headers, body)
        except Refused as refused:
            await _respond(writer, refused.status, refused.body)
            return True
        self._asking.add(writer)
        self.requests.append(request)
        sending = asyncio.create_task(self._send(writer, request, scenario))

        def left() -> None:
            request.closed_at = time.monotonic()
            request._closed.set()
            sending.cancel()

        assert isinstance(reader, _Reader)
        reader.when_gone(left)
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            return await sending
        return False

    def _read(self, method: str, path: str, headers: dict[str, str], raw: bytes) -> tuple[Request, Scenario]:
        matched = PATH.fullmatch(path)
        if not matched:
            raise Refused(404, "ENDPOINT_NOT_FOUND", f"No API found for '{method} {path}'")
        if method != "POST":
            raise Refused(405, "BAD_REQUEST", "Only POST is supported")
        if headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refused(401, "UNAUTHENTICATED", "Credential was not sent or was of an unsupported type")
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Refused(415, "BAD_REQUEST", "Content-Type must be application/json")
        try:
            body = json.loads(raw)
        except ValueError:
            raise Refused(400, "MALFORMED_REQUEST", "Invalid JSON") from None
        _check(body)
        endpoint = matched["name"] or body.get("model")
        if not isinstance(endpoint, str):
            raise Refused(400, "BAD_REQUEST", "model is required")
        picked = PICKED.findall(self.asked_in(body))
        name = picked[-1] if picked else endpoint
        if picked and name not in self.scenarios:
            raise Refused(400, "BAD_REQUEST", f"This test server has no scenario {name}")
        scenario = self.scenarios.get(name, self.default)
        return Request(name, endpoint, body, headers, time.monotonic()), scenario

    def asked_in(self, body: dict[str, Any]) -> str:
        """The message that may pick a scenario: the user's last one."""
        return str(next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user"))

    async def _send(self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario) -> bool:
        """Answer; whether the connection may carry another request."""
        await asyncio.sleep(scenario.headers_delay_s)
        failed = self._failed.get(request.scenario, 0)
        if scenario.status != 200 and (scenario.fails is None or failed < scenario.fails):
            self._failed[request.scenario] = failed + 1
            extra = {"Retry-After": scenario.retry_after} if scenario.retry_after else {}
            await _respond(writer, scenario.status, scenario.page or scenario.error, extra)
            return True
        if scenario.page is not None and scenario.status == 200:
            await _respond(writer, 200, scenario.page)
            return True
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        await writer.drain()
        return await self._stream(writer, request, scenario)

    async def _stream(self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario) -> bool:
        frames = Frames(request, scenario)
        pieces = list(self._pieces(request, scenario))
        await asyncio.sleep(scenario.first_delay_s)
        if scenario.content != "text":
            await _write(writer, frames.reasoning())
        started = time.monotonic()
        for number, piece in enumerate(pieces if scenario.after is None else pieces[: scenario.after]):
            if scenario.rate:
                await asyncio.sleep(started + number / scenario.rate - time.monotonic())
            at = time.monotonic()
            text = f"t={at:.6f} " if scenario.stamp else piece
            delta = {"content": frames.content(text)} | ({} if number else {"role": "assistant"})
            request.sent.append((at, text))
            await _write(writer, frames.chunk(delta, tokens=number + 1))
        return await self._end(writer, request, scenario, frames)

    def text_of(self, request: Request, scenario: Scenario) -> str:
        """The answer to a request; another server may make it of what was asked."""
        return self.answer if scenario.text is None else scenario.text

    def _pieces(self, request: Request, scenario: Scenario) -> Iterator[str]:
        text = self.text_of(request, scenario)
        if scenario.stamp:
            yield from ("" for _ in range(scenario.chunks))
        elif scenario.whole:
            yield text
        else:
            yield from WORDS.findall(text)

    async def _end(self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario, frames: Frames) -> bool:
        if scenario.end in {"silence", "reset", "cut"}:
            if scenario.end == "silence":
                await asyncio.sleep(3600)
            if scenario.end == "reset":
                writer.transport.abort()
            return False
        if scenario.end == "finish":
            tokens = len(request.sent)
            await _write(writer, frames.chunk({"content": ""}, scenario.finish_reason, tokens) + frames.usage(tokens))
            if scenario.linger:
                await asyncio.sleep(3600)
        elif scenario.error_frame is not None:
            await _write(writer, frame(scenario.error_frame))
        elif scenario.end in self._ENDS:
            await _write(writer, self._ENDS[scenario.end])
        if scenario.done:
            await _write(writer, b"data: [DONE]\n\n")
        request.finished_at = time.monotonic()
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _beside(self, writer: asyncio.StreamWriter, method: str, path: str, raw: bytes) -> None:
        """Answer what is no question to a model: the control of a test, and the workspace's sign-in."""
        if (method, path) == ("GET", "/.well-known/databricks-config"):
            await _respond(writer, 200, {"oidc_endpoint": f"{self.url}/oidc", "workspace_id": "1"})
        elif (method, path) == ("GET", "/oidc/.well-known/oauth-authorization-server"):
            ends = {f"{name}_endpoint": f"{self.url}/oidc/v1/{name}" for name in ("authorization", "token")}
            await _respond(writer, 200, ends)
        elif (method, path) == ("POST", "/oidc/v1/token"):
            self.sign_ins += 1
            if self.sign_ins_held:
                self.sign_ins_held -= 1
                await asyncio.sleep(3600)
            known = self.signs_in and b"grant_type=client_credentials" in raw
            token = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
            refused = {"error": "invalid_client", "error_description": "Client authentication failed on secret-host"}
            await _respond(writer, 200 if known else 401, token if known else refused)
        elif (method, path) == ("GET", "/_requests"):
            await _respond(writer, 200, [request.told() for request in self.requests])
        elif (method, path) == ("POST", "/_reset"):
            self.reset()
            await _respond(writer, 200, {})
        elif (method, path) == ("POST", "/_default"):
            fields = json.loads(raw)
            self.default = replace(self.scenarios[fields.pop("scenario", "text")], **fields)
            await _respond(writer, 200, asdict(self.default))
        else:
            await _respond(writer, 404, _refusal("ENDPOINT_NOT_FOUND", "Not here"))


def _check(body: Any) -> None:
    """Refuse what the serving API would refuse."""
    known = {"model", "messages", "stream", "stream_options", "max_tokens", "temperature", "stop", "n"}
    if not isinstance(body, dict) or body.get("stream") is not True:
        raise Refused(400, "BAD_REQUEST", "This server only streams: stream must be true")
    if unknown := set(body) - known:
        raise Refused(400, "BAD_REQUEST", f"Unknown parameters: {sorted(unknown)}")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused(400, "BAD_REQUEST", "messages must be a list")
    for message in messages:
        if message.get("role") not in {"system", "user", "assistant"} or not isinstance(message.get("content"), str):
            raise Refused(400, "BAD_REQUEST", "A message needs a role and a content")
    if not any(message["role"] == "user" for message in messages):
        raise Refused(400, "BAD_REQUEST", "A message of the user is required")
    if not isinstance(body.get("max_tokens", 1), int) or body.get("max_tokens", 1) < 1:
        raise Refused(400, "BAD_REQUEST", "max_tokens must be a positive integer")
    if "temperature" in body and not isinstance(body["temperature"], int | float):
        raise Refused(400, "BAD_REQUEST", "temperature must be a number")


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if data:
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await writer.drain()


async def _respond(writer: asyncio.StreamWriter, status: int, body: Any, extra: dict[str, str] | None = None) -> None:
    kind = "text/html" if isinstance(body, str) else "application/json"
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    head = {"Content-Type": kind, "Content-Length": str(len(data)), **(extra or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode() + data)
    await writer.drain()


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--answer", default=ANSWER)
    parser.add_argument("--scenario", default="text", choices=sorted(SCENARIOS), help="what a question gets")
    parser.add_argument("--rate", type=float, help="chunks a second; 0: all at once")
    parser.add_argument("--chunks", type=int, help="answer with so many chunks that tell when they were sent")
    options = parser.parse_args()
    default = SCENARIOS[options.scenario]
    if options.rate is not None:
        default = replace(default, rate=options.rate)
    if options.chunks is not None:
        default = replace(default, stamp=True, chunks=options.chunks)
    with ServingEndpoint(answer=options.answer, default=default, port=options.port) as endpoint:
        print(f"serving on {endpoint.url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()

"""Model serving: which scenario a question gets, and the answer streamed the way that says; see the package."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from workspace import chat, responses
from workspace.chat import ChatFrames, frame
from workspace.connection import Api, ApiRequest, ClosingReader, Refused, Reply, respond, write
from workspace.identities import TOKEN
from workspace.request import Request, wait_until
from workspace.responses import ResponsesFrames
from workspace.scenarios import ANSWER, SCENARIOS, Scenario
from workspace.server import Server
from workspace.sign_in import SignIn

SERVING = "/serving-endpoints/"
SCOPE = "model-serving"
PICKED = re.compile(r"\[\[([\w-]+)\]\]")
_ASKING = re.compile(r"/serving-endpoints/(?:(?P<name>[\w.-]+)/invocations|chat/completions|(?P<responses>responses))")
_WORDS = re.compile(r"\s*\S+\s*")
_STREAMING = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"


class ServingEndpoint(Server):
    """A workspace whose models answer with scenarios."""

    def __init__(
        self,
        *,
        answer: str = ANSWER,
        default: Scenario | None = None,
        apis: Sequence[Api] = (),
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.sign_in = SignIn()
        super().__init__([*apis, self.sign_in, self._control], port, tls)
        self.answer = answer
        self.default = default or SCENARIOS["text"]
        self.scenarios = dict(SCENARIOS)
        self.requests: list[Request] = []
        self._asking: set[asyncio.StreamWriter] = set()
        self._failed: dict[str, int] = {}

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
        wait_until(lambda: len(self.requests) >= count, timeout_s)
        return self.requests[-1]

    def reset(self) -> None:
        """Forget the requests so far and count failures anew."""
        self.requests = []
        self.sign_in.reset()
        self._failed.clear()

    @classmethod
    @contextlib.contextmanager
    def process(cls, *arguments: str) -> Iterator[str]:
        """Start the workspace as a process with these arguments; gives the URL."""
        command = [sys.executable, "-m", "workspace", "--port", "0", *arguments]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
            try:
                assert server.stdout is not None
                yield server.stdout.readline().split()[-1]
            finally:
                server.terminate()

    def asks(self, request: ApiRequest) -> bool:
        plugged = (getattr(api, "path", None) for api in self.apis)
        return request.path.startswith(SERVING) and request.path not in plugged

    async def ask(self, reader: ClosingReader, writer: asyncio.StreamWriter, request: ApiRequest) -> bool:
        asked, scenario = self._read(request)
        self._asking.add(writer)
        self.requests.append(asked)
        sending = asyncio.create_task(self._send(writer, asked, scenario))

        def left() -> None:
            asked.closed_at = time.monotonic()
            asked.closed.set()
            self._asking.discard(writer)
            sending.cancel()

        reader.when_gone(left)
        try:
            return await sending
        except (asyncio.CancelledError, ConnectionError):
            self._asking.discard(writer)
            return False

    def _read(self, request: ApiRequest) -> tuple[Request, Scenario]:
        """What is asked, and how it will be answered; raises ``Refused``."""
        matched = _ASKING.fullmatch(request.path)
        if not matched:
            raise Refused(404, "ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {request.path}'")
        if request.method != "POST":
            raise Refused(405, "BAD_REQUEST", "Only POST is supported")
        identity = request.signed(SCOPE)
        body = request.json()
        (responses if matched["responses"] else chat).check(body)
        endpoint = matched["name"] or body.get("model")
        if not isinstance(endpoint, str):
            raise Refused(400, "BAD_REQUEST", "model is required")
        picked = PICKED.findall(self.asked_in(body))
        name = picked[-1] if picked else endpoint
        if picked and name not in self.scenarios:
            raise Refused(400, "BAD_REQUEST", f"This test server has no scenario {name}")
        headers = dict(request.headers)
        return Request(name, endpoint, body, headers, identity, time.monotonic()), self.scenarios.get(
            name, self.default
        )

    def asked_in(self, body: dict[str, Any]) -> str:
        """The message that may pick a scenario: the user's last one."""
        messages = body["messages"] if "messages" in body else body["input"]
        return str(next(m["content"] for m in reversed(messages) if m["role"] == "user"))

    def text_of(self, request: Request, scenario: Scenario) -> str:
        """The answer to a request; another server may make it of what was asked."""
        return self.answer if scenario.text is None else scenario.text

    async def _send(self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario) -> bool:
        """Answer; whether the connection may carry another request."""
        await asyncio.sleep(scenario.headers_delay_s)
        failed = self._failed.get(request.scenario, 0)
        if scenario.status != 200 and (scenario.fails is None or failed < scenario.fails):
            self._failed[request.scenario] = failed + 1
            extra = {"Retry-After": scenario.retry_after} if scenario.retry_after else {}
            await respond(writer, Reply(scenario.page or scenario.error, scenario.status, extra))
            return True
        if scenario.page is not None and scenario.status == 200:
            await respond(writer, Reply(scenario.page))
            return True
        writer.write(_STREAMING)
        await writer.drain()
        return await self._stream(writer, request, scenario)

    async def _stream(self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario) -> bool:
        frames = ResponsesFrames(request, scenario) if "input" in request.body else ChatFrames(request, scenario)
        pieces = list(self._pieces(request, scenario))
        await asyncio.sleep(scenario.first_delay_s)
        await write(writer, frames.opening())
        started = time.monotonic()
        for number, piece in enumerate(pieces if scenario.after is None else pieces[: scenario.after]):
            if scenario.rate:
                await asyncio.sleep(started + number / scenario.rate - time.monotonic())
            at = time.monotonic()
            text = f"t={at:.6f} " if scenario.stamp else piece
            request.sent.append((at, text))
            await write(writer, frames.piece(text, number))
        return await self._end(writer, request, scenario, frames)

    def _pieces(self, request: Request, scenario: Scenario) -> Iterator[str]:
        text = self.text_of(request, scenario)
        if scenario.stamp:
            yield from ("" for _ in range(scenario.chunks))
        elif scenario.whole:
            yield text
        else:
            yield from _WORDS.findall(text)

    async def _end(
        self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario, frames: ChatFrames | ResponsesFrames
    ) -> bool:
        if scenario.end in {"silence", "reset", "cut"}:
            if scenario.end == "silence":
                await asyncio.sleep(3600)
            if scenario.end == "reset":
                writer.transport.abort()
            return False
        if scenario.end == "finish":
            await write(writer, frames.finish(len(request.sent)))
            if scenario.linger:
                await asyncio.sleep(3600)
        else:
            await write(writer, frame(scenario.error_frame) if scenario.error_frame else frames.broken())
        if scenario.done:
            await write(writer, b"data: [DONE]\n\n")
        request.finished_at = time.monotonic()
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    def _control(self, request: ApiRequest) -> Reply | None:
        """Do what a test in another process wants."""
        match request.method, request.path:
            case "GET", "/_requests":
                return Reply([asked.told() for asked in self.requests])
            case "POST", "/_reset":
                self.reset()
                return Reply({})
            case "POST", "/_default":
                fields = json.loads(request.body)
                self.default = replace(self.scenarios[fields.pop("scenario", "text")], **fields)
                return Reply(asdict(self.default))
        return None

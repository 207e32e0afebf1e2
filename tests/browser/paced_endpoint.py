"""A workspace whose model says what a test tells it to, when the test tells it to, and whose index a test can hold."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from paced_model import PATIENCE_S, PacedModel, Writing

from footnote.answers.prompt import _inert
from footnote.chat import Chunk, Message, Prompt, Usage
from footnote.errors import AnswerTimeout, StreamingError, Truncated
from footnote.passages import Passage
from workspace.chat import ChatFrames, frame
from workspace.connection import Api, ApiRequest, Reply, refusal, respond, write
from workspace.request import Request
from workspace.scenarios import Scenario
from workspace.serving import ServingEndpoint
from workspace.vector_search import VectorSearch

ENDPOINT = "paced"
_PASSAGE = re.compile(r'<passage n="\d+" source="[^"\n]*"[^>\n]*>\n(.*?)\n</passage>', re.DOTALL)
_QUESTION = re.compile(r"<question>\n(.*)\n</question>", re.DOTALL)
_STREAMING = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
_STATUS = {"RATE_LIMIT": 429, "AUTH_ERROR": 403, "MODEL_UNAVAILABLE": 503, "CONTEXT_TOO_LONG": 400}
_CODES = {
    "RATE_LIMIT": "REQUEST_LIMIT_EXCEEDED",
    "AUTH_ERROR": "PERMISSION_DENIED",
    "MODEL_UNAVAILABLE": "TEMPORARILY_UNAVAILABLE",
    "CONTEXT_TOO_LONG": "BAD_REQUEST",
}
_SAID = {"CONTEXT_TOO_LONG": "Input is too long for requested model"}


class ServedWriting(Writing):
    """One answer that the endpoint is writing."""

    def __init__(self, request: Request, prompt: Prompt) -> None:
        self._queue: asyncio.Queue[Chunk | float | Exception] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        super().__init__(prompt)
        self.called_off = request.closed

    def fail(self, error: StreamingError) -> None:
        if isinstance(error, AnswerTimeout):
            pytest.skip("a serving endpoint is silent for half a minute before that is a timeout")
        super().fail(error)

    def put(self, piece: Chunk | float | Exception) -> None:
        self._loop.call_soon_threadsafe(self._queue.put_nowait, piece)

    async def next(self) -> Chunk | float | Exception:
        """What comes next, as soon as the test has said so."""
        return await self._queue.get()


class PacedEndpoint(ServingEndpoint):
    """The endpoint ``paced`` answers as a test says; others, and ``[[scenarios]]``, as in every workspace."""

    def __init__(self, apis: Sequence[Api], passages: Iterable[Passage]) -> None:
        super().__init__(apis=apis)
        self.model = PacedModel()
        self._passages = {_inert(passage.text): passage for passage in passages}

    async def _send(self, writer: asyncio.StreamWriter, request: Request, scenario: Scenario) -> bool:
        if request.scenario != ENDPOINT:
            return await super()._send(writer, request, scenario)
        writing = ServedWriting(request, self._prompt(request.body["messages"]))
        self.model.begin(writing)
        first = await writing.next()
        if isinstance(first, StreamingError) and first.code in _STATUS:
            wait = {"Retry-After": str(first.retry_after_s)} if first.retry_after_s is not None else {}
            await respond(writer, Reply(_refusal(first), _STATUS[first.code], wait))
            return True
        writer.write(_STREAMING)
        await self._pace(writer, writing, first, ChatFrames(request, Scenario(usage="none")))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _pace(
        self, writer: asyncio.StreamWriter, writing: ServedWriting, piece: Chunk | float | Exception, frames: ChatFrames
    ) -> None:
        """Send what is said until it is finished or breaks off."""
        pieces = 0
        while True:
            if isinstance(piece, Exception):
                return await write(writer, _broken(piece))
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            elif piece.finish:
                return await write(writer, _finished(frames, piece))
            else:
                await write(writer, frames.piece(piece.text, pieces))
                pieces += 1
            piece = await writing.next()

    def _prompt(self, said: list[dict[str, Any]]) -> Prompt:
        """What the model was asked, read off its messages."""
        messages = tuple(Message(one["role"], one["content"]) for one in said)
        n = next(n for n in reversed(range(len(messages))) if "<question>" in messages[n].content)
        asked = messages[n].content
        question = _QUESTION.search(asked)
        begun = messages[n + 1].content if n + 1 < len(messages) else ""
        passages = tuple(self._passages[text] for text in _PASSAGE.findall(asked))
        return Prompt(messages, question[1] if question else "", passages, begun)


class HeldIndex(VectorSearch):
    """A real index whose search a test can hold."""

    def __init__(self) -> None:
        super().__init__()
        self._free = threading.Event()
        self._free.set()

    def hold(self) -> None:
        """Let searches wait."""
        self._free.clear()

    def release(self) -> None:
        """Let them go on."""
        self._free.set()

    def __call__(self, request: ApiRequest) -> Reply | None:
        if request.path.endswith("/query"):
            self._free.wait(PATIENCE_S)
        return super().__call__(request)


def _finished(frames: ChatFrames, piece: Chunk) -> bytes:
    told = frame({"choices": [], "usage": _usage(piece.usage)}) if piece.usage else b""
    ends = frames.end(str(piece.finish))
    return ends + told + b"data: [DONE]\n\n"


def _usage(usage: Usage) -> dict[str, int]:
    read, written = usage.input_tokens or 0, usage.output_tokens or 0
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _broken(error: Exception) -> bytes:
    """What stands in a stream that breaks off; one that is cut short says nothing at all."""
    if isinstance(error, Truncated) or not isinstance(error, StreamingError):
        return b""
    return frame(_refusal(error)) if error.code in _CODES else frame({"error": {"message": "broke", "code": 500}})


def _refusal(error: StreamingError) -> dict[str, Any]:
    return refusal(_CODES[error.code], _SAID.get(error.code, "secret-host"))

"""Chat completions: what may be asked, and the frames of an answer."""

from __future__ import annotations

import json
from typing import Any

from workspace.connection import Refused, refusal
from workspace.request import Request
from workspace.scenarios import Scenario

_KNOWN = {"model", "messages", "stream", "stream_options", "max_tokens", "temperature", "stop", "n"}


def check(body: Any) -> None:
    """Refuse what the serving API would refuse."""
    if not isinstance(body, dict) or body.get("stream") is not True:
        raise Refused(400, "BAD_REQUEST", "This server only streams: stream must be true")
    if unknown := set(body) - _KNOWN:
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


class ChatFrames:
    """The bytes of an answer's frames; of a scenario that doesn't complete, as a ``ChatAgent`` sends them."""

    def __init__(self, request: Request, scenario: Scenario) -> None:
        self._scenario = scenario
        self._head = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": request.endpoint,
        }
        self._asked_usage = bool((request.body.get("stream_options") or {}).get("include_usage"))

    def opening(self) -> bytes:
        """What comes before the text: a reasoning model thinks aloud."""
        if not self._scenario.completes:
            return b"".join(map(frame, self._scenario.steps))
        if self._scenario.content == "text":
            return b""
        summary = [{"type": "summary_text", "text": "The user wants the secret-thought.", "signature": "c2ln"}]
        blocks = [{"type": "reasoning", "summary": summary}]
        return self._chunk({"content": blocks if self._scenario.content == "blocks" else json.dumps(blocks)})

    def piece(self, text: str, number: int) -> bytes:
        """The ``number``th piece of the text, from 0."""
        if not self._scenario.completes:
            return frame({"delta": {"role": "assistant", "content": text, "id": "msg_answer"}})
        delta = {"content": self._content(text)} | ({} if number else {"role": "assistant"})
        return self._chunk(delta, tokens=number + 1)

    def finish(self, pieces: int) -> bytes:
        """The end of a whole answer."""
        if not self._scenario.completes:
            last = {"role": "assistant", "content": "", "id": "msg_answer"}
            return frame({"delta": last, "finish_reason": "stop", "custom_outputs": self._scenario.custom_outputs})
        return self.end(self._scenario.finish_reason, pieces) + self._last_usage(pieces)

    def end(self, reason: str, pieces: int = 0) -> bytes:
        """That it is finished, and why."""
        return self._chunk({"content": ""}, reason, pieces)

    def broken(self) -> bytes:
        """The end that the scenario wants in place of it."""
        return BROKEN.get(self._scenario.end, b"")

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, tokens: int = 0) -> bytes:
        """One frame with one choice."""
        body = self._head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        if self._scenario.usage == "each":
            body["usage"] = _usage(tokens)
        return frame(body)

    def _content(self, text: str) -> Any:
        """Put the text as this scenario's model puts it into a delta."""
        if self._scenario.content == "text":
            return text
        blocks = [{"type": "text", "text": text}]
        return blocks if self._scenario.content == "blocks" else json.dumps(blocks)

    def _last_usage(self, tokens: int) -> bytes:
        """Tell the usage in a frame without a choice, where it was asked for."""
        if self._scenario.usage != "last" or not self._asked_usage:
            return b""
        return frame(self._head | {"choices": [], "usage": _usage(tokens)})


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}


def frame(body: Any) -> bytes:
    """One server-sent event."""
    return f"data: {json.dumps(body)}\n\n".encode()


BROKEN = {
    "malformed": b'data: {"choices": [{"delta": {"content": "broken\n\n',
    "error": frame({"error": {"message": "CUDA error on secret-host", "type": "server_error", "code": 500}}),
    "error_text": frame({"error": "CUDA error on secret-host"}),
    "error_code": frame(refusal("INTERNAL_ERROR", "Model container of secret-host died")),
}

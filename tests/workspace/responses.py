"""The Responses API: what may be asked, and the events of an answer, a foundation model's or an agent's."""

from __future__ import annotations

from typing import Any

from workspace.chat import BROKEN, frame
from workspace.connection import Refused
from workspace.request import Request
from workspace.scenarios import Scenario

_KNOWN = {"model", "input", "stream", "max_output_tokens", "temperature", "custom_inputs", "context"}
_ITEM = "msg_answer"


def check(body: Any) -> None:
    """Refuse what the serving API would refuse."""
    if not isinstance(body, dict) or body.get("stream") is not True:
        raise Refused(400, "BAD_REQUEST", "This server only streams: stream must be true")
    if unknown := set(body) - _KNOWN:
        raise Refused(400, "BAD_REQUEST", f"Unknown parameters: {sorted(unknown)}")
    items = body.get("input")
    if not isinstance(items, list) or not items or not all(map(_is_message, items)):
        raise Refused(400, "BAD_REQUEST", "input must be a list of messages")
    if not any(item["role"] == "user" for item in items):
        raise Refused(400, "BAD_REQUEST", "A message of the user is required")
    if not isinstance(body.get("max_output_tokens", 1), int) or body.get("max_output_tokens", 1) < 1:
        raise Refused(400, "BAD_REQUEST", "max_output_tokens must be a positive integer")


def _is_message(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    if item.get("role") in {"user", "system", "developer"}:
        return set(item) <= {"role", "content", "type"} and isinstance(item.get("content"), str)
    blocks = item.get("content")
    return (
        item.get("role") == "assistant"
        and item.get("type") == "message"
        and isinstance(item.get("id"), str)
        and item["id"].startswith("msg_")
        and isinstance(blocks, list)
        and all(block.get("type") == "output_text" and isinstance(block.get("text"), str) for block in blocks)
    )


class ResponsesFrames:
    """The bytes of an answer's events."""

    def __init__(self, request: Request, scenario: Scenario) -> None:
        self._scenario = scenario
        self._response = {"id": "resp_1", "object": "response", "created_at": 1, "model": request.endpoint}
        self._text = ""
        self._annotated: list[dict[str, Any]] = []

    def opening(self) -> bytes:
        """What comes before the text: the response itself, a reasoning model's thoughts, an agent's steps."""
        events: list[dict[str, Any]] = []
        if self._scenario.completes:
            begun = self._response | {"status": "in_progress", "output": []}
            events.append({"type": "response.created", "response": begun})
        if self._scenario.content != "text":
            summary = [{"type": "summary_text", "text": "The user wants the secret-thought."}]
            thought = {"type": "reasoning", "id": "rs_1", "summary": summary}
            events.append({"type": "response.output_item.done", "output_index": 0, "item": thought})
        return b"".join(map(frame, [*events, *self._scenario.steps]))

    def piece(self, text: str, number: int) -> bytes:
        """The ``number``th piece of the text, from 0, and the annotation that stands behind it."""
        self._text += text
        event = {"type": "response.output_text.delta", "item_id": _ITEM, "output_index": 0, "content_index": 0}
        sent = frame(event | {"delta": text})
        annotation = dict(self._scenario.annotations).get(number)
        return sent + (self._annotation(annotation) if annotation else b"")

    def finish(self, pieces: int) -> bytes:
        """The end of a whole answer: the message as a whole and, of a foundation model, the response."""
        told = [*self._annotated, *self._scenario.annotated_late]
        part = {"type": "output_text", "text": self._text, "annotations": told}
        item = {"type": "message", "id": _ITEM, "role": "assistant", "status": "completed", "content": [part]}
        done: dict[str, Any] = {"type": "response.output_item.done", "output_index": 0, "item": item}
        if self._scenario.custom_outputs is not None:
            done["custom_outputs"] = self._scenario.custom_outputs
        return frame(done) + (self._completed(item, pieces) if self._scenario.completes else b"")

    def broken(self) -> bytes:
        """The end that the scenario wants in place of it."""
        return BROKEN.get(self._scenario.end, b"")

    def _annotation(self, annotation: dict[str, Any]) -> bytes:
        self._annotated.append(annotation)
        event = {"type": "response.output_text.annotation.added", "item_id": _ITEM, "output_index": 0}
        return frame(event | {"annotation_index": len(self._annotated) - 1, "annotation": annotation})

    def _completed(self, item: dict[str, Any], pieces: int) -> bytes:
        reasons = {"length": "max_output_tokens", "content_filter": "content_filter"}
        reason = reasons.get(self._scenario.finish_reason)
        status = "incomplete" if reason else "completed"
        whole = self._response | {"status": status, "output": [item]}
        if reason:
            whole["incomplete_details"] = {"reason": reason}
        if self._scenario.usage != "none":
            whole["usage"] = {"input_tokens": 100, "output_tokens": pieces, "total_tokens": 100 + pieces}
        return frame({"type": f"response.{status}", "response": whole})

"""An answer's steps in OpenTelemetry's words: its conventions for generative AI where they fit, our own beside them.

Pure: it knows the words, and nothing of the library. Source: the semantic conventions' ``gen_ai`` registry, 1.4x.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from footnote.answers.recording import Recording
from footnote.chat import Message
from footnote.events import Done, StageName
from footnote.tracing.spans import Span

AGENT = "footnote"
Value = str | int | float | bool | Sequence[str]


def root_name() -> str:
    """What the whole answer's span is called."""
    return f"invoke_agent {AGENT}"


def root(recording: Recording, user: str | None, request_id: str | None, *, texts: bool) -> dict[str, Value]:
    """The attributes of the whole answer."""
    answer, came_to = recording.answer, recording.outcome
    told = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": AGENT,
        "gen_ai.conversation.id": answer.session_id,
        "gen_ai.request.model": answer.profile or answer.model,
        "footnote.answer_id": answer.id,
        "footnote.request_id": request_id,
        "footnote.user": user,
        "footnote.end": came_to.end,
        "footnote.retries": came_to.retries,
        "footnote.cited": len(came_to.cited),
        "footnote.unanswered": came_to.unanswered,
        "error.type": came_to.code,
        **_usage(recording),
    }
    if texts:
        told["gen_ai.input.messages"] = _messages([Message("user", answer.query)])
        told["gen_ai.output.messages"] = _output(recording)
    return _known(told)


def step(span: Span, recording: Recording, *, texts: bool) -> tuple[str, dict[str, Value]]:
    """What a step's span is called, and its attributes."""
    own = {f"footnote.{name}": value for name, value in span.attributes.items() if isinstance(value, int)}
    told: dict[str, Any] = own | {"error.type": span.error}
    if span.name == StageName.GENERATION:
        model = recording.answer.model
        told |= {"gen_ai.operation.name": "chat", "gen_ai.request.model": model, **_usage(recording)}
        if recording.first_token_ns is not None:
            told["gen_ai.response.time_to_first_chunk"] = (recording.first_token_ns - span.start_ns) / 1e9
        if texts and recording.prompt is not None:
            told["gen_ai.input.messages"] = _messages(recording.prompt.messages)
            told["gen_ai.output.messages"] = _output(recording)
        return f"chat {model}", _known(told)
    if span.name == StageName.RETRIEVAL:
        told["gen_ai.operation.name"] = "retrieval"
        if texts:
            told["gen_ai.retrieval.query.text"] = recording.answer.query
    return span.name, _known(told)


def _usage(recording: Recording) -> dict[str, Any]:
    end = recording.end
    return {
        "gen_ai.usage.input_tokens": recording.outcome.input_tokens,
        "gen_ai.usage.output_tokens": recording.outcome.output_tokens,
        "gen_ai.response.finish_reasons": [str(end.finish_reason)] if isinstance(end, Done) else None,
    }


def _messages(messages: Sequence[Message]) -> str:
    said = [{"role": m.role, "parts": [{"type": "text", "content": m.content}]} for m in messages]
    return json.dumps(said, ensure_ascii=False)


def _output(recording: Recording) -> str:
    return _messages([Message("assistant", recording.text)])


def _known(told: Mapping[str, Any]) -> dict[str, Value]:
    return {name: value for name, value in told.items() if value is not None}

"""ChatDatabricks for endpoints that speak the Responses API, with nothing of what they say left out.

As it comes it passes on text and finished items alone: no annotation where it stands, no item as it begins, and
nothing of how the response ended. Importing this module takes some 10 s: only where such an endpoint was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from databricks_langchain import ChatDatabricks
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

EVENT = "event"
"""The attribute of a chunk that holds its event; it is lost where chunks are added."""
_DELTA = "response.output_text.delta"


class ResponsesChat(ChatDatabricks):  # type: ignore[misc]  # the package has no types
    """One chunk for each event of the stream."""

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        stream_usage: bool | None = None,  # noqa: ARG002 - the response's end tells it, asked or not
        custom_inputs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        data = self._prepare_inputs(messages, stop, stream=True, custom_inputs=custom_inputs, **kwargs)
        for event in self.client.responses.create(**data):
            chunk = ChatGenerationChunk(message=_message(_plain(event)))
            if run_manager and chunk.text:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def _plain(event: Any) -> Mapping[str, Any]:
    """An event as it came; whatever type the client took it for."""
    if getattr(event, "type", None) == _DELTA and not hasattr(event, "custom_outputs"):
        return {"type": _DELTA, "item_id": getattr(event, "item_id", None), "delta": event.delta}
    plain: Mapping[str, Any] = event.model_dump(exclude_unset=True, warnings=False)
    return plain


def _message(event: Mapping[str, Any]) -> AIMessageChunk:
    delta = event.get("delta") if event.get("type") == _DELTA else None
    message = AIMessageChunk(content=delta if isinstance(delta, str) else "", usage_metadata=_usage(event))
    setattr(message, EVENT, event)
    return message


def _usage(event: Mapping[str, Any]) -> UsageMetadata | None:
    """The usage as LangChain has it, for what traces the call."""
    usage = (event.get("response") or {}).get("usage") or {}
    read, written = usage.get("input_tokens"), usage.get("output_tokens")
    if not (isinstance(read, int) and isinstance(written, int)):
        return None
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)

"""What a chunk of ChatDatabricks says: its text, its finish reason and its usage; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from footnote.chat import Chunk, FinishReason, Usage
from footnote.models.sources import sources_in

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

# The kinds of content block, and the field that each has to have. Those in SHOWN hold text for
# the person; the others are what a model thinks or does on its way.
_FIELDS = {
    "text": "text",
    "output_text": "text",
    "refusal": "refusal",
    "reasoning": "summary",
    "summary_text": "text",
    "thinking": "thinking",
    "redacted_thinking": "data",
    "tool_use": "name",
    "image_url": "image_url",
}
_SHOWN = frozenset({"text", "output_text", "refusal"})


class ChatReading:
    """One stream of chat completions, chunk by chunk."""

    def __init__(self) -> None:
        self.finish: FinishReason | None = None

    def read(self, message: AIMessageChunk) -> Iterator[Chunk]:
        """What a chunk says; one without text too, for a model that thinks is not idle."""
        if message.response_metadata:
            self.finish = finish_of(message.response_metadata) or self.finish
        usage = usage_of(message.usage_metadata) if message.usage_metadata else None
        yield Chunk(text_of(message.content), usage=usage)

    def end(self, tail: bytes) -> FinishReason | None:
        """Nothing but its finish reason says that an answer is whole."""


class AgentChatReading:
    """One stream of a ``ChatAgent``, which gives no finish reason: its own end says that it is whole."""

    finish: FinishReason | None = None

    def __init__(self) -> None:
        self._begun = False

    def read(self, message: AIMessageChunk) -> Iterator[Chunk]:
        """What a chunk says: the agent's words, or what its tools and ``custom_outputs`` tell of sources."""
        said = text_of(message.content)
        if message.type == _TOOL:
            yield Chunk(sources=sources_in(message.content))
        elif message.type == _AGENT:
            self._begun = self._begun or bool(said)
            yield Chunk(said, sources=sources_in(getattr(message, "custom_outputs", None)))
        else:
            yield Chunk()

    def end(self, tail: bytes) -> FinishReason | None:
        """Whole where the stream ended as it should, behind words of the agent's."""
        return FinishReason.STOP if self._begun and ended(tail) else None


def ended(tail: bytes) -> bool:
    """Whether a stream's last bytes are those that every whole one ends with."""
    return _ENDED.search(tail) is not None


_ENDED = re.compile(rb"^data:\s*\[DONE\]\s*\Z", re.MULTILINE)
_TOOL, _AGENT = "ToolMessageChunk", "AIMessageChunk"
"""How LangChain calls the kinds of messages."""


def text_of(content: object) -> str:
    """The text for the person in a chunk's content.

    Content is a string; or a list of blocks; or, from a model that thinks aloud, such a list
    that ChatDatabricks has put through ``json.dumps``. That last one is told from an answer
    that happens to be JSON by being exactly what ``json.dumps`` writes of blocks of known kinds.
    """
    if isinstance(content, str):
        if not (content.startswith('[{"') and content.endswith("}]")):
            return content
        blocks = _dumped(content)
        return content if blocks is None else _shown(blocks)
    return _shown(content) if isinstance(content, list) else ""


def _dumped(content: str) -> list[Any] | None:
    try:
        blocks = json.loads(content)
    except ValueError:
        return None
    exact = all(map(_is_block, blocks)) and json.dumps(blocks) == content
    return blocks if exact else None


def _is_block(block: object) -> bool:
    if not isinstance(block, dict):
        return False
    kind = block.get("type")
    return isinstance(kind, str) and _FIELDS.get(kind) in block


def _shown(blocks: list[Any]) -> str:
    return "".join(
        block if isinstance(block, str) else str(block[_FIELDS[block["type"]]])
        for block in blocks
        if isinstance(block, str) or (_is_block(block) and block["type"] in _SHOWN)
    )


def finish_of(metadata: Mapping[str, Any]) -> FinishReason | None:
    """Why the model ended, where a chunk's response metadata says so; any reason unknown here is ``stop``."""
    reason = metadata.get("finish_reason")
    if not reason:
        return None
    return FinishReason(reason) if reason in set(FinishReason) else FinishReason.STOP


def usage_of(metadata: Mapping[str, Any]) -> Usage:
    """What the answer cost up to and with this chunk."""
    return Usage(input_tokens=metadata.get("input_tokens"), output_tokens=metadata.get("output_tokens"))

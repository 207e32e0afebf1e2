"""What the events of the Responses API say: text, steps, sources, and whether the answer is whole; pure.

An endpoint of the Agent Framework sends what its author yields: pieces of text and items that are done, with no
event that the response is complete. So an answer is whole where ``response.completed`` says so; or where the stream
ended as it should (``[DONE]``) behind a message that is done, with nothing begun behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from footnote.chat import Chunk, FinishReason, Source, Step, Usage
from footnote.models.chunks import ended
from footnote.models.failures import failure_told
from footnote.models.sources import annotation_of, sources_in

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

CALLS = frozenset(
    {"function_call", "mcp_call", "web_search_call", "file_search_call", "computer_call", "code_interpreter_call"}
)
MOST_TOKENS = 10**9
_REASONS = {"max_output_tokens": FinishReason.LENGTH, "content_filter": FinishReason.CONTENT_FILTER}

Event = Mapping[str, Any]


class ResponsesReading:
    """One stream, event by event; ``steps`` says whether it is an agent's, whose steps and sources are told."""

    def __init__(self, *, steps: bool) -> None:
        self.finish: FinishReason | None = None
        self._steps = steps
        self._written: dict[str, int] = {}
        self._whole = False
        self._annotated: set[str] = set()
        self._calls: dict[str, str] = {}

    def read(self, message: AIMessageChunk) -> Iterator[Chunk]:
        """What the event of a message says; raises the ``StreamingError`` that it tells of."""
        return self.said(getattr(message, "event", {}))

    def said(self, event: Event) -> Iterator[Chunk]:
        """What an event says."""
        kind = event.get("type")
        if self._steps and event.get("custom_outputs"):
            yield Chunk(sources=sources_in(event["custom_outputs"]))
        match kind:
            case "response.output_text.delta" | "response.refusal.delta":
                yield from self._text(str(event.get("item_id")), str(event.get("delta") or ""))
            case "response.output_text.annotation.added":
                yield from self._annotated_here(event)
            case "response.output_item.added":
                yield from self._begun(_mapping(event.get("item")))
            case "response.output_item.done":
                yield from self._done(_mapping(event.get("item")))
            case "response.completed" | "response.incomplete":
                yield self._ended(_mapping(event.get("response")))
            case "response.failed" | "response.error" | "error":
                response = _mapping(event.get("response"))
                raise failure_told(response.get("error") or event.get("error") or {**event, "type": "error"})
            case _:
                yield Chunk()  # a model that thinks is not idle

    def end(self, tail: bytes) -> FinishReason | None:
        """Why the answer ended that no event ended; None where it was cut."""
        return FinishReason.STOP if self._whole and not self._calls and ended(tail) else None

    def _text(self, item: str, text: str) -> Iterator[Chunk]:
        """A piece of a message; what was called for it has been answered, and each message is a paragraph."""
        self._whole = False
        yield from (Chunk(step=Step(name, complete=True)) for name in self._calls.values())
        self._calls.clear()
        begins = item not in self._written
        self._written[item] = self._written.get(item, 0) + len(text)
        yield Chunk("\n\n" + text if begins and len(self._written) > 1 else text)

    def _annotated_here(self, event: Event) -> Iterator[Chunk]:
        """A marker stands here, where the text has just come as far as the annotation says."""
        told = _mapping(event.get("annotation"))
        source = annotation_of(told) if self._steps else None
        if source is None:
            return
        self._annotated.add(source.passage.id)
        end = told.get("end_index")
        written = self._written.get(str(event.get("item_id")), 0)
        here = written > 0 and (end is None or end == written)
        yield Chunk(sources=(source,), marks=(source.passage.id,) if here else ())

    def _begun(self, item: Event) -> Iterator[Chunk]:
        kind = item.get("type")
        self._whole = False
        if self._steps and kind in CALLS:
            yield from self._call(item)

    def _done(self, item: Event) -> Iterator[Chunk]:
        match item.get("type"):
            case "message":
                yield from self._message(item)
            case "function_call_output":
                yield from self._call_ended(str(item.get("call_id")), item.get("output"))
            case kind if kind in CALLS:
                self._whole = False
                yield from self._call(item)
                if kind != "function_call":
                    yield from self._call_ended(_call_id(item), item.get("output") or item.get("results"))
            case _:
                yield Chunk()

    def _message(self, item: Event) -> Iterator[Chunk]:
        """The message as a whole: its text where it did not come in pieces, and the annotations that did not."""
        id = str(item.get("id"))
        streamed = id in self._written
        sources: list[Source] = []
        for part in item.get("content") or ():
            block = _mapping(part)
            text = block.get("text") if block.get("type") == "output_text" else block.get("refusal")
            if not streamed and isinstance(text, str) and text:
                yield from self._text(id, text)
            told = [annotation_of(one) for one in block.get("annotations") or () if self._steps]
            sources += [source for source in told if source and source.passage.id not in self._annotated]
        if sources:
            yield Chunk(sources=tuple(sources))
        self._whole = True

    def _call(self, item: Event) -> Iterator[Chunk]:
        id = _call_id(item)
        if self._steps and id not in self._calls:
            self._calls[id] = str(item.get("name") or item["type"])
            yield Chunk(step=Step(self._calls[id]))

    def _call_ended(self, id: str, output: object) -> Iterator[Chunk]:
        name = self._calls.pop(id, None)
        self._whole = False
        if self._steps:
            yield Chunk(sources=sources_in(output))
            if name is not None:
                yield Chunk(step=Step(name, complete=True))

    def _ended(self, response: Event) -> Chunk:
        reason = _mapping(response.get("incomplete_details")).get("reason")
        unfinished = response.get("status") == "incomplete" or reason
        self.finish = _REASONS.get(str(reason), FinishReason.LENGTH) if unfinished else FinishReason.STOP
        usage = _mapping(response.get("usage"))
        counts = Usage(_count(usage.get("input_tokens")), _count(usage.get("output_tokens"))) if usage else None
        sources = sources_in(response.get("custom_outputs")) if self._steps else ()
        return Chunk(usage=counts, sources=sources)


def _call_id(item: Event) -> str:
    return str(item.get("call_id") or item.get("id"))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_TOKENS else None


def _mapping(value: object) -> Event:
    return value if isinstance(value, Mapping) else {}

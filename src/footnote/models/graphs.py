"""What a run of a LangGraph graph, or of any other Runnable, says: steps, sources and text; no thread, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk

from footnote.chat import Chunk, FinishReason, Source, Step, Usage
from footnote.errors import GenerationFailed, StreamingError, Truncated
from footnote.models.chunks import finish_of, text_of, usage_of
from footnote.models.failures import expected_failures, failure_of
from footnote.models.sources import documents_of, source_of

TELLS_ITS_END = "databricks"
"""The provider, as LangChain calls it, whose chat models say why they ended, or else were cut."""
ANSWER_KEYS = ("answer", "output", "text", "result")

Part = tuple[tuple[str, ...], str, Any]
"""Of a graph's stream: the subgraph, the mode, and what is said."""


@dataclass(slots=True)
class Run:
    """One run. ``answers`` are the nodes that may speak to the person, ``stages`` the names that nodes go by.

    Nodes of ``stages`` with no name stay unseen, and so do those of subgraphs that neither names. ``documents`` is
    the key of a writer's state that holds what it is given; without it, that is what a node before it gave last.
    """

    answers: frozenset[str]
    stages: Mapping[str, str | None]
    documents: str | None = None
    finish: FinishReason | None = None
    _last: tuple[Source, ...] = ()
    _usage: dict[str, Usage] = field(default_factory=dict)
    _speaking: str | None = None
    _written: bool = False
    _silent: bool = True
    _uncertain: bool = False

    def graph(self, part: Part) -> Iterator[Chunk]:
        """What a part of a graph's stream says, of the modes ``messages`` and ``tasks``."""
        namespace, mode, said = part
        if mode == "messages":
            message, about = said
            if about.get("langgraph_node") in self.answers:
                yield from self._message(message, about.get("ls_provider"))
        elif mode == "tasks":
            yield from self._ended(said, namespace) if "result" in said else self._begun(said, namespace)

    def piece(self, said: Any) -> Iterator[Chunk]:
        """What a piece of another Runnable's stream says: text, a message, or an object with text or documents."""
        if isinstance(said, str):
            yield self._text(said)
        elif isinstance(said, AIMessage):
            yield from self._message(said, said.response_metadata.get("model_provider"))
        elif isinstance(said, Mapping):
            if found := _sources(said):
                yield Chunk(sources=found)
            text = next((said[key] for key in ANSWER_KEYS if isinstance(said.get(key), str | AIMessage)), None)
            if text is not None:
                yield from self.piece(text)

    def end(self) -> Chunk:
        """The end of a run that came to its end; raises ``Truncated`` where a model's words were cut."""
        if self._uncertain and self.finish is None:
            raise Truncated
        counts = [*self._usage.values()]
        read = [count.input_tokens for count in counts if count.input_tokens is not None]
        written = [count.output_tokens for count in counts if count.output_tokens is not None]
        usage = Usage(sum(read), sum(written)) if read and written else None
        return Chunk(finish=self.finish or FinishReason.STOP, usage=usage)

    def _begun(self, task: Mapping[str, Any], namespace: tuple[str, ...]) -> Iterator[Chunk]:
        node = task["name"]
        if node in self.answers:
            # The numbers of its text count what it is given, in this order.
            found = _sources((task["input"] or {}).get(self.documents)) if self.documents else self._last
            yield Chunk(sources=found)
            self._silent = True
        yield from self._step(node, namespace, complete=False)

    def _ended(self, task: Mapping[str, Any], namespace: tuple[str, ...]) -> Iterator[Chunk]:
        node, result = task["name"], task["result"]
        self._last = _sources(result) or self._last
        if node in self.answers and self._silent and isinstance(result, Mapping):
            # A node that asks no model of LangChain's, and gives its text in one piece.
            text = next((result[key] for key in ANSWER_KEYS if isinstance(result.get(key), str)), "")
            yield self._text(text)
        yield from self._step(node, namespace, complete=True)

    def _step(self, node: str, namespace: tuple[str, ...], *, complete: bool) -> Iterator[Chunk]:
        name = self.stages.get(node, None if namespace else node)
        if name is not None:
            yield Chunk(step=Step(name, complete))

    def _message(self, message: Any, provider: str | None) -> Iterator[Chunk]:
        if not isinstance(message, AIMessage | AIMessageChunk):
            return  # what a tool said, or the question itself
        if reason := finish_of(message.response_metadata):
            self.finish = reason
        if message.usage_metadata:
            self._usage[message.id or ""] = usage_of(message.usage_metadata)
        text = text_of(message.content)
        if text:
            self._uncertain = provider == TELLS_ITS_END and isinstance(message.content, str)
            anew = self._written and message.id != self._speaking
            self._speaking = message.id
            if anew:
                self.finish = reason
                text = "\n\n" + text
        yield self._text(text)  # also without text: a model that thinks is not idle

    def _text(self, text: str) -> Chunk:
        self._written = self._written or bool(text)
        self._silent = self._silent and not text
        return Chunk(text)


def failure_of_run(error: Exception, *, begun: bool) -> StreamingError:
    """The error for the person, for whatever a run raised: what its models raise is told apart."""
    if isinstance(error, expected_failures()):
        return failure_of(error, begun=begun, tail=b"", content_type="")
    return GenerationFailed()


def _sources(output: object) -> tuple[Source, ...]:
    return tuple(source for one in documents_of(output) if (source := source_of(one)) is not None)

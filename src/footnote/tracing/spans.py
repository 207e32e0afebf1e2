"""An answer as spans, the way MLflow's own are made: what was searched, reranked and written, and how it ended.

Pure: it knows MLflow's words, and nothing of its library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from footnote.answers.recording import Recording
from footnote.conversations import Status
from footnote.events import (
    Citation,
    Citations,
    Done,
    Error,
    Found,
    Retrieved,
    Retrying,
    Stage,
    StageName,
    StageStatus,
    Stopped,
)
from footnote.passages import Passage
from footnote.wire import fields_of

_RETRIEVER = "RETRIEVER"
_KINDS = {StageName.RETRIEVAL: _RETRIEVER, StageName.RERANKING: "RERANKER", StageName.GENERATION: "CHAT_MODEL"}
_OTHER_KIND = "CHAIN"
_WORDS = ("recording_title", "speaker")
"""Of a passage that was found, what somebody wrote, or is called."""

Json = dict[str, Any]


@dataclass(slots=True)
class Span:
    """One step; ``inputs`` and ``outputs`` are JSON, ``events`` what happened meanwhile and when."""

    name: str
    kind: str
    start_ns: int
    end_ns: int
    inputs: Any = None
    outputs: Any = None
    attributes: Json = field(default_factory=dict)
    events: list[tuple[str, int, Json]] = field(default_factory=list)
    error: str | None = None
    """The code of what it failed with."""


def status_of(recording: Recording) -> Status:
    """How the answer ended."""
    match recording.end:
        case Done():
            return Status.COMPLETE
        case Stopped():
            return Status.CANCELLED
        case Error(code="INTERRUPTED"):
            return Status.INTERRUPTED
        case _:
            return Status.ERROR


def spans(recording: Recording, *, texts: bool = True) -> list[Span]:
    """The answer itself, then its steps in order; without ``texts`` only what counts, names and times them."""
    made = [_answer(recording, texts=texts)]
    for stage in _stages(recording):
        if stage.kind == _RETRIEVER:
            _tell_search(stage, recording, texts=texts)
        elif stage.name == StageName.GENERATION:
            _tell_writing(stage, recording, texts=texts)
        made.append(stage)
    return made


def usage(recording: Recording) -> dict[str, int] | None:
    """The tokens that the answer cost, where its model told both counts."""
    if not isinstance(recording.end, Done):
        return None
    read, written = recording.end.usage.input_tokens, recording.end.usage.output_tokens
    if read is None or written is None:
        return None
    return {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}


def _answer(recording: Recording, *, texts: bool) -> Span:
    answer = recording.answer
    made = Span("answer", "CHAIN", recording.began_ns, recording.ended_ns)
    if texts:
        made.inputs, made.outputs = {"query": answer.query}, recording.text
    made.attributes = {"footnote.status": str(status_of(recording)), "footnote.model": answer.model}
    for at, event in recording.moments:
        if isinstance(event, Retrying):
            made.events.append((event.type, at, fields_of(event)))
        elif isinstance(event, Citations):
            made.attributes["footnote.citations"] = [c.passage_id for c in event.citations if c.cited]
            made.attributes["footnote.statements"] = dict(Counter(str(s.verdict) for s in event.statements))
        elif isinstance(event, Error):
            made.error = event.code
    return made


def _stages(recording: Recording) -> Iterator[Span]:
    """A span for each stage; one that never completed ends with the answer, and as it does."""
    running: dict[str, Span] = {}
    searched = False
    error = recording.end.code if isinstance(recording.end, Error) else None
    for told_at, event in recording.moments:
        if isinstance(event, Retrieved) and not searched:  # a model that searches by itself told of no search
            searched = True
            yield Span("retrieval", _RETRIEVER, told_at, told_at)
        if not isinstance(event, Stage):
            continue
        searched = searched or event.stage is StageName.RETRIEVAL
        at = recording.began_ns + event.elapsed_ms * 1_000_000
        name = event.name or str(event.stage)
        told = {key: value for key, value in fields_of(event).items() if isinstance(value, int) and key != "elapsed_ms"}
        if event.status is StageStatus.START:
            running[name] = Span(name, _KINDS.get(event.stage, _OTHER_KIND), at, recording.ended_ns, attributes=told)
        elif (span := running.pop(name, None)) is not None:
            span.end_ns = at
            span.attributes |= told
            yield span
    for span in running.values():
        span.error = error
        yield span


def _tell_search(span: Span, recording: Recording, *, texts: bool) -> None:
    searches = [event for _, event in recording.moments if isinstance(event, Retrieved)]
    found = searches[-1] if searches else Retrieved((), ())  # each of them tells all that was found so far
    limits = recording.answer.filter
    span.inputs = {"filter": sorted(limits.document_ids)} if limits.document_ids else {}
    if texts:
        span.inputs["query"] = recording.answer.query
        span.inputs["queries"] = list(found.queries)
    sources = next((event for _, event in recording.moments if isinstance(event, Citations)), Citations(()))
    cited = {citation.passage_id: citation for citation in sources.citations}
    given = {p.id: p for p in recording.prompt.passages} if recording.prompt else {}
    span.outputs = [
        _document(one, given.get(one.passage_id), cited.get(one.passage_id), texts=texts)
        for one in found.passages
        if one.n is not None
    ]


def _document(found: Found, passage: Passage | None, citation: Citation | None, *, texts: bool) -> Json:
    """One passage that the model was given, as MLflow has documents."""
    left_out = {"passage_id", "recording_id", *(() if texts else _WORDS)}
    metadata = {name: value for name, value in fields_of(found).items() if name not in left_out}
    metadata |= {"doc_uri": found.recording_id, "chunk_id": found.passage_id}
    content = passage.text if passage else citation.excerpt if citation else ""
    return {"page_content": content if texts else "", "metadata": metadata, "id": found.passage_id}


def _tell_writing(span: Span, recording: Recording, *, texts: bool) -> None:
    span.attributes["mlflow.llm.model"] = recording.answer.model
    if (cost := usage(recording)) is not None:
        span.attributes["mlflow.chat.tokenUsage"] = cost
    if recording.first_token_ns is not None:
        span.events.append(("first token", recording.first_token_ns, {}))
    if not texts:
        return
    if recording.prompt is not None:
        span.inputs = {"messages": [{"role": m.role, "content": m.content} for m in recording.prompt.messages]}
    finish = str(recording.end.finish_reason) if isinstance(recording.end, Done) else None
    message = {"role": "assistant", "content": recording.text}
    span.outputs = {"choices": [{"index": 0, "message": message, "finish_reason": finish}]}

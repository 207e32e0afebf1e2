"""An answer as the trace that MLflow keeps: its fields and its spans, as JSON.

MLflow's own tracing is made for code that runs inside its spans: it mints the id as a trace begins and keeps the
running ones in context variables. Here a trace is put together once its answer has ended, under an id told before.
"""

from __future__ import annotations

import json

from footnote.answers.recording import Recording
from footnote.conversations import Status
from footnote.tracing.spans import Json, Span, spans, status_of, usage

_PREVIEW = 1000


def trace(recording: Recording, *, texts: bool = True) -> Json:
    """The trace's ``info`` and ``spans``; without ``texts`` nothing that anybody wrote is in it."""
    made = spans(recording, texts=texts)
    return {
        "info": _info(recording, texts=texts),
        "spans": [_fields(span, n, recording.trace_id) for n, span in enumerate(made, 1)],
    }


def _info(recording: Recording, *, texts: bool) -> Json:
    answer, status = recording.answer, status_of(recording)
    metadata = {"mlflow.trace.user": answer.user, "mlflow.trace.session": answer.session_id}
    if (cost := usage(recording)) is not None:
        metadata["mlflow.trace.tokenUsage"] = json.dumps(cost)
    return {
        "trace_id": recording.trace_id,
        "request_time": recording.began_ns // 1_000_000,
        "execution_duration": (recording.ended_ns - recording.began_ns) // 1_000_000,
        "state": "OK" if status in {Status.COMPLETE, Status.CANCELLED} else "ERROR",
        "request_preview": answer.query[:_PREVIEW] if texts else None,
        "response_preview": recording.text[:_PREVIEW] if texts else None,
        "client_request_id": answer.id,
        "trace_metadata": metadata,
        "tags": {"mlflow.traceName": "answer", "footnote.status": str(status), "footnote.model": answer.model},
    }


def _fields(span: Span, n: int, trace_id: str) -> Json:
    """A span as MLflow writes it; the first one is the root, and its parent is nobody."""
    attributes = {"mlflow.traceRequestId": trace_id, "mlflow.spanType": span.kind} | span.attributes
    if span.inputs is not None:
        attributes["mlflow.spanInputs"] = span.inputs
    if span.outputs is not None:
        attributes["mlflow.spanOutputs"] = span.outputs
    return {
        "trace_id": trace_id,
        "span_id": f"{n:016x}",
        "parent_span_id": f"{1:016x}" if n > 1 else None,
        "name": span.name,
        "start_time_unix_nano": span.start_ns,
        "end_time_unix_nano": span.end_ns,
        "status": {"code": "STATUS_CODE_ERROR" if span.error else "STATUS_CODE_OK", "message": span.error or ""},
        "attributes": {name: json.dumps(value, ensure_ascii=False) for name, value in attributes.items()},
        "events": [{"name": name, "time_unix_nano": at, "attributes": told} for name, at, told in span.events],
    }

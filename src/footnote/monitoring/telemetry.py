"""OpenTelemetry: an answer as spans once it has ended, and the figures, where ``OTEL_*`` says that somebody takes them.

What is sent where, how often and with which headers the SDK reads from the environment itself. It sends beside the
requests, and drops what it has no room for: an endpoint that is away costs an answer nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from footnote import __version__
from footnote.answers.observing import Observer
from footnote.answers.recording import Recording
from footnote.correlation import here
from footnote.monitoring import conventions
from footnote.monitoring.measures import MEASURES, Kind, Measure
from footnote.monitoring.pseudonyms import Pseudonyms
from footnote.tracing.spans import spans

SERVICE = "footnote"
_UNITS = {"seconds": "s"}


class Spans(Observer):
    """Hands on an answer as a span, with one for each of its stages below."""

    def __init__(self, pseudonyms: Pseudonyms, *, texts: bool = False) -> None:
        self._pseudonyms = pseudonyms
        self._texts = texts
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(SERVICE, __version__)

    def ended(self, recording: Recording) -> None:
        told = here()
        user = self._pseudonyms.of(recording.answer.user)
        whole, *steps = spans(recording, texts=False)
        root = self._tracer.start_span(
            conventions.root_name(),
            _parent(told.traceparent),
            SpanKind.INTERNAL,
            conventions.root(recording, user, told.request_id, texts=self._texts),
            start_time=whole.start_ns - recording.queued_ms * 1_000_000,
        )
        below = trace.set_span_in_context(root)
        for step in steps:
            name, attributes = conventions.step(step, recording, texts=self._texts)
            child = self._tracer.start_span(name, below, SpanKind.INTERNAL, attributes, start_time=step.start_ns)
            _tell(child, step.events, step.error)
            child.end(max(step.start_ns, step.end_ns))
        _tell(root, whole.events, whole.error)
        root.end(whole.end_ns)

    def close(self, timeout_s: float) -> None:
        _within(timeout_s, self._provider.shutdown)


class Figures:
    """A ``Sink`` that hands its values on, each process its own."""

    def __init__(self) -> None:
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        self._provider = MeterProvider([reader], _resource(), shutdown_on_exit=False)
        meter = self._provider.get_meter(SERVICE, __version__)
        self._made: dict[Measure, Any] = {measure: _instrument(meter, measure) for measure in MEASURES}

    def add(self, measure: Measure, amount: float, *labels: str) -> None:
        self._made[measure].add(amount, _attributes(measure, labels))

    def put(self, measure: Measure, value: float, *labels: str) -> None:
        self._made[measure].set(value, _attributes(measure, labels))

    def observe(self, measure: Measure, value: float, *labels: str) -> None:
        self._made[measure].record(value, _attributes(measure, labels))

    def close(self, timeout_s: float) -> None:
        _within(timeout_s, lambda: self._provider.shutdown(timeout_s * 1000))


def _resource() -> Resource:
    """What tells this process from others; its service is called as ``OTEL_SERVICE_NAME`` has it, or ``footnote``."""
    own = {"service.version": __version__, "service.instance.id": str(uuid4()), "process.pid": str(os.getpid())}
    resource = Resource.create(own)
    if str(resource.attributes["service.name"]).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": SERVICE}))
    return resource


def _parent(traceparent: str | None) -> Context | None:
    return TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else Context()


def _tell(span: trace.Span, events: list[tuple[str, int, dict[str, Any]]], error: str | None) -> None:
    for name, at, told in events:
        span.add_event(name, told, at)
    if error is not None:
        span.set_status(Status(StatusCode.ERROR, error))


def _instrument(meter: Any, measure: Measure) -> Any:
    name, unit = f"{SERVICE}.{measure.name}", _UNITS.get(measure.unit, "1")
    match measure.kind:
        case Kind.COUNTER:
            return meter.create_counter(name, unit, measure.text)
        case Kind.GAUGE:
            return meter.create_gauge(name, unit, measure.text)
        case Kind.HISTOGRAM:
            return meter.create_histogram(
                name, unit, measure.text, explicit_bucket_boundaries_advisory=list(measure.bounds)
            )


def _attributes(measure: Measure, labels: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in zip(measure.labels, labels, strict=True) if value}


def _within(timeout_s: float, close: Callable[[], object]) -> None:
    """Close for no longer than this: an exporter whose endpoint says nothing waits for it."""
    closing = threading.Thread(target=close, name="footnote-otel", daemon=True)
    closing.start()
    closing.join(timeout_s)

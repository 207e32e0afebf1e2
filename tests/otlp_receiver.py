"""Who takes spans and figures: OTLP over HTTP, strictly, on the loopback address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fakes import PATIENCE_S

_TAKEN: dict[str, type[Message]] = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}


@dataclass
class Receiver:
    """What came so far."""

    url: str = ""
    spans: list[Any] = field(default_factory=list)
    figures: list[Any] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def take(self, request: Any, headers: dict[str, str]) -> None:
        with self.came:
            self.headers.append(headers)
            for group in getattr(request, "resource_spans", ()):
                self.resources.append(attributes(group.resource))
                self.spans += [span for scope in group.scope_spans for span in scope.spans]
            for group in getattr(request, "resource_metrics", ()):
                self.figures += [figure for scope in group.scope_metrics for figure in scope.metrics]
            self.came.notify_all()

    def wait_for_spans(self, count: int) -> list[Any]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.spans) >= count, PATIENCE_S), self.spans
            return [*self.spans]

    def figure(self, name: str, **labels: str) -> float:
        """The last value that was told of a counter or gauge, or how many a histogram has."""
        points = [
            point
            for figure in self.figures
            if figure.name == f"footnote.{name}"
            for point in getattr(figure, figure.WhichOneof("data")).data_points
            if labels.items() <= attributes(point).items()
        ]
        if not points:
            return 0
        return points[-1].count if hasattr(points[-1], "count") else points[-1].as_double or points[-1].as_int


def attributes(of: Any) -> dict[str, Any]:
    """Attributes as plain values."""
    return {pair.key: _plain(pair.value) for pair in of.attributes}


def _plain(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return [_plain(one) for one in value.array_value.values] if kind == "array_value" else getattr(value, kind)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver while the block lasts; what is not OTLP is refused."""
    receiver = Receiver()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = _TAKEN.get(self.path)
            if kind is None or self.headers["Content-Type"] != "application/x-protobuf":
                self.send_error(404 if kind is None else 415)
                return
            receiver.take(kind.FromString(body), dict(self.headers))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()

"""Figures for Prometheus, of all processes of this server: each writes its own into files, which are added up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from footnote.monitoring.measures import MEASURES, Kind, Measure

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

NAMESPACE = "footnote"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own variable: where the processes' files are; where it is not set there is one process."""


class Prometheus:
    """A ``Sink`` that tells what it took to whoever asks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._made = {measure: self._make(measure) for measure in MEASURES}

    def add(self, measure: Measure, amount: float, *labels: str) -> None:
        of = self._of(measure, labels)
        assert isinstance(of, Counter)  # noqa: S101 - its kind says so
        of.inc(amount)

    def put(self, measure: Measure, value: float, *labels: str) -> None:
        of = self._of(measure, labels)
        assert isinstance(of, Gauge)  # noqa: S101 - its kind says so
        of.set(value)

    def observe(self, measure: Measure, value: float, *labels: str) -> None:
        of = self._of(measure, labels)
        assert isinstance(of, Histogram)  # noqa: S101 - its kind says so
        of.observe(value)

    def close(self, timeout_s: float) -> None:
        """Nothing is held back here."""

    def told(self, accept: str) -> tuple[bytes, str]:
        """All figures, in the newest form that is accepted, and that form's name."""
        encode, content_type = choose_encoder(accept)
        registry = self._registry
        if FOLDER in os.environ:
            registry = CollectorRegistry()
            registry.register(_Ours(MultiProcessCollector(None)))  # type: ignore[no-untyped-call]
        return encode(registry), content_type

    def _of(self, measure: Measure, labels: tuple[str, ...]) -> Counter | Gauge | Histogram:
        made = self._made[measure]
        return made.labels(*labels) if labels else made

    def _make(self, measure: Measure) -> Counter | Gauge | Histogram:
        name = f"{measure.name}_{measure.unit}" if measure.unit else measure.name
        match measure.kind:
            case Kind.COUNTER:
                return Counter(name, measure.text, measure.labels, NAMESPACE, registry=self._registry)
            case Kind.GAUGE:
                return Gauge(
                    name, measure.text, measure.labels, NAMESPACE, registry=self._registry, multiprocess_mode="livesum"
                )
            case Kind.HISTOGRAM:
                return Histogram(
                    name, measure.text, measure.labels, NAMESPACE, registry=self._registry, buckets=measure.bounds
                )


class _Ours:
    """Of the figures in the processes' files those of Footnote: an app that it is mounted into may have its own."""

    def __init__(self, all_: MultiProcessCollector) -> None:
        self._all = all_

    def collect(self) -> Iterator[Metric]:
        return (m for m in self._all.collect() if m.name.startswith(f"{NAMESPACE}_"))  # type: ignore[no-untyped-call]

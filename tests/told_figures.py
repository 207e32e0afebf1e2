"""What ``/metrics`` says, as a scraper reads it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families


def figure(told: str, name: str, **labels: str) -> float:
    """The sum of a figure's samples with these labels; 0 where there are none."""
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    named = [sample for sample in samples if sample.name == f"footnote_{name}"]
    return sum(sample.value for sample in named if labels.items() <= sample.labels.items())

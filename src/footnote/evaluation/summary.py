"""A run's figures: means over the questions that have an expectation of the kind, times, tokens and cost. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from footnote.evaluation import metrics
from footnote.evaluation.judging import DEEPEST, DEPTHS
from footnote.evaluation.results import Result

QUALITY = (
    *(f"recall@{k}" for k in DEPTHS),
    *(f"found@{k}" for k in DEPTHS),
    f"ndcg@{DEEPEST}",
    "mrr",
    "citation_precision",
    "citation_recall",
    "supported",
    "facts",
    "rightly_not_found",
    "wrongly_not_found",
    "wrong_sources",
)
"""What each question has by itself, where it has an expectation of the kind."""
TIMES = {"first_token": "first_token_ms", "total": "total_ms"}
COSTS = ("input_tokens", "output_tokens", "cost")
NAMES = (*QUALITY, "failed", *(f"{time}_{part}_ms" for time in TIMES for part in ("p50", "p95")), *COSTS)
"""Every figure, in the order of the table."""
_RATHER_LESS = frozenset({"wrongly_not_found", "wrong_sources", *TIMES.values(), *NAMES[len(QUALITY) :]})
PER = 1_000_000
"""Tokens that a price is for."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million of the model's tokens cost, in whatever currency."""

    input: float = 0.0
    output: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and how many questions it is of."""

    value: float
    of: int


def direction(name: str) -> int:
    """1 where more of a figure is better, -1 where less is."""
    return -1 if name in _RATHER_LESS else 1


def summary(results: Sequence[Result], prices: Prices | None = None) -> dict[str, Figure]:
    """The figures of a run by name, in order; what no question has is left out."""
    made = {name: _mean(result.figures.get(name) for result in results) for name in QUALITY}
    made["failed"] = _mean(float(result.failed) for result in results)
    for time, name in TIMES.items():
        took = [value for result in results if (value := getattr(result, name)) is not None]
        for part, share in (("p50", 0.5), ("p95", 0.95)):
            made[f"{time}_{part}_ms"] = Figure(metrics.percentile(took, share), len(took)) if took else None
    made["input_tokens"] = _mean(result.input_tokens for result in results)
    made["output_tokens"] = _mean(result.output_tokens for result in results)
    made["cost"] = _mean(cost(result, prices) for result in results) if prices else None
    return {name: figure for name in NAMES if (figure := made[name]) is not None}


def cost(result: Result, prices: Prices) -> float | None:
    """What an answer cost; None where the model tells no tokens."""
    if result.input_tokens is None or result.output_tokens is None:
        return None
    return (result.input_tokens * prices.input + result.output_tokens * prices.output) / PER


def prices_of(made: Mapping[str, object]) -> Prices | None:
    """The prices that a run was made with."""
    prices = made.get("prices")
    return Prices(**prices) if isinstance(prices, dict) else None


def _mean(each: Iterable[float | None]) -> Figure | None:
    values = [value for value in each if value is not None]
    return Figure(metrics.mean(values), len(values)) if values else None

"""The figures of rankings and of shares, each as the literature defines it: pure.

A ranking is a list of ids, best first, each once; what is relevant is a set of ids. Gains are binary.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

RESAMPLES = 1000
SEED = 20_260_312
_LEVEL = 0.95


def recall_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """The share of what is relevant that stands among the first ``k``.

    Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), 8.3, cut off at ``k``.
    """
    return len(set(ranking[:k]) & set(relevant)) / len(set(relevant))


def found_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """1 where anything relevant is among the first ``k``, else 0: success@k of TREC's question answering tracks."""
    return float(any(id in relevant for id in ranking[:k]))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """One by the place of the first that is relevant, 0 where none is (Voorhees, TREC-8, 1999)."""
    return next((1 / place for place, id in enumerate(ranking, 1) if id in relevant), 0.0)


def ndcg_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """The discounted cumulative gain of the first ``k`` by that of the best ranking (Järvelin and Kekäläinen, 2002).

    The discount is log2(place + 1); the best ranking has as many relevant ones in its first ``k`` as there are.
    """
    best = sum(1 / math.log2(place + 1) for place in range(1, min(k, len(set(relevant))) + 1))
    return sum(1 / math.log2(place + 1) for place, id in enumerate(ranking[:k], 1) if id in relevant) / best


def precision(chosen: Collection[str], relevant: Collection[str]) -> float | None:
    """The share of what was chosen that is relevant; None where nothing was."""
    return len(set(chosen) & set(relevant)) / len(set(chosen)) if chosen else None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; raises where there are no values."""
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them do not exceed (the nearest rank); raises where none are."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a mean lies, 95 times in 100."""

    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 where all of it is above 0, -1 where all is below, else 0."""
        return (self.low > 0) - (self.high < 0)


def bootstrap(differences: Sequence[float]) -> Interval:
    """The interval of the mean of paired differences, by the percentile bootstrap with a fixed seed.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), 13.3: as many questions are drawn with replacement as
    there are, ``RESAMPLES`` times, and the middle 95 % of their means is the interval.
    """
    chosen = random.Random(SEED)  # noqa: S311 - statistics
    count = len(differences)
    if not any(differences):
        return Interval(0.0, 0.0)
    means = sorted(math.fsum(chosen.choices(differences, k=count)) / count for _ in range(RESAMPLES))
    outside = round(RESAMPLES * (1 - _LEVEL) / 2)
    return Interval(means[outside], means[-1 - outside])

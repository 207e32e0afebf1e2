"""One figure of the benchmark, beside its floor and its target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Bound(StrEnum):
    """What the target bounds, and from which side."""

    AT_MOST = "at most"
    AT_LEAST = "at least"
    TIMES_AT_MOST = "times the floor at most"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure; ``ratio`` is that to its floor, ``target`` a value, or a ratio where ``bound`` says so.

    A row without a value is a measurement that failed, and its name says how.
    """

    name: str
    unit: str
    value: float | None
    floor: float | None
    ratio: float | None
    target: float | None
    holds: bool
    bound: Bound = Bound.AT_MOST

    @property
    def used(self) -> float | None:
        """The share of what the target allows: 1 just holds, 2 is twice too much."""
        if self.value is None or self.target is None:
            return None
        match self.bound:
            case Bound.AT_MOST:
                return self.value / self.target if self.target else 1 + self.value
            case Bound.AT_LEAST:
                return self.target / max(self.value, 1e-9)
            case Bound.TIMES_AT_MOST:
                return None if self.ratio is None else self.ratio / self.target


def at_most(name: str, value: float, unit: str, target: float, floor: float | None = None) -> Row:
    """A figure that may be as high as the target, with the floor's, which it is not held to, beside it."""
    return Row(name, unit, value, floor, _ratio(value, floor), target, value <= target, Bound.AT_MOST)


def at_least(name: str, value: float, unit: str, target: float, floor: float | None = None) -> Row:
    """A figure that has to be as high as the target."""
    return Row(name, unit, value, floor, _ratio(value, floor), target, value >= target, Bound.AT_LEAST)


def ratio_at_most(name: str, value: float, floor: float, unit: str, limit: float) -> Row:
    """A figure that may be ``limit`` times its floor."""
    ratio = _ratio(value, floor)
    return Row(name, unit, value, floor, ratio, limit, ratio is not None and ratio <= limit, Bound.TIMES_AT_MOST)


def beside(name: str, value: float, floor: float, unit: str) -> Row:
    """A figure that is held to nothing, and told because it explains another one."""
    return Row(name, unit, value, floor, _ratio(value, floor), None, holds=True)


def failed(what: str, why: str) -> Row:
    """What could not be measured."""
    return Row(f"{what}: {why}", "", None, None, None, None, holds=False)


def _ratio(value: float, floor: float | None) -> float | None:
    return value / floor if floor else None

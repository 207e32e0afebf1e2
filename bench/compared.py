"""Two runs of the benchmark beside each other: what got better, and what got worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from row import Bound, Row

NOISE = 0.15
"""The share by which a figure differs between two runs of the same code on a shared machine."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row that differs by more than noise: its figure before and now, and whether that is better."""

    name: str
    before: float
    now: float
    better: bool


def changes(rows: Sequence[Row], before: Mapping[str, Any], machine: Mapping[str, Any]) -> list[Change]:
    """The rows that changed since the results ``before``; on another machine only ratios can be compared."""
    alike = all(machine.get(name) == before["machine"].get(name) for name in ("processor", "cores"))
    known = {row["name"]: row for row in before["rows"]}
    found = (_change(row, known[row.name], alike=alike) for row in rows if row.name in known)
    return [change for change in found if change]


def _change(row: Row, before: Mapping[str, Any], *, alike: bool) -> Change | None:
    figure = "ratio" if row.ratio is not None and before["ratio"] is not None else "value"
    then, now = before[figure], getattr(row, figure)
    if then is None or now is None or (figure == "value" and not alike):
        return None
    if abs(now - then) <= NOISE * abs(then):
        return None
    return Change(row.name, then, now, (now > then) == (row.bound is Bound.AT_LEAST))

"""The benchmark's results as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compared import Change
from row import Bound, Row

_HEAD = ("", "", "value", "floor", "ratio", "to reach")


def table(rows: Sequence[Row]) -> str:
    """A line for each row, and whether it holds."""
    lines = [_HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    bound = [row for row in rows if row.target is not None or not row.holds]
    held = sum(row.holds for row in bound)
    return "\n".join([*(_line(line, widths) for line in lines), "", f"{held} of {len(bound)} rows hold."])


def told(found: Sequence[Change], since: str) -> str:
    """What changed since another run, the worse first."""
    if not found:
        return f"Nothing differs from {since} by more than noise."
    return "\n".join([f"Since {since}:", *_changes(found)])


def _changes(found: Sequence[Change]) -> Iterator[str]:
    for change in sorted(found, key=lambda change: change.better):
        word = "better" if change.better else "worse"
        yield f"  {word:<7}{figure(change.before):>9} -> {figure(change.now):<9} {change.name}"


def _cells(row: Row) -> tuple[str, ...]:
    target = "" if row.target is None else f"{'≥' if row.bound is Bound.AT_LEAST else '≤'} {figure(row.target)}"
    target += " x" if row.bound is Bound.TIMES_AT_MOST else f" {row.unit}" if target else ""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    state = "NOT HELD" if not row.holds else "" if row.target is None else "holds"
    return state, row.name, f"{figure(row.value)} {row.unit}".strip(), figure(row.floor), ratio, target


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    left = (cell.ljust(width) for cell, width in zip(cells[:2], widths[:2], strict=True))
    right = (cell.rjust(width) for cell, width in zip(cells[2:], widths[2:], strict=True))
    return "  ".join([*left, *right]).rstrip()


def figure(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

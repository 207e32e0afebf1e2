"""The benchmark's results as a picture: how much of what its target allows each row uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from row import Row
from table import figure

INK, PAPER, GREY, HELD, MISSED = "#22262b", "#fdfcf9", "#c9c5bb", "#2f6f7e", "#a8431f"
ROW_INCHES, AROUND_INCHES, WIDTH_INCHES = 0.32, 1.2, 11.0
LOWEST, HIGHEST = 0.05, 20.0
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "footnote", "font.family": "sans-serif", "font.size": 9}


def draw(rows: Sequence[Row], to: Path) -> None:
    """Write the picture; rows that could not be measured are in the table alone."""
    measured = [row for row in rows if row.used is not None]
    with mpl.rc_context(STYLE):
        drawing = Figure(figsize=(WIDTH_INCHES, AROUND_INCHES + ROW_INCHES * max(1, len(measured))), facecolor=PAPER)
        axes = drawing.add_axes(_place(len(measured)))
        _frame(axes, measured)
        for place, row in enumerate(measured):
            _point(axes, row, place)
        drawing.savefig(to, format="svg", facecolor=PAPER, metadata={"Date": None}, bbox_inches="tight")


def _place(rows: int) -> tuple[float, float, float, float]:
    """The axes' left, bottom, width and height, as shares of the drawing."""
    height = AROUND_INCHES + ROW_INCHES * max(1, rows)
    return 0.46, 0.5 / height, 0.40, (height - AROUND_INCHES) / height


def _frame(axes: Axes, rows: Sequence[Row]) -> None:
    """Names, scale, and the line that a row must not cross."""
    axes.set_facecolor(PAPER)
    axes.set_xscale("log")
    axes.set_xlim(LOWEST, HIGHEST)
    axes.set_ylim(max(0, len(rows) - 1) + 0.6, -0.6)
    axes.set_yticks(range(len(rows)), [row.name for row in rows], color=INK)
    axes.xaxis.set_major_locator(FixedLocator([0.1, 0.5, 1, 2, 10]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:g} x"))
    axes.tick_params(length=0, colors=INK, pad=8)
    axes.axvline(1, color=INK, linewidth=1)
    axes.grid(axis="x", color=GREY, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    held = sum(row.holds for row in rows)
    axes.set_title(
        f"Share of what the target allows: left of the line holds ({held} of {len(rows)})",
        loc="left", color=INK, fontsize=10, pad=14,
    )  # fmt: skip


def _point(axes: Axes, row: Row, place: int) -> None:
    """A filled dot that holds, or an open diamond that doesn't, with its figures beside it."""
    share = min(max(row.used or 0, LOWEST), HIGHEST)
    colour = HELD if row.holds else MISSED
    axes.plot([1, share], [place, place], color=colour, linewidth=1.5, solid_capstyle="round")
    axes.plot(
        share, place, marker="o" if row.holds else "D", markersize=7, markeredgewidth=1.6, clip_on=False,
        color=colour, markerfacecolor=colour if row.holds else PAPER,
    )  # fmt: skip
    said = f"{figure(row.value)} {row.unit}" + ("" if row.ratio is None else f"  ({row.ratio:.2f} x floor)")
    said += "" if row.holds else "  not held"
    axes.text(1.02, place, said, transform=axes.get_yaxis_transform(), va="center", color=INK)

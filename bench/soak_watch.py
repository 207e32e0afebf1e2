"""What the soak watches: memory, threads, handles, connections, the database; whether each stays flat; its plot."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from pathlib import Path

from servers import Served, children, pss_mb


@dataclass(frozen=True, slots=True)
class Sample:
    """How it is at a moment, ``at`` seconds from the beginning: of the server's master and workers together.

    Memory is what they keep themselves: the pages of files count for less the more others have them open too.
    """

    at: float
    memory_mb: float
    threads: float
    handles: float
    sockets: float
    database_mb: float
    database_connections: float


GROWS_AT_MOST = {
    "memory_mb": (0.5, 5.0),
    "threads": (0.0, 4.0),
    "handles": (0.0, 20.0),
    "sockets": (0.0, 20.0),
    "database_mb": (0.05, 1.0),
    "database_connections": (0.0, 4.0),
}
"""What each may grow by over the time that is looked at: so much a minute, or so much in all where that is more.

Memory goes up and down by some MB with what is just being asked; a leak of 1 MB a minute shows from 5 minutes on.
"""


@dataclass(frozen=True, slots=True)
class Flatness:
    """Whether a figure stayed what it was: its growth by a robust slope over the time that is looked at."""

    name: str
    median: float
    growth: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether it grew by no more than it may."""
        return self.growth <= self.allowed


def sampled(server: Served, began: float, database: Callable[[], tuple[float, float]]) -> Sample:
    """How it is now; ``database`` tells its MB and its connections."""
    pids = [server.pid, *children(server.pid)]
    links = [link for pid in pids for link in _handles(pid)]
    size, connections = database()
    return Sample(
        time.monotonic() - began,
        sum(pss_mb(pid, "Pss_Anon") for pid in pids),
        sum(_threads(pid) for pid in pids),
        len(links),
        sum(link.startswith("socket:") for link in links),
        size,
        connections,
    )


def flatness(samples: Sequence[Sample], begin: float, end: float) -> list[Flatness]:
    """Of each figure, between two moments."""
    seen = [sample for sample in samples if begin <= sample.at <= end]
    return [_flat(name, seen, end - begin) for name in GROWS_AT_MOST]


def _flat(name: str, seen: Sequence[Sample], seconds: float) -> Flatness:
    """By Theil and Sen: the median of the slopes between all pairs of samples, which no single peak moves."""
    slopes = [(getattr(b, name) - getattr(a, name)) / (b.at - a.at) for a, b in combinations(seen[:: _every(seen)], 2)]
    median = statistics.median(getattr(sample, name) for sample in seen)
    a_minute, least = GROWS_AT_MOST[name]
    return Flatness(name, median, statistics.median(slopes) * seconds, max(a_minute * seconds / 60, least))


def _every(seen: Sequence[Sample]) -> int:
    return max(1, len(seen) // 300)


def _handles(pid: int) -> list[str]:
    found = []
    with contextlib.suppress(OSError):  # it ends just now
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.append(str(handle.readlink()))
    return found


def _threads(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    return 0


def draw(
    samples: Sequence[Sample], faults: Sequence[tuple[float, str]], looked_at: tuple[float, float], to: Path
) -> None:
    """A panel a figure; faults are thin lines, and what is not looked at is shaded."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from plot import GREY, HELD, INK, PAPER, STYLE

    names = [each.name for each in fields(Sample)][1:]
    with mpl.rc_context(STYLE):
        drawing = Figure(figsize=(11, 1.6 * len(names)), facecolor=PAPER, layout="constrained")
        panels = drawing.subplots(len(names), 1, sharex=True)
        minutes = [sample.at / 60 for sample in samples]
        for panel, name in zip(panels, names, strict=True):
            panel.set_facecolor(PAPER)
            panel.axvspan(0, looked_at[0] / 60, color=GREY, alpha=0.3, linewidth=0)
            panel.axvspan(looked_at[1] / 60, minutes[-1], color=GREY, alpha=0.3, linewidth=0)
            for at, _ in faults:
                panel.axvline(at / 60, color=GREY, linewidth=0.5)
            panel.plot(minutes, [getattr(sample, name) for sample in samples], color=HELD, linewidth=1)
            panel.set_ylim(bottom=0)
            panel.set_title(name.replace("_", " "), loc="left", color=INK, fontsize=9)
            panel.tick_params(colors=INK, length=2)
            for side in ("top", "right"):
                panel.spines[side].set_visible(False)
        panels[-1].set_xlabel("minutes; a thin line is a fault", color=INK)
        drawing.savefig(to, format="svg", facecolor=PAPER, metadata={"Date": None})


def told(samples: Sequence[Sample]) -> list[dict[str, float]]:
    """The samples for the results' file."""
    return [{name: round(value, 2) for name, value in asdict(sample).items()} for sample in samples]

"""Processor time, as Linux counts it: of a process, of a family of them, of the whole machine."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
QUIET_CORES = 0.2
"""What other work may take of the machine where a figure is to be believed."""


def cpu_s(pid: int) -> float:
    """A process's processor time so far."""
    return sum(_times(pid)[:2]) / TICKS


def family_cpu_s(pid: int) -> float:
    """The same with all its children, those that have ended included."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    living = 0.0
    for child in children:
        with contextlib.suppress(OSError):  # it ends just now
            living += cpu_s(int(child))
    return living + sum(_times(pid)) / TICKS


def own_cpu_s() -> float:
    """That of the process that asks, and of its children that have ended."""
    times = os.times()
    return times.children_user + times.children_system + times.user + times.system


def busy_s() -> float:
    """Of all processors together."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return (sum(map(int, fields[:8])) - int(fields[3]) - int(fields[4])) / TICKS


def wait_until_quiet(until: float, cores: float) -> None:
    """Return once less than so many cores are busy, or at the moment ``until`` of the monotonic clock."""
    while time.monotonic() < until:
        busy, began = busy_s(), time.monotonic()
        time.sleep(2)
        if (busy_s() - busy) / (time.monotonic() - began) < cores:
            return


def _times(pid: int) -> list[int]:
    """Ticks: its own in user and system mode, and those of its ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]

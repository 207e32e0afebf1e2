"""What the fault suite found: for each fault, how often it was tried, what was lost, what was generated twice."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Row:
    """One line of the table; ``seconds`` are those that a fault took to be over, where it was measured."""

    fault: str
    store: str
    tried: int = 0
    characters_lost: int = 0
    double_generations: int = 0
    seconds: list[float] = field(default_factory=list)


class Ledger:
    """Collects the rows of a run; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.rows: dict[tuple[str, str], Row] = {}

    def tried(
        self,
        fault: str,
        store: str,
        *,
        lost: int = 0,
        doubled: int = 0,
        times: int = 1,
        seconds: Iterable[float] = (),
    ) -> None:
        """Write down one try (or several), and fail where anything was lost or done twice."""
        with self._lock:
            row = self.rows.setdefault((fault, store), Row(fault, store))
            row.tried += times
            row.characters_lost += lost
            row.double_generations += doubled
            row.seconds.extend(seconds)
        assert (lost, doubled) == (0, 0), f"{fault}, {store}: {lost} characters lost, {doubled} double generations"

    def write(self, path: Path) -> None:
        """As JSON."""
        rows = [asdict(row) for row in self.rows.values()]
        path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")

    def lines(self) -> list[str]:
        """As a table for a terminal."""
        lines = [f"{'fault':64}{'store':10}{'tried':>6}{'lost':>6}{'double':>8}  seconds: median, most"]
        for row in self.rows.values():
            took = f"{statistics.median(row.seconds):8.3f}{max(row.seconds):9.3f}" if row.seconds else ""
            lines.append(
                f"{row.fault:64}{row.store:10}{row.tried:6}{row.characters_lost:6}{row.double_generations:8}  {took}"
            )
        return lines

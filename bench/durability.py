"""What durability costs: the same streams with the log in memory, on SQLite and on Postgres.

Usage: ``python bench/durability.py [--rounds 5] [--streams 30] [--tokens 200] [--rate 20] [--patience 0]``.
A model server, the product under gunicorn with one worker and a light model (``tests/faults/loopback_app.py``),
and the readers are a process each, as in ``bench/serving.py``; Postgres is a real one. The three servers run all
the time and take turns, round after round, because a machine's speed drifts. A figure is the median of its
rounds; a ratio is the median of the rounds' ratios to the log in memory. Also written to
``bench/results/durability.json``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cpu_time import family_cpu_s
from serving import (
    QUIET_CORES,
    ROOT,
    Load,
    Round,
    Server,
    get,
    machine,
    measure,
    measure_in_quiet,
    model_server,
    served,
)  # fmt: skip

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
from postgres import Postgres  # noqa: E402

RESULTS = ROOT / "bench" / "results" / "durability.json"
APP = "faults.loopback_app:create_server()"
LOGS = "memory", "SQLite", "Postgres"
FIGURES = (
    "first_p50", "first_p95", "first_p99", "event_p50", "event_p95", "event_p99", "cpu_s_per_1000_tokens",
    "database_cpu_s_per_1000_tokens", "commits_per_s", "events_per_1000_tokens", "failures",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures(Round):
    """One round's figures, with those of the database."""

    database_cpu_s_per_1000_tokens: float
    commits_per_s: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A server, and the first process of its database where that has some."""

    server: Server
    database: int | None = None

    def commits(self) -> int:
        """How many transactions its writer has committed so far."""
        return int(get(f"http://127.0.0.1:{self.server.port}/commits"))

    def database_s(self) -> float:
        """The processor time of the database's processes so far; SQLite's is the server's own."""
        return 0.0 if self.database is None else family_cpu_s(self.database)


@contextlib.contextmanager
def logged(log: str, model_url: str, load: Load, folder: Path) -> Iterator[Kept]:
    """The product with its log in one of the three."""
    settings = {"FAULTS_MODEL": model_url, "FOOTNOTE_MODEL": "extractive"}
    if log == "memory":
        settings["FAULTS_LOG"] = "memory"
    with contextlib.ExitStack() as stack:
        database = None
        if log == "Postgres":
            running = Postgres(folder / "postgres")
            stack.callback(running.stop)
            settings["FOOTNOTE_DATABASE_URL"] = running.new_database()
            database = running.server.get_pid()
        server = stack.enter_context(served(APP, "gevent", model_url, load, folder / log, settings))
        yield Kept(server, database)


def figures(kept: Kept, model: tuple[str, int], load: Load) -> Figures:
    """One round against one server."""
    commits, database_s = kept.commits(), kept.database_s()
    measured = measure(kept.server, *model, load, kept.database_s)
    database_s, commits = kept.database_s() - database_s, kept.commits() - commits
    lasts_s = load.over_s + load.tokens / load.rate
    return Figures(
        **asdict(measured),
        database_cpu_s_per_1000_tokens=database_s * 1000 / load.streams / load.tokens,
        commits_per_s=commits / lasts_s,
    )


def rows(rounds: dict[str, list[Figures]]) -> list[dict[str, Any]]:
    """Each figure of each log, and how many times that of the log in memory it is."""
    lines = []
    for figure in FIGURES:
        for log in LOGS:
            values = [getattr(measured, figure) for measured in rounds[log]]
            floors = [getattr(measured, figure) for measured in rounds["memory"]]
            ratios = [value / floor for value, floor in zip(values, floors, strict=True) if floor]
            ratio = round(statistics.median(ratios), 3) if ratios else None
            lines.append({"name": figure, "log": log, "value": round(statistics.median(values), 3), "ratio": ratio})
    return lines


def main() -> None:
    """Print the figures, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--streams", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=200, help="of each stream")
    parser.add_argument("--rate", type=float, default=20, help="tokens a second of each stream")
    parser.add_argument("--over", type=float, default=2, help="seconds within which the streams begin")
    parser.add_argument("--patience", type=float, default=0, help="seconds to try for a quiet machine, each round")
    options = parser.parse_args()
    load = Load(options.streams, options.tokens, options.rate, options.over, html=False)
    rounds: dict[str, list[Figures]] = {log: [] for log in LOGS}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        model = running.enter_context(model_server(load))
        kept = {}
        for log in LOGS:
            (Path(name) / log).mkdir()
            kept[log] = running.enter_context(logged(log, model[0], load, Path(name)))
            measure(kept[log].server, *model, Load(4, load.tokens, load.rate, 0.1, load.html))
        for number in range(options.rounds):
            for log, server in kept.items():
                measured = measure_in_quiet(partial(figures, server, model, load), options.patience)
                rounds[log].append(measured)
                print(f"round {number + 1}, {log}: {asdict(measured)}", file=sys.stderr)
    results = rows(rounds)
    print(f"{load}, {options.rounds} rounds, medians; ms unless the name says otherwise")
    print(f"{'':34}{'log':10}{'value':>10}{'to memory':>11}")
    for row in results:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:11.2f}"
        print(f"{row['name']:34}{row['log']:10}{row['value']:10.3f}{ratio}")
    others = max(measured.cores_taken_by_others for each in rounds.values() for measured in each)
    quiet = others <= QUIET_CORES
    if not quiet:
        print(f"Other work took up to {others:.1f} cores meanwhile: these figures say little. Measure again in quiet.")
    each = {log: [asdict(measured) for measured in rounds[log]] for log in LOGS}
    told = {"machine": machine(), "quiet": quiet, "load": asdict(load), "rows": results, "rounds": each}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

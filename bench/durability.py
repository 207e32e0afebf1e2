"""What durability costs: the same streams with the log in memory, on SQLite and on Postgres.

Usage: ``python bench/durability.py [--rounds 5] [--streams 30] [--tokens 200] [--rate 20] [--patience 0]``.
A model server, the product under gunicorn with one worker and a light model (``tests/faults/loopback_app.py``),
and the readers are a process each; Postgres is a real one. The three servers run all
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
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cpu_time import QUIET_CORES, busy_s, cpu_s, family_cpu_s, own_cpu_s, wait_until_quiet
from lags import percentile
from machine import ROOT, machine
from servers import GUNICORN, ModelServer, Served, get, model_server, served
from serving_rows import answer
from streams import Load, read

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
from postgres import Postgres  # noqa: E402

RESULTS = ROOT / "bench" / "results" / "durability.json"
APP = [*GUNICORN, "faults.loopback_app:create_server()"]
LOGS = "memory", "SQLite", "Postgres"


@dataclass(frozen=True, slots=True)
class Figures:
    """One round's figures; ms unless the name says otherwise."""

    first_p50: float
    first_p95: float
    first_p99: float
    event_p50: float
    event_p95: float
    event_p99: float
    cpu_s_per_1000_tokens: float
    database_cpu_s_per_1000_tokens: float
    commits_per_s: float
    failures: float
    cores_taken_by_others: float


FIGURES = [name for name in Figures.__dataclass_fields__ if name != "cores_taken_by_others"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A server, and the first process of its database where that has some."""

    server: Served
    database: int | None = None

    def commits(self) -> int:
        """How many transactions its writer has committed so far."""
        return int(get(f"http://127.0.0.1:{self.server.port}/commits"))

    def database_s(self) -> float:
        """The processor time of the database's processes so far; SQLite's is the server's own."""
        return 0.0 if self.database is None else family_cpu_s(self.database)


@contextlib.contextmanager
def logged(log: str, model: ModelServer, folder: Path) -> Iterator[Kept]:
    """The product with its log in one of the three."""
    settings = {
        "FAULTS_MODEL": model.url,
        "FOOTNOTE_MODEL": "extractive",
        "FOOTNOTE_WORKERS": "1",
        "FOOTNOTE_MAX_STREAMS": "1000",
        "FOOTNOTE_MAX_RUNNING": "1000",
    }
    if log == "memory":
        settings["FAULTS_LOG"] = "memory"
    with contextlib.ExitStack() as stack:
        database = None
        if log == "Postgres":
            running = Postgres(folder / "postgres")
            stack.callback(running.stop)
            settings["FOOTNOTE_DATABASE_URL"] = running.new_database()
            database = running.server.get_pid()
        yield Kept(stack.enter_context(served(APP, model, folder / log, **settings)), database)


def figures(kept: Kept, model: ModelServer, load: Load, rate: float) -> Figures:
    """One round against one server."""
    model.reset(rate=rate)
    commits, database_s, server_s = kept.commits(), kept.database_s(), kept.server.cpu_s()
    beside_s, busy, began = cpu_s(model.pid) + own_cpu_s(), busy_s(), time.monotonic()
    came = read(kept.server.port, load, model)
    took = time.monotonic() - began
    commits, database_s, server_s = (
        kept.commits() - commits,
        kept.database_s() - database_s,
        kept.server.cpu_s() - server_s,
    )
    others = busy_s() - busy - server_s - database_s - (cpu_s(model.pid) + own_cpu_s() - beside_s)
    return Figures(
        *(percentile(came.firsts, q) for q in (0.5, 0.95, 0.99)), *(came.lag(q) for q in (0.5, 0.95, 0.99)),
        server_s * 1000 / came.tokens, database_s * 1000 / came.tokens, commits / took, len(came.failures),
        max(0, others / took),
    )  # fmt: skip


def in_quiet(kept: Kept, model: ModelServer, load: Load, rate: float, patience_s: float) -> Figures:
    """The round during which other work took the least of the machine: the first quiet one, or of several tries."""
    until = time.monotonic() + patience_s
    tries: list[Figures] = []
    while not tries or (time.monotonic() < until and tries[-1].cores_taken_by_others > QUIET_CORES):
        wait_until_quiet(until, QUIET_CORES)
        tries.append(figures(kept, model, load, rate))
    return min(tries, key=lambda measured: measured.cores_taken_by_others)


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
    load = Load(options.streams, options.over, options.over + options.tokens / options.rate + 60)
    rounds: dict[str, list[Figures]] = {log: [] for log in LOGS}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        model = running.enter_context(model_server(answer(options.tokens), options.rate))
        kept = {log: running.enter_context(logged(log, model, Path(name))) for log in LOGS}
        for each in kept.values():
            figures(each, model, Load(4, 0.1, 120), 0)
        for number in range(options.rounds):
            for log, server in kept.items():
                measured = in_quiet(server, model, load, options.rate, options.patience)
                rounds[log].append(measured)
                print(f"round {number + 1}, {log}: {asdict(measured)}", file=sys.stderr)
    results = rows(rounds)
    about = f"{options.streams} streams of {options.tokens} tokens at {options.rate:g} a second"
    print(f"{about}, {options.rounds} rounds, medians; ms unless the name says otherwise")
    print(f"{'':34}{'log':10}{'value':>10}{'to memory':>11}")
    for row in results:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:11.2f}"
        print(f"{row['name']:34}{row['log']:10}{row['value']:10.3f}{ratio}")
    others = max(measured.cores_taken_by_others for each in rounds.values() for measured in each)
    quiet = others <= QUIET_CORES
    if not quiet:
        print(f"Other work took up to {others:.1f} cores meanwhile: these figures say little. Measure again in quiet.")
    of_each = {log: [asdict(measured) for measured in rounds[log]] for log in LOGS}
    told = {"machine": machine(), "quiet": quiet, "load": about, "rows": results, "rounds": of_each}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

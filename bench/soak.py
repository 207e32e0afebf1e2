"""The soak: mixed use with faults thrown in, watched for what grows and for what is lost.

Usage: ``python bench/soak.py [--minutes 30] [--database sqlite|postgres] [--users 12] [--results FOLDER]``.
Footnote is served as ``footnote serve`` does it, with the real client of a model server on the loopback address. Users
(``soak_users.py``) ask, stop, refresh, drop their connections, upload, delete and search; once each has a few
conversations it deletes one for each that it asks. The model server refuses, cuts, breaks and hangs; the database is
locked, or its connections are cut, for seconds; a worker is killed. Kills come in the first and the last part alone, so
that between them a process has nowhere to hide what it keeps. The figures and their plot are written to
``bench/results/soak.json`` and ``soak.svg`` (``soak-postgres.*``); the exit status is 1 where something grew, or was
lost.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from machine import machine
from servers import FOOTNOTE, ROOT, Served, children, model_server, served
from serving_rows import answer
from soak_users import User
from soak_watch import Sample, draw, flatness, sampled, told

RESULTS = ROOT / "bench" / "results"
SAMPLE_S = 3.0
FAULT_S = 12.0
LOCKED_S = 3.0
LOADED_S = 90.0  # a new worker has loaded all that it ever does
WARM, COOL = 0.4, 0.9
"""The shares of the time before and behind which nothing is held to be flat, and workers are killed."""


Fault = tuple[float, str]
"""When it came, in seconds from the beginning, and what it was."""


@dataclass(frozen=True, slots=True)
class Database:
    """The database of a soak: its setting, its MB and connections, and a fault of its own."""

    settings: dict[str, str]
    size: Callable[[], tuple[float, float]]
    trouble: Callable[[], None]
    fault: str


@contextlib.contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """A file, which another process locks."""
    file = folder / "footnote" / "data" / "footnote.db"

    def size() -> tuple[float, float]:
        return sum(part.stat().st_size for part in file.parent.glob("footnote.db*")) / 1e6, 0

    def lock() -> None:
        with contextlib.closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED_S)
            connection.execute("ROLLBACK")

    yield Database({}, size, lock, "locked")


@contextlib.contextmanager
def postgres(_folder: Path) -> Iterator[Database]:
    """A real server, which cuts all connections."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
    import psycopg

    from postgres import running_postgres

    with running_postgres() as server:
        url = server.new_database()
        with psycopg.connect(url, autocommit=True) as own:

            def size() -> tuple[float, float]:
                asked = "SELECT pg_database_size(current_database()), count(*) FROM pg_stat_activity WHERE {}"
                row = own.execute(asked.format("datname = current_database() AND pid <> pg_backend_pid()")).fetchone()
                assert row is not None
                return row[0] / 1e6, row[1]

            def cut() -> None:
                others = "datname = current_database() AND pid <> pg_backend_pid()"
                own.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608

            yield Database({"FOOTNOTE_DATABASE_URL": url}, size, cut, "connections cut")


def soak(minutes: float, server: Served, database: Database) -> tuple[list[Sample], list[Fault]]:
    """Let users use it, and watch; the samples, and each fault with its time."""
    began, chance = time.monotonic(), random.Random(1)
    samples: list[Sample] = []
    faults: list[Fault] = []
    seconds = minutes * 60
    while (now := time.monotonic() - began) < seconds:
        samples.append(sampled(server, began, database.size))
        if now - (faults[-1][0] if faults else 0) > FAULT_S:
            kills = chance.random() < 0.3 and not WARM * seconds - LOADED_S < now < COOL * seconds
            faults.append((now, "a worker killed" if kills else database.fault))
            if kills:
                os.kill(chance.choice(children(server.pid)), signal.SIGKILL)
            else:
                database.trouble()
        time.sleep(SAMPLE_S)
    return samples, faults


def main() -> int:
    """Soak, print, and keep what was seen; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--users", type=int, default=12)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    limits = {"FOOTNOTE_TRUST_IDENTITY": "true", "FOOTNOTE_IDLE_TIMEOUT_S": "5", "FOOTNOTE_MAX_STREAMS": "50"}
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        database = running.enter_context({"sqlite": sqlite, "postgres": postgres}[options.database](folder))
        model = running.enter_context(model_server(answer(120), 60))
        server = running.enter_context(served(FOOTNOTE, model, folder / "footnote", **limits, **database.settings))
        url = f"http://127.0.0.1:{server.port}"
        people = [User(url, number, pause_s=1.0) for number in range(options.users)]
        for user in people:
            user.begin()
        samples, faults = soak(options.minutes, server, database)
        for user in people:
            user.end()
        server_log = (folder / "footnote" / "log").read_text("utf-8", "replace")
    looked_at = WARM * options.minutes * 60, COOL * options.minutes * 60
    flat = flatness(samples, *looked_at)
    done: Counter[str] = sum((user.done for user in people), Counter())
    wrong = [f"{user.name}: {each}" for user in people for each in user.wrong]
    errors = Counter(re.findall(r"\[(?:error|critical) *\] ([^\[\n]*)", server_log))
    for each in flat:
        state = "flat" if each.holds else "GREW"
        print(f"{each.name:22}{each.median:10.1f}  grew by {each.growth:8.2f} of {each.allowed:.1f}  {state}")
    print(f"{len(faults)} faults: {dict(Counter(what for _, what in faults))}")
    print(f"done: {dict(done)}")
    print(f"errors in the server's log: {dict(errors)}")
    print("\n".join(wrong) or "nothing was lost")
    name = "soak" if options.database == "sqlite" else "soak-postgres"
    options.results.mkdir(parents=True, exist_ok=True)
    draw(samples, faults, looked_at, options.results / f"{name}.svg")
    results = {
        "machine": machine(),
        "minutes": options.minutes,
        "flat": [asdict(each) | {"holds": each.holds} for each in flat],
        "done": done,
        "wrong": wrong,
        "errors": errors,
        "faults": faults,
        "samples": told(samples),
    }
    (options.results / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    if wrong:
        (options.results / f"{name}.log").write_text(server_log, "utf-8")
    return int(bool(wrong) or not all(each.holds for each in flat))


if __name__ == "__main__":
    sys.exit(main())

"""The soak: mixed use with faults thrown in, watched for what grows and for what is lost.

Usage: ``python bench/soak.py [--minutes 30] [--database sqlite|postgres] [--users 12] [--results FOLDER]``.
Footnote is served as ``footnote serve`` does it, with the real client of a model server on the loopback address. Users
(``soak_users.py``) ask, stop, refresh, drop their connections, upload, delete and search; once each has a few
conversations it deletes one for each that it asks. The model server refuses, cuts, breaks and hangs; the database is
locked, or its connections are cut, for seconds; a worker is killed. Kills come in the first and the last part alone, so
that between them a process has nowhere to hide what it keeps. An answer may end as its kind of model has it and no
other way, unless somebody stops it or a worker is killed meanwhile; a request may be refused, or broken off, only where
a fault explains it (``soak_verdicts.py``). A run of half an hour writes its figures and their plot to
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
from servers import FOOTNOTE, ROOT, ModelServer, Served, children, model_server, served
from serving_rows import answer
from soak_users import User
from soak_verdicts import KILLED, Faults
from soak_watch import Sample, draw, flatness, sampled, told

RESULTS = ROOT / "bench" / "results"
WHOLE = 30.0  # minutes
SAMPLE_S = 3.0
FAULT_S = 12.0
KILLS = 0.3  # the share of the faults outside of the time in which all has to be flat
LOCKED_S = 3.0
LOADED_S = 120.0
"""By then a new worker has loaded all that it ever does, on a busy machine too: a model's client is 170 MB."""
WARM, COOL = 0.4, 0.9
"""The shares of the time before and behind which nothing is held to be flat, and workers are killed."""


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


def looked_at(minutes: float) -> tuple[float, float]:
    """The seconds between which all has to be flat: of workers that have loaded what they need."""
    return max(WARM * minutes * 60, LOADED_S), COOL * minutes * 60


def soak(minutes: float, server: Served, model: ModelServer, database: Database, faults: Faults) -> list[Sample]:
    """Let users use it, throw faults in, and watch."""
    chance = random.Random(1)
    samples: list[Sample] = []
    flat_from, flat_to = looked_at(minutes)
    last = 0.0
    while (now := time.monotonic() - faults.began) < minutes * 60:
        samples.append(sampled(server, faults.began, database.size))
        if now - last > FAULT_S:
            last = now
            model.forget()  # so that who fails once does so again
            if chance.random() < KILLS and not flat_from - LOADED_S < now < flat_to:
                faults.begins(KILLED)
                os.kill(chance.choice(children(server.pid)), signal.SIGKILL)
            else:
                faults.begins(database.fault)
                database.trouble()
        time.sleep(SAMPLE_S)
    return samples


def main() -> int:
    """Soak, print, and keep what was seen; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--users", type=int, default=12)
    parser.add_argument("--results", type=Path, help="the folder to write to, also of a run that is not whole")
    options = parser.parse_args()
    limits = {"FOOTNOTE_TRUST_IDENTITY": "true", "FOOTNOTE_IDLE_TIMEOUT_S": "8", "FOOTNOTE_MAX_STREAMS": "50"}
    with contextlib.ExitStack() as running:
        place = Path(running.enter_context(tempfile.TemporaryDirectory()))
        database = running.enter_context({"sqlite": sqlite, "postgres": postgres}[options.database](place))
        model = running.enter_context(model_server(answer(120), 60))
        server = running.enter_context(served(FOOTNOTE, model, place / "footnote", **limits, **database.settings))
        url = f"http://127.0.0.1:{server.port}"
        faults = Faults()
        people = [User(url, number, pause_s=1.0, faults=faults) for number in range(options.users)]
        for user in people:
            user.begin()
        samples = soak(options.minutes, server, model, database, faults)
        for user in people:
            user.end()
        server_log = (place / "footnote" / "log").read_text("utf-8", "replace")
    between = looked_at(options.minutes)
    flat = flatness(samples, *between)
    done: Counter[str] = sum((user.done for user in people), Counter())
    wrong = [f"{user.name}: {each}" for user in people for each in user.wrong]
    errors = Counter(re.findall(r"\[(?:error|critical) *\] ([^\[\n]*)", server_log))
    for each in flat:
        state = "flat" if each.holds else "GREW"
        print(f"{each.name:22}{each.median:10.1f}  grew by {each.growth:8.2f} of {each.allowed:.1f}  {state}")
    print(f"{len(faults.seen)} faults: {dict(Counter(what for _, what in faults.told()))}")
    print(f"done: {dict(done)}")
    print(f"errors in the server's log: {dict(errors)}")
    print("\n".join(wrong) or "nothing was lost")
    if folder := options.results or (RESULTS if options.minutes >= WHOLE else None):
        name = "soak" if options.database == "sqlite" else "soak-postgres"
        folder.mkdir(parents=True, exist_ok=True)
        draw(samples, faults.told(), between, folder / f"{name}.svg")
        results = {
            "machine": machine(),
            "minutes": options.minutes,
            "flat": [asdict(each) | {"holds": each.holds} for each in flat],
            "done": done,
            "wrong": wrong,
            "errors": errors,
            "faults": faults.told(),
            "samples": told(samples),
        }
        (folder / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        if wrong:
            (folder / f"{name}.log").write_text(server_log, "utf-8")
    return int(bool(wrong) or not all(each.holds for each in flat))


if __name__ == "__main__":
    sys.exit(main())

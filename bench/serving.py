"""What serving costs and how fast it is: many streams side by side, through the whole real stack.

Usage: ``python bench/serving.py [--rounds 3] [--streams 50] [--tokens 200] [--rate 20] [--html] [--patience 0]``.
A model server, the product under gunicorn with the real ``ChatDatabricks``, and the readers are
a process each, all on the loopback address. Each worker class serves the product and, as the
floor beside it, a bare view that hands the same model client's chunks straight on
(``bare_stream.py``). They take turns, round after round, because a machine's speed drifts; a
figure is the median of its rounds. It is also written to ``bench/results/serving.json``.

A chunk's lag is the time from when the model server writes it to when a reader has the frame
with its text; of chunks gathered into one event, each counts.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from cpu_time import busy_s, cpu_s, own_cpu_s, wait_until_quiet
from lags import lags_of, number_of, percentile

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results" / "serving.json"
CLASSES = {"gevent": ["--worker-class", "gevent"], "gthread": ["--worker-class", "gthread", "--threads", "128"]}
APPS = {"Footnote": "footnote.app:create_server()", "bare view": "bare_stream:create_server()"}
FIRST_TOKEN_MS, EVENT_P99_MS = 50.0, 100.0  # the contract's promises
START_S = 120
QUIET_CORES = 0.2

CpuTime = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked: so many streams, begun within ``over_s``, of so many tokens at so many a second."""

    streams: int
    tokens: int
    rate: float
    over_s: float
    html: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One round's figures; ms unless the name says otherwise."""

    first_p50: float
    first_p95: float
    first_p99: float
    first_max: float
    event_p50: float
    event_p95: float
    event_p99: float
    event_max: float
    events_per_1000_tokens: float
    cpu_s_per_1000_tokens: float
    rss_mb: float
    failures: float
    cores_taken_by_others: float


Measured = TypeVar("Measured", bound=Round)


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn with one worker."""

    port: int
    worker: int

    def cpu_s(self) -> float:
        """The worker's processor time so far."""
        return cpu_s(self.worker)

    def rss_mb(self) -> float:
        """The worker's memory."""
        status = Path(f"/proc/{self.worker}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def answer(tokens: int) -> str:
    """A text of so many chunks: words, each with its number in it, in paragraphs, with markers."""
    words = []
    for n in range(tokens):
        marker = "[1]" if n % 20 == 19 else ""
        words.append(f"w{n:04d}{marker}" + ("\n\n" if n % 40 == 39 else " "))
    return "".join(words)


@contextlib.contextmanager
def model_server(load: Load) -> Iterator[tuple[str, int]]:
    """The model server in a process of its own: its URL and its process's id."""
    arguments = ["--port", "0", "--answer", answer(load.tokens), "--rate", str(load.rate)]
    command = [sys.executable, "-m", "workspace", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1], process.pid
        finally:
            process.terminate()


@contextlib.contextmanager
def served(
    app: str, worker_class: str, model_url: str, load: Load, folder: Path, settings: dict[str, str] | None = None
) -> Iterator[Server]:
    """A server with one worker, ready to answer: ``module:application``; ``settings`` beside those that all have."""
    port = free_port()
    environment = (
        os.environ
        | {
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "bench", "tests")),
            "FOOTNOTE_PORT": str(port),
            "FOOTNOTE_DATA": str(folder / f"{worker_class} {app.partition(':')[0]}"),
            "FOOTNOTE_MODEL": "databricks:bench",
            "FOOTNOTE_WORKERS": "1",
            "FOOTNOTE_MAX_RUNNING": str(load.streams * 2),
            "FOOTNOTE_MAX_STREAMS": str(load.streams * 2),
            "FOOTNOTE_RATE_LIMIT": "off",
            "FOOTNOTE_LOG_LEVEL": "WARNING",
            "DATABRICKS_HOST": model_url,
            "DATABRICKS_TOKEN": "loopback-token",
        }
        | (settings or {})
    )
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:footnote.gunicorn_settings"]
    command = [*gunicorn, *CLASSES[worker_class], "--log-level", "warning", app]
    with subprocess.Popen(command, env=environment, cwd=folder) as process:
        try:
            _wait_until_ready(port, process)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            yield Server(port, int(children[0]))
        finally:
            process.terminate()


def measure_in_quiet(measured: Callable[[], Measured], patience_s: float) -> Measured:
    """The round during which other work took the least of the machine: the first quiet one, or of several tries."""
    until = time.monotonic() + patience_s
    tries: list[Measured] = []
    while not tries or (time.monotonic() < until and tries[-1].cores_taken_by_others > QUIET_CORES):
        wait_until_quiet(until, QUIET_CORES)
        tries.append(measured())
    return min(tries, key=lambda measured: measured.cores_taken_by_others)


def measure(server: Server, model_url: str, model_pid: int, load: Load, beside_s: CpuTime = lambda: 0.0) -> Round:
    """One round against one server; ``beside_s`` is the processor time of what belongs to it, such as a database."""
    get(f"{model_url}/_reset", b"{}")
    bodies = [_body(number, load) for number in range(load.streams)]
    timeout_s = load.over_s + load.tokens / load.rate + 60
    job = {"port": server.port, "bodies": bodies, "over_s": load.over_s, "timeout_s": timeout_s}
    cpu, busy, own, began = server.cpu_s(), busy_s(), cpu_s(model_pid) + own_cpu_s() + beside_s(), time.monotonic()
    reader = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "serving_load.py")],
        input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True, timeout=timeout_s + 20,
    )  # fmt: skip
    took, cpu = time.monotonic() - began, server.cpu_s() - cpu
    others = busy_s() - busy - cpu - (cpu_s(model_pid) + own_cpu_s() + beside_s() - own)
    streams = json.loads(reader.stdout)
    sent = {number_of(request): request["sent"] for request in json.loads(get(f"{model_url}/_requests"))}
    lags = [lags_of(sent.get(number, []), stream) for number, stream in enumerate(streams)]
    whole = [chunks for chunks in lags if chunks is not None]
    for stream in streams:
        if stream["failure"]:
            print(f"  failed: {stream['failure']}", file=sys.stderr)
    events = sum('"token"' in line for stream in streams for _, line in stream["frames"])
    tokens = load.streams * load.tokens
    first, each = [chunks[0] for chunks in whole], [lag for chunks in whole for lag in chunks]
    return Round(
        *(percentile(first, q) for q in (0.5, 0.95, 0.99, 1)), *(percentile(each, q) for q in (0.5, 0.95, 0.99, 1)),
        events * 1000 / tokens, cpu * 1000 / tokens, server.rss_mb(), load.streams - len(whole), max(0, others / took),
    )  # fmt: skip


def _body(number: int, load: Load) -> dict[str, Any]:
    query = f"Stream {number}: what did the review decide about the depot, and who disagreed?"
    body = {"query": query, "session_id": str(uuid4()), "answer_id": str(uuid4())}
    return body | ({"render": "html"} if load.html else {})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def get(url: str, body: bytes | None = None) -> bytes:
    """What a server on this machine says."""
    with urllib.request.urlopen(url, body, timeout=10) as response:  # noqa: S310 - the loopback address
        return bytes(response.read())


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            get(f"http://127.0.0.1:{port}/healthz")
            return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")


def rows(rounds: dict[tuple[str, str], list[Round]]) -> list[dict[str, Any]]:
    """The results: each figure of each worker class, with the floor beside it, and what was promised."""
    targets = {"first_p99": FIRST_TOKEN_MS, "event_p99": EVENT_P99_MS, "failures": 0.0}
    lines = []
    for worker_class in CLASSES:
        for name in Round.__dataclass_fields__:
            value, floor = (
                round(statistics.median(getattr(r, name) for r in rounds[worker_class, app]), 3) for app in APPS
            )
            target = targets.get(name)
            holds = None if target is None else value <= target
            row = {"name": f"{worker_class}: {name}", "value": value, "floor": floor, "target": target, "holds": holds}
            lines.append(row)
    return lines


def machine() -> dict[str, Any]:
    """What it was measured on."""
    model = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    packages = ("gunicorn", "gevent", "flask", "databricks-langchain", "openai")
    return {
        "processor": model[0] if model else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "date": time.strftime("%Y-%m-%d"),
    }


def main() -> None:
    """Print the figures, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--tokens", type=int, default=200, help="of each stream")
    parser.add_argument("--rate", type=float, default=20, help="tokens a second of each stream")
    parser.add_argument("--over", type=float, default=2, help="seconds within which the streams begin")
    parser.add_argument("--html", action="store_true", help="ask for finished blocks as HTML too, as the page does")
    parser.add_argument("--patience", type=float, default=0, help="seconds to try for a quiet machine, each round")
    options = parser.parse_args()
    load = Load(options.streams, options.tokens, options.rate, options.over, options.html)
    rounds: dict[tuple[str, str], list[Round]] = {}
    with contextlib.ExitStack() as running, tempfile.TemporaryDirectory() as name:
        url, model_pid = running.enter_context(model_server(load))
        servers = {}
        for worker_class in CLASSES:
            for app, served_as in APPS.items():
                print(f"starting {app} under {worker_class}", file=sys.stderr)
                server = running.enter_context(served(served_as, worker_class, url, load, Path(name)))
                servers[worker_class, app] = server
                measure(server, url, model_pid, Load(4, load.tokens, load.rate, 0.1, load.html))
        for number in range(options.rounds):
            for key, server in servers.items():
                measured = measure_in_quiet(partial(measure, server, url, model_pid, load), options.patience)
                rounds.setdefault(key, []).append(measured)
                print(f"round {number + 1}, {key[0]}, {key[1]}: {asdict(measured)}", file=sys.stderr)
    results = rows(rounds)
    print(f"{load}, {options.rounds} rounds, medians; model server, server and readers on {os.cpu_count()} cores")
    print(f"{'':34}{'Footnote':>10}{'bare view':>11}{'promised':>10}")
    for row in results:
        promised = "" if row["target"] is None else f"{row['target']:g}" + ("" if row["holds"] else " NOT HELD")
        print(f"{row['name']:34}{row['value']:10.3f}{row['floor']:11.3f}{promised:>10}")
    others = max(measured.cores_taken_by_others for measured in itertools.chain(*rounds.values()))
    if others > QUIET_CORES:
        print(f"Other work took up to {others:.1f} cores meanwhile: these figures say little. Measure again in quiet.")
    RESULTS.parent.mkdir(exist_ok=True)
    each = {" / ".join(key): [asdict(r) for r in measured] for key, measured in rounds.items()}
    quiet = others <= QUIET_CORES
    told = {"machine": machine(), "quiet": quiet, "load": asdict(load), "rows": results, "rounds": each}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""How a start goes with a Databricks model configured: what is served when, what it costs, how it feels meanwhile.

Usage: ``python bench/starting.py [--starts 5] [--workers 2] [--patience 0] [--traced]``. A model server on the loopback
address, and each time a new ``footnote serve`` of a library that was taken in before. A client looks for the first
page, asks a question at once, and goes on asking for the page and for ``/healthz`` until every worker has its model's
client: how long these took is the latency during the import. Memory is that of all processes after each worker has
answered, pages that they share counted once (PSS). Processor time says more than the clock on a busy machine; the
share of it that other work took stands below. ``--traced``: each answer is a trace in an MLflow store (SQLite), and
memory is measured once all are kept. Also written to ``bench/results/starting.json``, or ``starting_traced.json``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from uuid import uuid4

from cpu_time import QUIET_CORES, busy_s, family_cpu_s, own_cpu_s, wait_until_quiet
from lags import percentile
from machine import ROOT, machine
from servers import free_port, model_server
from serving_rows import answer

RESULTS = ROOT / "bench" / "results"
TRACES = "mlflow.db"
READY = " is ready, after "
"""What a worker's log says."""
LONGEST_S = 90
PAUSE_S = 0.02
QUESTIONS = 30  # until each worker has answered some; which of them takes a connection is chance
PROMISED = {"first_byte_s": 15.0, "pss_mb": 1000.0}


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds from the command, ms of the requests meanwhile, MB of all processes together."""

    first_byte_s: float
    first_byte_cpu_s: float
    first_token_s: float
    ready_s: float
    ready_cpu_s: float
    page_p50_ms: float
    page_p95_ms: float
    page_max_ms: float
    health_p50_ms: float
    health_p95_ms: float
    health_max_ms: float
    pss_mb: float
    rss_mb: float
    mlflow_pss_mb: float
    cores_taken_by_others: float


class Log:
    """What a server says on its standard error; read in a thread of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        self._stderr = process.stderr
        self.lines: list[str] = []
        self.ready: list[float] = []
        """When each worker said that its model's client is there."""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Return once the server has said its last."""
        self._thread.join()

    def _read(self) -> None:
        for line in self._stderr:
            self.lines.append(line)
            if READY in line:
                self.ready.append(time.monotonic())


class Asking:
    """Asks for an address again and again, each time on a new connection, and keeps how long that took."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._took_ms: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def figures(self) -> tuple[float, float, float]:
        """The median, the 95th percentile and the longest."""
        return percentile(self._took_ms, 0.5), percentile(self._took_ms, 0.95), percentile(self._took_ms, 1)

    def _ask(self) -> None:
        while not self._ended.wait(PAUSE_S):
            began = time.monotonic()
            _get(self._url)
            self._took_ms.append((time.monotonic() - began) * 1000)


@contextlib.contextmanager
def served(
    model_url: str | None, folder: Path, workers: int, *, traced: bool
) -> Iterator[tuple[subprocess.Popen[str], str, Log]]:
    """``footnote serve`` as it begins, where it will be, and its log; without a model's address as nothing is set."""
    port = free_port()
    # What an earlier start has compiled is there, as it is where the package was installed.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {
        "PYTHONPATH": str(ROOT / "src"),
        "FOOTNOTE_PORT": str(port),
        "FOOTNOTE_DATA": str(folder / "data"),
        "FOOTNOTE_WORKERS": str(workers),
        "FOOTNOTE_RATE_LIMIT": "off",
    }
    if model_url is not None:
        model = {"FOOTNOTE_MODEL": "databricks:bench", "DATABRICKS_TOKEN": "loopback-token"}
        environment |= model | {"DATABRICKS_HOST": model_url}
    if traced:
        environment |= {"FOOTNOTE_MLFLOW": "bench", "MLFLOW_TRACKING_URI": f"sqlite:///{folder / TRACES}"}
    command = [sys.executable, "-m", "footnote", "serve"]
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        log = Log(process)
        try:
            yield process, f"http://127.0.0.1:{port}", log
        finally:
            process.terminate()
            log.join()


def measure(model_url: str, folder: Path, workers: int, *, traced: bool) -> Start:
    """One start."""
    kept = _traces(folder)
    began, busy, own = time.monotonic(), busy_s(), own_cpu_s()
    with served(model_url, folder, workers, traced=traced) as (process, url, log), ThreadPoolExecutor(1) as pool:
        until(lambda: is_there(url), process, log)
        first_byte, first_byte_cpu = time.monotonic() - began, family_cpu_s(process.pid)
        first_token = pool.submit(_first_token, url)
        with Asking(f"{url}/") as page, Asking(f"{url}/healthz") as health:
            until(lambda: len(log.ready) == workers, process, log)
            ready_cpu = family_cpu_s(process.pid)
            told = first_token.result()
        for _ in range(QUESTIONS):
            _first_token(url)
        if traced:
            until(lambda: _traces(folder) == kept + 1 + QUESTIONS, process, log)
        pss, rss, mlflow = memory_mb(process.pid)
        others = busy_s() - busy - family_cpu_s(process.pid) - (own_cpu_s() - own)
        share = max(0, others / (time.monotonic() - began))
    return Start(
        first_byte, first_byte_cpu, told - began, max(log.ready) - began, ready_cpu, *page.figures(), *health.figures(),
        pss, rss, mlflow, share,
    )  # fmt: skip


def memory_mb(pid: int) -> tuple[float, float, float]:
    """The memory of a process and all below it: pages that several share counted once, in each, and MLflow's part."""
    pss = {process: _memory_mb(process, "Pss") for process in _family(pid)}
    mlflow = [mb for process, mb in pss.items() if b"footnote.tracing" in Path(f"/proc/{process}/cmdline").read_bytes()]
    return sum(pss.values()), sum(_memory_mb(process, "Rss") for process in pss), sum(mlflow)


def _memory_mb(pid: int, kind: str) -> float:
    told = re.search(rf"^{kind}:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(told[1]) / 1024 if told else 0.0


def _traces(folder: Path) -> int:
    """How many are kept."""
    with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(folder / TRACES)) as store:
        return int(store.execute("SELECT count(*) FROM trace_info").fetchone()[0])
    return 0


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def until(holds: Callable[[], bool], process: subprocess.Popen[str], log: Log) -> None:
    """Return once it holds; end the run where the server does first."""
    latest = time.monotonic() + LONGEST_S
    while not holds():
        if process.poll() is not None or time.monotonic() > latest:
            raise SystemExit("".join(log.lines))
        time.sleep(0.01)


def is_there(url: str) -> bool:
    """Whether the page is served."""
    with contextlib.suppress(OSError):
        _get(f"{url}/")
        return True
    return False


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=LONGEST_S) as response:  # noqa: S310 - the loopback address
        response.read()


def _first_token(url: str) -> float:
    """Ask, and read to the end; when the first token was there."""
    asked = {"query": "What was decided about the depot?", "session_id": str(uuid4()), "answer_id": str(uuid4())}
    first, ended, said = None, False, b""
    while not ended:
        request = urllib.request.Request(  # noqa: S310 - the loopback address
            f"{url}/api/chat/stream", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=LONGEST_S) as response:  # noqa: S310 - the same
            for line in response:
                said += line
                if first is None and b'"token"' in line:
                    first = time.monotonic()
        ended = b'"continue"' not in said
        asked, said = {"answer_id": asked["answer_id"], "after": 0}, said if ended else b""
    assert first is not None, said
    return first


def main() -> None:
    """Print the figures, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--patience", type=float, default=0, help="seconds to wait for a quiet machine, each time")
    parser.add_argument("--traced", action="store_true")
    options = parser.parse_args()
    starts = []
    with model_server(answer(40), 200) as model, tempfile.TemporaryDirectory() as name:
        # The library is taken in, and the files are read once.
        measure(model.url, Path(name), options.workers, traced=options.traced)
        for number in range(options.starts):
            wait_until_quiet(time.monotonic() + options.patience, QUIET_CORES)
            starts.append(measure(model.url, Path(name), options.workers, traced=options.traced))
            print(f"start {number + 1}: {asdict(starts[-1])}", file=sys.stderr)
    print(f"{options.starts} starts with {options.workers} workers on {os.cpu_count()} cores")
    print(f"{'':24}{'median':>10}{'most':>10}{'promised':>10}")
    rows = []
    for figure in Start.__dataclass_fields__:
        values = [getattr(start, figure) for start in starts]
        middle, most, promised = statistics.median(values), max(values), PROMISED.get(figure)
        rows.append({"name": figure, "median": round(middle, 2), "most": round(most, 2), "promised": promised})
        print(f"{figure:24}{middle:10.2f}{most:10.2f}{'' if promised is None else f'{promised:10g}'}")
    told = {"machine": machine(), "workers": options.workers, "rows": rows, "starts": [asdict(s) for s in starts]}
    written = RESULTS / ("starting_traced.json" if options.traced else "starting.json")
    written.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

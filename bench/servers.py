"""The servers that are measured and the model server behind them, each a process of its own on the loopback address."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpu_time import family_cpu_s

ROOT = Path(__file__).resolve().parents[1]
FOOTNOTE = ["-m", "footnote", "serve"]
GUNICORN = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings", "--log-level", "warning"]
BARE_VIEW = [*GUNICORN, "bare_stream:create_server()"]
START_S = 120
END_S = 30


@dataclass(frozen=True, slots=True)
class Served:
    """A server with its workers."""

    port: int
    pid: int

    def cpu_s(self) -> float:
        """The processor time of all its processes so far."""
        return family_cpu_s(self.pid)

    def pss_mb(self) -> float:
        """The memory of all its processes, what they share counted once."""
        return sum(pss_mb(pid) for pid in (self.pid, *children(self.pid)))


@dataclass(frozen=True, slots=True)
class ModelServer:
    """The model: its address, and its process."""

    url: str
    pid: int

    def sent(self) -> list[dict[str, Any]]:
        """What was asked of it since it was last reset, with each piece that it sent and when."""
        return list(json.loads(get(f"{self.url}/_requests")))

    def forget(self) -> None:
        """Forget what was asked."""
        get(f"{self.url}/_reset", b"{}")

    def reset(self, *, rate: float) -> None:
        """Forget what was asked, and answer so many tokens a second from now on."""
        self.forget()
        get(f"{self.url}/_default", json.dumps({"rate": rate}).encode())


@contextlib.contextmanager
def model_server(answer: str, rate: float) -> Iterator[ModelServer]:
    """A model whose answer is this text, a word a token, so many a second."""
    command = [sys.executable, "-m", "workspace", "--port", "0", "--answer", answer, "--rate", str(rate)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield ModelServer(process.stdout.readline().split()[-1], process.pid)
        finally:
            process.terminate()


@contextlib.contextmanager
def served(command: Sequence[str], model: ModelServer, folder: Path, **settings: str) -> Iterator[Served]:
    """A server that answers with this model, once it takes requests; ``settings`` beside those that all have."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    environment = environment_of(model, port, folder) | settings
    with (
        (folder / "log").open("ab") as log,
        subprocess.Popen([sys.executable, *command], env=environment, cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_ready(port, process, folder / "log")
            yield Served(port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_S)
            process.kill()


def environment_of(model: ModelServer, port: int, folder: Path) -> dict[str, str]:
    """What both servers are told; nobody else's settings count."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
    return kept | {
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "bench", "tests")),
        "FOOTNOTE_PORT": str(port),
        "FOOTNOTE_DATA": str(folder / "data"),
        "FOOTNOTE_MODEL": "databricks:bench",
        "FOOTNOTE_RATE_LIMIT": "off",
        "FOOTNOTE_LOG_LEVEL": "WARNING",
        "DATABRICKS_HOST": model.url,
        "DATABRICKS_TOKEN": "loopback-token",
    }


def wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server answers."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            get(f"http://127.0.0.1:{port}/healthz")
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text('utf-8', 'replace')[-300:]}")


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def get(url: str, body: bytes | None = None) -> bytes:
    """What a server on this machine says."""
    with urllib.request.urlopen(url, body, timeout=20) as response:  # noqa: S310 - the loopback address
        return bytes(response.read())


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def pss_mb(pid: int, kind: str = "Pss") -> float:
    """A process's memory, its share of what several use; of ``Pss_Anon`` without the pages of files."""
    with contextlib.suppress(OSError):  # it ends just now
        told = re.search(rf"^{kind}:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(told[1]) / 1024 if told else 0.0
    return 0.0

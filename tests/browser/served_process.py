"""The page's server in a process of its own, as a person starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ports import number, reserved_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 100  # databricks-langchain alone takes up to half a minute


@dataclass(frozen=True)
class Served:
    """A server that is starting, and where it will be."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_up(self) -> None:
        """Return once it answers; whoever listens first may still be loading the model's client."""
        while not self._listens():
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/healthz", timeout=STARTS_WITHIN_S) as response:
            assert response.status == 200

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True


@contextlib.contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Served]:
    """Start ``python -m footnote serve`` on a free port, with nothing of this environment's settings."""
    reserved = reserved_port()
    port = number(reserved)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
    own = {"PYTHONPATH": str(ROOT / "src"), "FOOTNOTE_DATA": str(folder / "data"), "FOOTNOTE_PORT": str(port)}
    log = folder / "served.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "footnote", "serve"],
            env=kept | own | environment,
            stdout=out,
            stderr=out,
            cwd=folder,
        )
        try:
            yield Served(process, port, log)
        finally:
            process.send_signal(signal.SIGQUIT)  # without waiting for whoever is connected
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            reserved.close()

"""The product in processes of its own, and what its responses say."""

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx

from ports import number, reserved_port

ROOT = Path(__file__).parents[1]
SERVE = ["-m", "footnote", "serve"]
SLOW = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings", "slow_app:create_server()"]
QUESTION = "What was decided about the depot?"
START_S = 180
STREAM = re.compile(r"(?:(?:id: \d+\n)?data: \{[^\n]*\}\ndata:\n\n)+data: \[DONE\]\n\n")
EVENT = re.compile(r"data: (\{.*\})\n")


@dataclass(frozen=True)
class Served:
    """A running server, its first line, and the home folder that it was given."""

    process: subprocess.Popen[str]
    url: str
    home: Path
    printed: str

    def client(self) -> httpx.Client:
        # A connection kept for a next request would hold up the server's end.
        return httpx.Client(base_url=self.url, timeout=60, limits=httpx.Limits(max_keepalive_connections=0))

    def ask(self, question: str = QUESTION) -> str:
        """Ask; the answer's id."""
        with self.client() as client:
            response = client.post("/api/chat/answers", json=asking(question))
            assert response.status_code == 201
            return str(response.json()["answer_id"])

    def stream(self, **body: object) -> list[dict[str, object]]:
        """The events of a stream that was read to its end."""
        with self.client() as client:
            response = client.post("/api/chat/stream", json=body, headers={"Accept": "text/event-stream"})
            assert response.status_code == 200
            return events(response.text)


def asking(question: str = QUESTION, **fields: object) -> dict[str, object]:
    return {"query": question, "session_id": str(uuid4())} | fields


def events(raw: str) -> list[dict[str, object]]:
    """What a whole response says, framed as the contract has it."""
    assert STREAM.fullmatch(raw), f"not the contract's frames: {raw[:300]!r}"
    return [json.loads(line) for line in EVENT.findall(raw)]


def text(of: Sequence[dict[str, object]]) -> str:
    return "".join(str(event["content"]) for event in of if event["type"] == "token")


def environment(home: Path, data: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
    kept.pop("XDG_RUNTIME_DIR", None)
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests")))
    return kept | {"PYTHONPATH": path, "HOME": str(home), "FOOTNOTE_DATA": str(data)} | variables


@contextlib.contextmanager
def started(command: Sequence[str], home: Path, data: Path, **variables: str) -> Iterator[Served]:
    reserved = reserved_port()
    port = number(reserved)
    url = f"http://127.0.0.1:{port}"
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=home,
            env=environment(home, data, FOOTNOTE_PORT=str(port), FOOTNOTE_MAX_STREAMS="50", **variables),
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    try:
        until_listening(port, process)
        # Asked now, it is answered as soon as the worker is there.
        assert httpx.get(f"{url}/healthz", timeout=START_S).status_code == 200
        assert process.stdout is not None
        printed = process.stdout.readline() if command is SERVE else ""
        yield Served(process, url, home, printed)
    finally:
        process.send_signal(signal.SIGINT)
        with process:
            process.wait(START_S)
        reserved.close()


def until_listening(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError("the server did not start")


def run_serve(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Serve where that is refused; how it ended and what it said."""
    settings = environment(home, home / "data", **variables)
    return subprocess.run(
        [sys.executable, *SERVE], env=settings, cwd=home, capture_output=True, text=True, timeout=START_S, check=False
    )

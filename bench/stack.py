"""What the benchmark of the page runs against: a model server, and the product with its floors under gunicorn."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("tests", "src")]

from fixed_markdown import markdown  # noqa: E402

from served_product import started  # noqa: E402
from workspace.identities import TOKEN  # noqa: E402
from workspace.serving import ServingEndpoint  # noqa: E402

GUNICORN = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings", "floors:create_server()"]
"""As ``footnote serve`` has it, but for the floors."""
QUESTION = "What was decided about the battery swap threshold, and who owns it?"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the model server knows of its last answer, in seconds of the machine's steady clock."""

    asked: float
    pieces: list[tuple[float, str]]

    @property
    def first_s(self) -> float:
        """The model's own time to its first chunk."""
        return self.pieces[0][0] - self.asked


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the page is, and the model behind it."""

    url: str
    model_url: str
    wire: Path

    def answers(self, tokens: int, rate: float) -> None:
        """From now on the model answers with so many tokens at so many a second; 0: as fast as possible."""
        self.wire.write_text("", "utf-8")
        _post(f"{self.model_url}/_reset", {})
        _post(f"{self.model_url}/_default", {"text": markdown(tokens), "rate": rate})

    def sent(self) -> Sent:
        """The model's last answer."""
        with urllib.request.urlopen(f"{self.model_url}/_requests", timeout=30) as response:  # noqa: S310 - loopback
            last = json.loads(response.read())[-1]
        return Sent(last["started_at"], [(at, text) for at, text in last["sent"]])

    def last_word_on_the_wire(self) -> float:
        """When the server first handed the last word to the socket."""
        return float(self.wire.read_text("utf-8").split()[0])


def _post(url: str, body: Any) -> None:
    urllib.request.urlopen(url, json.dumps(body).encode(), timeout=30).close()  # noqa: S310 - loopback


@contextlib.contextmanager
def stack() -> Iterator[Stack]:
    """All of it, from the start of its processes to their end."""
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        model_url = running.enter_context(ServingEndpoint.process())
        wire = folder / "wire"
        settings = {
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "bench", "tests")),
            "FOOTNOTE_MODEL": "databricks:bench",
            "FOOTNOTE_RATE_LIMIT": "off",
            "FOOTNOTE_LOG_LEVEL": "WARNING",
            "DATABRICKS_HOST": model_url,
            "DATABRICKS_TOKEN": TOKEN,
            "BENCH_WIRE": str(wire),
        }
        served = running.enter_context(started(GUNICORN, folder, folder / "data", **settings))
        yield Stack(served.url, model_url, wire)

"""A start with a Databricks model: the page is there before the model's client, and questions wait for it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from ports import number, reserved_port
from served_product import Served, asking, run_serve, started, text
from workspace.identities import TOKEN
from workspace.serving import ANSWER, ServingEndpoint

HELD = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings", "held_app:create_server()"]
LONGEST_S = 150  # an import takes its time on a busy machine
LONGEST_REQUEST_S = 20  # what a person still waits for on a machine that does nothing but import
FEWEST_REQUESTS = 20  # of each address while it imports; without giving way there would be one or two
MOST_MB = 500  # of one worker and all that belongs to it: two of them stay below 1 GB


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Served]:
    """The product with one worker, whose model is there once ``let`` is."""
    with ServingEndpoint.process() as url:
        variables = {
            "DATABRICKS_HOST": url,
            "DATABRICKS_TOKEN": TOKEN,
            "HELD_UNTIL": str(tmp_path / "let"),
            "FOOTNOTE_WORKERS": "1",
            "FOOTNOTE_ANSWER_TIMEOUT_S": "600",
            "FOOTNOTE_IDLE_TIMEOUT_S": "15",
        }
        with started(HELD, tmp_path, tmp_path / "data", **variables) as server:
            yield server


@pytest.mark.timeout(300)  # it imports the real packages
def test_the_page_is_served_and_questions_wait_while_the_models_client_loads(held: Served, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with held.client() as client:
        with Asking(held, "/") as page, Asking(held, "/healthz") as health:
            waits, stopped = held.ask(), held.ask()
            _until((tmp_path / "loaded").exists, "the packages are imported")
        for asking_for in (page, health):
            assert asking_for.statuses == {200}
            assert len(asking_for.took_s) >= FEWEST_REQUESTS
            assert max(asking_for.took_s) < LONGEST_REQUEST_S
        stages = {answer_id: _stage_told(held, answer_id) for answer_id in (waits, stopped)}
        assert stages == {waits: "starting", stopped: "starting"}
        assert client.post(f"/api/chat/answers/{stopped}/stop", json={}).status_code == 202
        assert held.stream(answer_id=stopped)[-1]["type"] == "cancelled"
        assert "is ready" not in log.read_text()
        assert client.get("/").status_code == 200
        assert client.get(f"/api/chat/answers/{waits}").json()["status"] == "streaming"
        (tmp_path / "let").touch()
        _until(lambda: client.get(f"/api/chat/answers/{waits}").json()["status"] != "streaming", "it is answered")
        assert client.get(f"/api/chat/answers/{waits}").json()["text"] == ANSWER
    told = held.stream(answer_id=waits)
    assert next(event["stage"] for event in told if event["type"] == "stage") == "starting"
    assert "held is ready, after" in log.read_text()
    assert text(held.stream(**asking())) == ANSWER
    assert _family_mb(held.process.pid) < MOST_MB


class Asking:
    """Asks for an address again and again, from a thread."""

    def __init__(self, server: Served, address: str) -> None:
        self.took_s: list[float] = []
        self.statuses: set[int] = set()
        self._server, self._address = server, address
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        with self._server.client() as client:
            while not self._ended.is_set():
                began = time.monotonic()
                self.statuses.add(client.get(self._address).status_code)
                self.took_s.append(time.monotonic() - began)


def _stage_told(server: Served, answer_id: str) -> object:
    """The stage that an answer is in, as its stream says before anything else."""
    body = {"answer_id": answer_id, "after": 0}
    with server.client() as client, client.stream("POST", "/api/chat/stream", json=body) as response:
        raw = ""
        for piece in response.iter_text():
            raw += piece
            if found := re.search(r'"stage": ?"(\w+)"', raw):
                return found[1]
    return None


def _until(holds, what: str) -> None:
    until = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < until, f"not within {LONGEST_S} s: {what}"
        time.sleep(0.05)


def _family_mb(pid: int) -> float:
    """The memory of a process and all below it, shared pages counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = re.findall(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(own[0]) / 1024 + sum(_family_mb(int(child)) for child in children)


@pytest.mark.parametrize(
    "variables",
    [{}, {"DATABRICKS_HOST": "http://127.0.0.1:port", "DATABRICKS_TOKEN": "x"}],
    ids=["none", "that can't be used"],
)
def test_credentials_that_are_missing_are_told_at_the_start_and_nothing_is_served(
    variables: dict[str, str], tmp_path: Path
) -> None:
    """Before a worker begins, and without the model's client."""
    with reserved_port() as port:
        variables |= {"FOOTNOTE_PORT": str(number(port)), "PATH": str(tmp_path)}
        refused = run_serve(tmp_path, FOOTNOTE_MODEL="databricks:m", **variables)
    assert refused.returncode == 2
    told = [line for line in refused.stderr.splitlines() if "databricks:m" in line]
    assert len(told) == 1
    assert "DATABRICKS_TOKEN" in told[0]
    assert "Traceback" not in refused.stderr

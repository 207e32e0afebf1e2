"""A large library as it is served: two workers, one index beside the database, and one process that writes it."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from served_product import QUESTION, Served, asking, started

LARGE = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings", "large_app:create_server(prepared=True)"]
SOON_S = 60


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def large(tmp_path: Path, data: Path) -> Iterator[Served]:
    """The product with the sample for a library, which it takes for a large one."""
    with started(LARGE, tmp_path, data, FOOTNOTE_WORKERS="2") as server:
        yield server


def test_two_workers_share_one_index_that_outlives_whoever_wrote_it(large: Served, data: Path) -> None:
    until(lambda: writers(data), "a process writes the index", lambda: cited(large))
    with closing(sqlite3.connect(data / "footnote.db", isolation_level=None, timeout=SOON_S)) as database:
        database.execute("DELETE FROM passages_fts")  # so nobody but tantivy finds anything
    until(lambda: all(cited(large) for _ in range(8)), "whichever worker is asked, the index answers")
    until(lambda: len(writers(data)) == 1, "who came too late to write has gone")
    (first,) = writers(data)
    assert "tantivy" in Path(f"/proc/{first.parent}/maps").read_text()
    gone, *_ = sorted(cited(large))
    with large.client() as client:
        assert client.delete("/api/library/documents", params={"id": gone}).status_code == 204
    assert all(gone not in cited(large) for _ in range(8))  # in the very next answer, and in each
    until(lambda: all(cited(large) for _ in range(8)), "the index has followed, in each worker")
    for _ in range(8):
        found = cited(large)
        assert found, "others are still found"
        assert gone not in found
    os.kill(first.parent, signal.SIGKILL)
    until(lambda: {writer.process for writer in writers(data)} - {first.process}, "another worker has one begun")
    with closing(sqlite3.connect(data / "footnote.db", isolation_level=None, timeout=SOON_S)) as database:
        database.execute("INSERT INTO changes (document_id) VALUES (NULL)")
    until(lambda: all(cited(large) for _ in range(8)), "the new one follows")
    until(lambda: len(writers(data)) == 1, "again one of them writes")
    large.process.send_signal(signal.SIGTERM)
    large.process.wait(SOON_S)
    until(lambda: not writers(data), "nobody writes for nobody")


def cited(server: Served) -> set[str]:
    """The documents of an answer's sources; nothing where none were found."""
    with server.client() as client:
        answer = client.post("/api/chat/stream", json=asking(QUESTION), headers={"Accept": "application/json"}).json()
    assert answer["status"] == "complete", answer
    return {citation["recording_id"] for citation in answer["citations"]}


class Writer:
    """A process that writes the index, and the worker that began it."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def writers(data: Path) -> list[Writer]:
    """Those that write the index of this folder."""
    wanted = ["footnote.retrieval.large.following", str(data / "footnote.db")]
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if set(wanted) <= set(path.read_text().split("\0")):
                found.append(Writer(int(path.parent.name)))
        except OSError:
            continue  # it has just ended
    return found


def until(holds: Callable[[], object], what: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Wait until it holds, and do something in between."""
    end = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < end, f"not seen: {what}"
        meanwhile()
        time.sleep(0.05)

"""A worker that begins while the database is away: it serves what it can, and everything once the database is back."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from postgres import Postgres
from served_product import SERVE, START_S, Served, started

Away = Callable[[], contextlib.AbstractContextManager[None]]


@pytest.fixture(params=["sqlite", "postgres"])
def server_and_away(request, tmp_path: Path, postgres_server: Postgres) -> Iterator[tuple[Served, Away]]:
    """A server, and what takes its database away for a while."""
    data = tmp_path / "data"
    if request.param == "sqlite":
        away, variables = (lambda: _moved(data)), {}
    else:
        url = postgres_server.new_database()
        away, variables = (lambda: _closed(postgres_server, url)), {"FOOTNOTE_DATABASE_URL": url}
    with started(SERVE, tmp_path, data, **variables) as server:
        yield server, away


@contextlib.contextmanager
def _moved(data: Path) -> Iterator[None]:
    elsewhere = data.rename(data.with_name("elsewhere"))
    try:
        yield
        assert not data.exists(), "an empty database in its place would hide the loss"
    finally:
        elsewhere.rename(data)


@contextlib.contextmanager
def _closed(postgres: Postgres, url: str) -> Iterator[None]:
    name = make_url(url).database
    postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - its name is ours
    try:
        yield
    finally:
        postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_workers_that_begin_while_the_database_is_away_say_so_and_work_once_it_is_back(server_and_away) -> None:
    server, away = server_and_away
    answer_id = server.ask()
    server.stream(answer_id=answer_id)
    with away():
        before = _workers(server)
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        _until(lambda: len(_workers(server) - before) == len(before))
        _until(lambda: _status(server, "/healthz") == 200)
        assert _status(server, "/api/chat/sessions") == 503
        assert _status(server, "/") == 200
        assert server.process.poll() is None
    _until(lambda: _status(server, f"/api/chat/answers/{answer_id}") == 200)
    assert server.stream(answer_id=answer_id)[-1]["type"] == "done"
    assert "Traceback" not in (server.home / "log").read_text()


def _workers(server: Served) -> set[int]:
    pid = server.process.pid
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _status(server: Served, path: str) -> int:
    with contextlib.suppress(httpx.HTTPError), server.client() as client:
        return client.get(path).status_code
    return 0


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + START_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)

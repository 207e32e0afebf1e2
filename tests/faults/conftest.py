"""The clusters that the faults are done to, the model server that counts, and the table of what came of it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faults.cluster import Cluster, Instance, OnEach, prepare
from faults.counting_endpoint import CountingEndpoint, Question
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.stores import PostgresStore, SqliteStore, Store
from postgres import running_postgres
from summary import FAULTS
from tcp_proxy import TcpProxy

IDLE_S = 6
"""Seconds without a word of the model's after which an answer ends."""


@pytest.fixture(scope="session")
def ledger(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The table; printed when the tests have run, and written as JSON into pytest's folder."""
    ledger = Ledger()
    yield ledger
    written = tmp_path_factory.getbasetemp() / "faults.json"
    ledger.write(written)
    pytestconfig.stash[FAULTS] += [*ledger.lines(), f"written to {written}"]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[CountingEndpoint]:
    with CountingEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample library in it: taken in once, for all clusters."""
    return prepare(tmp_path_factory.mktemp("prepared") / "data")


@pytest.fixture(scope="session")
def clusters(
    tmp_path_factory: pytest.TempPathFactory, prepared: Path, endpoint: CountingEndpoint
) -> Iterator[list[Cluster]]:
    """Two clusters of two instances and three workers each, one over SQLite, one over Postgres."""
    folder = tmp_path_factory.mktemp("clusters")
    for name in ("sqlite", "postgres"):
        shutil.copytree(prepared, folder / name)
    settings = {"FAULTS_MODEL": endpoint.url, "FOOTNOTE_IDLE_TIMEOUT_S": str(IDLE_S)}
    with contextlib.ExitStack() as stack, ThreadPoolExecutor() as starting:
        server = stack.enter_context(running_postgres())
        stores: Sequence[Store] = (SqliteStore(folder / "sqlite"), PostgresStore(folder / "postgres", server))
        made = [Cluster(store, folder, settings) for store in stores]
        yield list(starting.map(stack.enter_context, made))


@pytest.fixture
def on_each(clusters: list[Cluster]) -> Iterator[OnEach]:
    """Does the same to both clusters at the same time: most of a fault is waiting."""

    def both(scenario: Callable[[Cluster], None]) -> None:
        with ThreadPoolExecutor() as side_by_side:
            for cluster in clusters:
                cluster.heal()
            list(side_by_side.map(scenario, clusters))

    return both


@pytest.fixture(scope="session")
def minute(
    tmp_path_factory: pytest.TempPathFactory, prepared: Path, endpoint: CountingEndpoint
) -> Iterator[list[tuple[Cluster, TcpProxy, Question, Reader]]]:
    """Answers of 65 s, one over each database, read through a proxy that ends responses at 60 s."""
    folder = tmp_path_factory.mktemp("minute")
    for name in ("sqlite", "postgres"):
        shutil.copytree(prepared, folder / name)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(running_postgres())
        stores: Sequence[Store] = (SqliteStore(folder / "sqlite"), PostgresStore(folder / "postgres", server))
        made = []
        for store in stores:
            cluster = stack.enter_context(Cluster(store, folder, {"FAULTS_MODEL": endpoint.url}, workers=(1,)))
            proxy = stack.enter_context(TcpProxy(("127.0.0.1", cluster.instances[0].port), longest_s=60))
            question = endpoint.question(words=260, rate=4)
            reader = Reader([proxy.url], asking(question.text), within_s=90)
            reader.start()
            made.append((cluster, proxy, question, reader))
        yield made


@pytest.fixture(scope="session")
def started_real(
    tmp_path_factory: pytest.TempPathFactory, clusters: list[Cluster], endpoint: CountingEndpoint
) -> Iterator[Instance]:
    """One more instance over the cluster's SQLite, with the real ``ChatDatabricks``; it may be starting."""
    cluster = next(cluster for cluster in clusters if isinstance(cluster.store, SqliteStore))
    settings = cluster.store.environment | endpoint.environment | {"FOOTNOTE_MODEL": "databricks:faults"}
    settings |= {"FOOTNOTE_RATE_LIMIT": "off", "FOOTNOTE_IDLE_TIMEOUT_S": str(IDLE_S)}
    instance = Instance(tmp_path_factory.mktemp("real"), settings, workers=1, app="footnote.app")
    instance.start()
    yield instance
    instance.close()


@pytest.fixture(scope="session", autouse=True)
def _started_early(request: pytest.FixtureRequest) -> None:
    """What takes long goes on beside the tests that come before those that need it."""
    for name in ("minute", "started_real"):
        if any(name in getattr(item, "fixturenames", ()) for item in request.session.items):
            request.getfixturevalue(name)

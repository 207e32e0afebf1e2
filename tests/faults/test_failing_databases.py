"""The database is locked, gone or full in mid-answer: nothing shown is lost, nothing hangs, it works again after."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faults.cluster import Cluster, OnEach, until
from faults.counting_endpoint import CountingEndpoint, Question
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.stores import PostgresStore, SmallDisk, SqliteStore
from faults.verdicts import doubled, lost, whole_answer
from postgres import Postgres

TOLD_S = 20
"""After fifteen seconds the answer is called off; its readers and who asks meanwhile are told by then."""
SHORT_OUTAGES = {"locked for 5 s": ("locked", 5), "gone for 10 s": ("gone", 10)}
LONG_OUTAGES = {"Postgres": ("gone for 20 s", "gone"), "SQLite": ("locked for 20 s", "locked")}


@pytest.mark.parametrize("outage", SHORT_OUTAGES)
def test_an_answer_outlasts_a_short_outage(
    outage: str, on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Meanwhile nothing is shown that isn't kept; afterwards it goes on as if nothing had been."""
    how, seconds = SHORT_OUTAGES[outage]

    def fail(cluster: Cluster) -> None:
        question = endpoint.question(words=20 * seconds + 80, rate=20)
        readers = [Reader([url], asking_of) for url, asking_of in _readers_of(cluster, question)]
        for reader in readers:
            reader.start()
            reader.wait_for(tokens=10)
        with getattr(cluster.store, how)():
            time.sleep(seconds)
            assert endpoint.calls(question)[0].finished_at is None
        whole_answer(ledger, f"database {outage}", cluster, endpoint, question, readers)

    on_each(fail)


def test_an_answer_ends_with_an_error_in_a_long_outage_and_all_works_again_afterwards(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    def fail(cluster: Cluster) -> None:
        outage, how = LONG_OUTAGES[cluster.store.name]
        question = endpoint.question(words=900, rate=20)
        reader = Reader(cluster.urls[:1], asking(question.text))
        reader.start()
        reader.wait_for(tokens=10)
        with getattr(cluster.store, how)():
            began = time.monotonic()
            other = _told(cluster, reader, endpoint, question)
            time.sleep(max(0, began + 20 - time.monotonic()))
        other.finished(20)
        _ended(ledger, f"database {outage}", cluster, endpoint, question, reader)
        _works(ledger, f"  asked after it was {outage}", cluster, endpoint)

    on_each(fail)


def test_a_full_disk_ends_answers_with_an_error_until_there_is_room(
    small: list[tuple[Cluster, SmallDisk, Callable[[], list[int]]]], endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    def fill(made: tuple[Cluster, SmallDisk, Callable[[], list[int]]]) -> None:
        cluster, disk, writers = made
        question = endpoint.question(words=900, rate=20)
        reader = Reader(cluster.urls[:1], asking(question.text))
        reader.start()
        reader.wait_for(tokens=10)
        with disk.full(writers()):
            reader.wait_for_silence()  # what a database has kept free of its own is written to first
            other = _told(cluster, reader, endpoint, question)
        other.finished(20)
        _ended(ledger, "disk full", cluster, endpoint, question, reader)
        _works(ledger, "  asked after the disk was full", cluster, endpoint)

    with ThreadPoolExecutor() as side_by_side:
        list(side_by_side.map(fill, small))


@pytest.fixture
def small(
    tmp_path: Path, prepared: Path, endpoint: CountingEndpoint
) -> Iterator[list[tuple[Cluster, SmallDisk, Callable[[], list[int]]]]]:
    """Clusters of one worker, each with its database on a disk of its own that is small."""
    model = {"FAULTS_MODEL": endpoint.url}
    with contextlib.ExitStack() as stack:
        made = []
        disk = stack.enter_context(SmallDisk(tmp_path / "sqlite", megabytes=4))
        shutil.copytree(prepared, disk.folder / "data")
        cluster = Cluster(SqliteStore(disk.folder / "data"), tmp_path, model, workers=(1,))
        made.append((cluster, disk, cluster.instances[0].workers))
        if disk.is_real:  # Postgres takes a limit of its files' size for the end of the world
            # Under the system's own folder for such: the server's user has to be able to enter it.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-small-")))
            folder.chmod(0o755)
            disk = stack.enter_context(SmallDisk(folder / "disk", megabytes=160))
            shutil.copytree(prepared, tmp_path / "data")
            server = Postgres(disk.folder / "server")
            stack.callback(server.stop)
            made.append((Cluster(PostgresStore(tmp_path / "data", server), tmp_path, model, workers=(1,)), disk, list))
        for cluster, *_ in made:
            stack.enter_context(cluster)
        yield made


def _readers_of(cluster: Cluster, question: Question) -> Iterator[tuple[str, dict[str, object]]]:
    """One who asks, and one on every other instance."""
    body = asking(question.text)
    yield cluster.urls[0], body
    for url in cluster.urls[1:]:
        yield url, {"answer_id": body["answer_id"]}


def _told(cluster: Cluster, reader: Reader, endpoint: CountingEndpoint, question: Question) -> Reader:
    """During an outage, who reads and who asks is told of it, and the model is let go; the one who asked.

    Who asks gets a 503, and goes on asking. Or an answer: a full disk has room in a page that was begun.
    """
    began = time.monotonic()
    other = Reader(cluster.urls[:1], asking(endpoint.question(words=3, rate=0).text))
    other.start()
    reader.wait_for(told=True, within_s=TOLD_S)
    assert reader.told is not None
    assert reader.told["retryable"]
    assert endpoint.calls(question)[0].wait_closed(TOLD_S) is not None
    until(lambda: other.statuses, TOLD_S, "the one who asks is told")
    assert set(other.statuses) <= {503, 200}
    assert time.monotonic() - began < TOLD_S
    return other


def _ended(
    ledger: Ledger, fault: str, cluster: Cluster, endpoint: CountingEndpoint, question: Question, reader: Reader
) -> None:
    """The log has its end as soon as the database is back, and in it everything that was shown."""
    reader.finished(20)
    kept = cluster.kept(reader.answer_id)
    ledger.tried(fault, cluster.store.name, lost=lost([reader], kept), doubled=doubled(endpoint, question))
    assert reader.end is not None
    assert reader.end["type"] == "error"
    assert kept["status"] == "error"
    assert reader.text == kept["text"]
    assert question.answer.startswith(kept["text"])


def _works(ledger: Ledger, fault: str, cluster: Cluster, endpoint: CountingEndpoint) -> None:
    """Every instance answers again."""
    for instance in cluster.instances:
        question = endpoint.question(words=10, rate=0)
        reader = Reader([instance.url], asking(question.text))
        reader.start()
        whole_answer(ledger, fault, cluster, endpoint, question, [reader])

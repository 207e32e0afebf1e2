"""The faults that touch the model's client, with the real ``ChatDatabricks`` in the place of the light model."""

from __future__ import annotations

import os
import signal
import time

import pytest

from faults.cluster import Cluster, Instance
from faults.counting_endpoint import CountingEndpoint
from faults.cursor_reader import Reader, asking, call
from faults.ledger import Ledger
from faults.stores import SqliteStore
from faults.verdicts import WITHIN_S, doubled, gone_on, interrupted, lost, whole_answer
from tcp_proxy import TcpProxy
from workspace.scenarios import STARTING


@pytest.fixture
def cluster(clusters: list[Cluster]) -> Cluster:
    """The cluster over the same SQLite."""
    cluster = next(cluster for cluster in clusters if isinstance(cluster.store, SqliteStore))
    cluster.heal()
    return cluster


@pytest.fixture
def real(started_real: Instance) -> Instance:
    """The instance with the real client, ready."""
    started_real.wait_until_up()
    return started_real


def test_a_cut_and_a_second_reader_cost_no_second_call_of_the_real_client(
    real: Instance, cluster: Cluster, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    question = endpoint.question(words=40, rate=20)
    body = asking(question.text)
    with TcpProxy(("127.0.0.1", real.port)) as proxy:
        proxy.cut_at(rb"id: 3\nda", rb"id: 9\n[^\n]*\n", rb"id: 20\n")
        cut = Reader([proxy.url], body)
        cut.start()
        cut.wait_for(tokens=3)
        other = Reader(cluster.urls, {"answer_id": cut.answer_id})
        other.start()
        whole_answer(ledger, "ChatDatabricks: three cuts, two readers", cluster, endpoint, question, [cut, other])
        assert proxy.cuts == 3


def test_a_stop_from_another_instance_closes_the_real_client_s_connection(
    real: Instance, cluster: Cluster, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    question = endpoint.question(words=30, rate=60, after=8, end="silence")
    reader = Reader([real.url], asking(question.text))
    reader.start()
    reader.wait_for(tokens=1)
    request = endpoint.calls(question)[0]
    request.wait_sent(8)
    at = time.monotonic()
    assert call(cluster.urls[1], "POST", f"/api/chat/answers/{reader.answer_id}/stop")[0] == 202
    closed = request.wait_closed(WITHIN_S)
    assert closed is not None
    kept = cluster.kept(reader.finished().answer_id)
    ledger.tried(
        "ChatDatabricks: stopped from another instance",
        cluster.store.name,
        lost=lost([reader], kept),
        doubled=doubled(endpoint, question),
        seconds=[closed - at],
    )
    assert kept["status"] == "cancelled"


def test_a_refusal_before_the_first_word_is_met_by_as_many_calls_as_the_reader_is_told_of(
    real: Instance, cluster: Cluster, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Nothing beneath the server tries again by itself."""
    for way, fails in {"is starting, once": 1, "is starting, twice": 2}.items():
        question = endpoint.question(words=10, status=503, error=STARTING, fails=fails)
        reader = Reader([real.url], asking(question.text))
        reader.start()
        kept = cluster.kept(reader.finished().answer_id)
        ledger.tried(
            f"ChatDatabricks: a model that {way} (503)",
            cluster.store.name,
            lost=lost([reader], kept, whole=question.answer),
            doubled=doubled(endpoint, question, expected=1 + fails),
        )
        assert reader.text == question.answer
        assert sum(event["type"] == "retrying" for event in reader.events) == fails


def test_an_answer_that_broke_off_elsewhere_goes_on_with_the_real_client(
    real: Instance, cluster: Cluster, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    question = endpoint.question(words=30, rate=20, after=12, end="reset")
    reader = Reader(cluster.urls, asking(question.text))
    reader.start()
    reader.finished()
    gone_on(ledger, "ChatDatabricks: goes on from there", cluster, endpoint, question, reader, url=real.url)


def test_answers_of_a_killed_worker_with_the_real_client_are_ended_by_another_and_go_on_there(
    real: Instance, cluster: Cluster, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    question = endpoint.question(words=600, rate=20)
    reader = Reader([real.url, *cluster.urls], asking(question.text))
    reader.start()
    reader.wait_for(tokens=10)
    os.kill(real.workers()[0], signal.SIGKILL)
    fault = "ChatDatabricks: kill -9 of its worker"
    interrupted(ledger, fault, cluster, endpoint, question, [reader], time.monotonic())
    gone_on(ledger, "  and it goes on elsewhere", cluster, endpoint, question, reader)

"""A stop reaches the model, from the process that writes and from any other; measured at the model."""

from __future__ import annotations

import statistics
import time

from faults.cluster import Cluster, Instance, OnEach
from faults.counting_endpoint import CountingEndpoint, process_of
from faults.cursor_reader import Reader, asking, call
from faults.ledger import Ledger
from faults.verdicts import doubled, lost

SAMPLES = 10
SAME_PROCESS_S, ACROSS_S = 0.1, 0.5
"""The promises, held by the median; how long the slowest took stands in the table."""
SLOWEST_S = 5.0


def test_a_stop_closes_the_models_connection_from_the_same_process_and_from_a_third(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Asked on one instance, read on another, stopped on a third."""

    def stop(cluster: Cluster) -> None:
        asked, watched, third = cluster.instances
        across = [_stopped(cluster, endpoint, ledger, asked, watched, third) for _ in range(SAMPLES)]
        # An instance with one worker: the process that is asked to stop is the one that writes.
        same = [_stopped(cluster, endpoint, ledger, third, watched, third) for _ in range(SAMPLES)]
        name = cluster.store.name
        ledger.tried("  seconds from a stop in another process to the model", name, seconds=across)
        ledger.tried("  seconds from a stop in the same process to the model", name, seconds=same)
        assert statistics.median(across) < ACROSS_S
        assert statistics.median(same) < SAME_PROCESS_S
        assert max(across + same) < SLOWEST_S

    on_each(stop)


def _stopped(
    cluster: Cluster, endpoint: CountingEndpoint, ledger: Ledger, asked: Instance, watched: Instance, stops: Instance
) -> float:
    """Seconds from the stop's request to the model seeing its connection close."""
    question = endpoint.question(words=30, rate=60, after=8, end="silence")
    body = asking(question.text)
    assert call(asked.url, "POST", "/api/chat/answers", body)[0] == 201
    reader = Reader([watched.url], {"answer_id": body["answer_id"]})
    reader.start()
    reader.wait_for(tokens=1)
    request = endpoint.calls(question)[0]
    request.wait_sent(8)
    assert process_of(request) in asked.workers()
    at = time.monotonic()
    assert call(stops.url, "POST", f"/api/chat/answers/{body['answer_id']}/stop")[0] == 202
    closed = request.wait_closed(SLOWEST_S)
    assert closed is not None
    kept = cluster.kept(reader.finished().answer_id)
    fault = "stopped by the process that writes" if stops is asked else "asked here, read there, stopped elsewhere"
    said = "".join(text for _, text in request.sent).rstrip()
    ledger.tried(fault, cluster.store.name, lost=lost([reader], kept, whole=said), doubled=doubled(endpoint, question))
    assert kept["status"] == "cancelled"
    assert reader.end is not None
    assert reader.end["type"] == "cancelled"
    return closed - at

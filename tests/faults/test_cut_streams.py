"""The network cuts the stream: wherever it does, a reader with a cursor gets every event once, of one model call."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import pytest

from faults.cluster import Cluster, OnEach
from faults.counting_endpoint import CountingEndpoint
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import whole_answer
from tcp_proxy import TcpProxy

WORDS = 36
RATE = 12
"""Words a second: slow enough that nearly each comes in an event of its own."""
MOST_EVENTS = 60
"""More than there are: start, stages, citations, done, and a token a word, now and then two."""
LEAST_EVENTS = 15
"""Some 40 on a machine that has time; on a busy one several words come in one event."""
PLACES = {
    "behind an event": rb"id: %d\n[^\n]*\ndata:\n\n",
    "in an event's number": rb"id: %d\nda",
    "in an event's JSON": rb'id: %d\ndata: \{"seq":\d+,"t',
    "between an event's JSON and its end": rb"id: %d\n[^\n]*\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_stream_that_is_cut_at_any_event_goes_on_from_its_cursor(
    place: str, on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """An answer that is being written, and for each of its events a reader who is cut there and goes on elsewhere."""

    def cut(cluster: Cluster) -> None:
        question = endpoint.question(words=WORDS, rate=RATE)
        patterns = [PLACES[place] % seq for seq in range(1, MOST_EVENTS + 1)]
        readers, cuts = read_cut(cluster, asking(question.text), patterns)
        assert cuts == len(readers[0].log) >= LEAST_EVENTS
        whole_answer(ledger, f"cut {place}", cluster, endpoint, question, readers[:cuts])

    on_each(cut)


def test_a_log_that_is_read_again_may_be_cut_at_any_byte(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """A finished answer's response, cut behind every 23rd of its bytes, headers included."""

    def cut(cluster: Cluster) -> None:
        question = endpoint.question(words=WORDS, rate=0)
        body = asking(question.text)
        Reader(cluster.urls, body).run()
        patterns = [b".{%d}" % octets for octets in range(1, 3000, 23)]
        readers, cuts = read_cut(cluster, {"answer_id": body["answer_id"]}, patterns)
        assert cuts == len(patterns)
        whole_answer(ledger, "cut at a byte of the response", cluster, endpoint, question, readers)

    on_each(cut)


def read_cut(cluster: Cluster, body: dict[str, Any], patterns: Sequence[bytes]) -> tuple[list[Reader], int]:
    """A reader for each pattern, cut where its response first matches it; and how many were cut."""
    here, elsewhere = cluster.instances[0], cluster.instances[-1]
    with contextlib.ExitStack() as stack:
        proxies = [stack.enter_context(TcpProxy(("127.0.0.1", here.port))) for _ in patterns]
        readers = [Reader([proxy.url, elsewhere.url], body) for proxy in proxies]
        for proxy, reader, pattern in zip(proxies, readers, patterns, strict=True):
            proxy.cut_at(pattern)
            reader.start()
        for reader in readers:
            reader.finished()
        return readers, sum(proxy.cuts for proxy in proxies)

"""The same answer asked for on several workers at the same moment: one of them writes it, and all of them show it."""

from __future__ import annotations

from faults.cluster import Cluster, OnEach
from faults.counting_endpoint import CountingEndpoint
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import whole_answer

ROUNDS = 20
AT_ONCE = 8


def test_one_answer_id_asked_on_all_workers_at_once_is_generated_once(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Twenty rounds of eight who ask for one answer over three instances with four workers."""

    def race(cluster: Cluster) -> None:
        urls = (cluster.urls * AT_ONCE)[:AT_ONCE]
        for _ in range(ROUNDS):
            question = endpoint.question(words=3, rate=0)
            body = asking(question.text)
            readers = [Reader([url], body) for url in urls]
            for reader in readers:
                reader.start()
            whole_answer(ledger, "one answer_id, eight askers at once", cluster, endpoint, question, readers)
            assert {status for reader in readers for status in reader.statuses} == {200}

    on_each(race)

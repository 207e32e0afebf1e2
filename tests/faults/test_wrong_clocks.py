"""The wall clock jumps in mid-answer: nothing that decides over an answer's life looks at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults.cluster import Cluster, OnEach
from faults.counting_endpoint import CountingEndpoint
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import whole_answer

HOUR_S = 3600
JUMPS = HOUR_S, -HOUR_S, 0


@pytest.fixture(autouse=True)
def _right_afterwards(clusters: list[Cluster]) -> Iterator[None]:
    yield
    for cluster in clusters:
        for instance in cluster.instances:
            instance.clock.write_text("0")


def test_a_clock_that_jumps_by_an_hour_ends_nothing_and_lets_nothing_be_taken_over(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Forwards, backwards and right again, on one instance alone; asked on it and on the one whose clock is right."""

    def jump(cluster: Cluster) -> None:
        wrong, right = cluster.instances[:2]
        questions = [endpoint.question(words=80, rate=20) for _ in range(2)]
        readers = [
            Reader([url], asking(question.text))
            for url, question in zip((wrong.url, right.url), questions, strict=True)
        ]
        for reader in readers:
            reader.start()
        across = [Reader([right.url, wrong.url], {"answer_id": reader.answer_id}) for reader in readers]
        for number, seconds in enumerate(JUMPS, 1):
            for reader in readers:
                reader.wait_for(tokens=15 * number)
            wrong.clock.write_text(str(seconds))
            if number == 1:
                for reader in across:
                    reader.start()
        for question, *seen in zip(questions, readers, across, strict=True):
            fault = "the clock jumps by an hour, forwards and backwards"
            whole_answer(ledger, fault, cluster, endpoint, question, seen)

    on_each(jump)

"""A server is asked to end under load: what can finish does, the rest ends as interrupted, and readers are told."""

from __future__ import annotations

import time

from faults.cluster import Cluster, OnEach
from faults.counting_endpoint import CountingEndpoint
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import doubled, interrupted, lost

SHORT, LONG = 10, 10
GIVEN_S = 15


def test_sigterm_under_load_lets_twenty_answers_finish_or_keep_their_text(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Half of them would be done in two seconds, half in thirty; the platform gives the server fifteen."""

    def end(cluster: Cluster) -> None:
        ending, *others = cluster.instances
        questions = [endpoint.question(words=40, rate=20) for _ in range(SHORT)]
        questions += [endpoint.question(words=600, rate=20) for _ in range(LONG)]
        urls = [ending.url, others[0].url]
        readers = [Reader(urls, asking(question.text)) for question in questions]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.wait_for(tokens=3)
        asked = time.monotonic()
        ending.terminate()
        assert ending.process is not None
        assert ending.process.wait(GIVEN_S) == 0
        took = time.monotonic() - asked
        for number, (question, reader) in enumerate(zip(questions, readers, strict=True)):
            reader.finished(GIVEN_S)
            kept = cluster.kept(reader.answer_id, 1)
            whole = question.answer if number < SHORT else None
            ledger.tried(
                f"SIGTERM under load: {'answers that can finish' if whole else 'answers that can not'}",
                cluster.store.name,
                lost=lost([reader], kept, whole=whole),
                doubled=doubled(endpoint, question),
                seconds=[max(0, reader.times[-1] - asked)],
            )
            assert kept["status"] == ("complete" if whole else "interrupted")
            assert reader.text == kept["text"]
            assert question.answer.startswith(kept["text"])
            assert reader.times[-1] - asked < GIVEN_S
        ledger.tried("  seconds until the server had ended", cluster.store.name, seconds=[took])

    on_each(end)


def test_sigterm_while_nothing_can_be_written_ends_the_server_in_time_all_the_same(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """What it could not write itself, another process does as soon as the database is free."""

    def end(cluster: Cluster) -> None:
        ending, *others = cluster.instances
        question = endpoint.question(words=600, rate=20)
        reader = Reader([ending.url, others[0].url], asking(question.text))
        reader.start()
        reader.wait_for(tokens=5)
        with cluster.store.locked():
            ending.terminate()
            assert ending.process is not None
            ending.process.wait(GIVEN_S)
        fault = "SIGTERM while the database is locked"
        interrupted(ledger, fault, cluster, endpoint, question, [reader], time.monotonic())

    on_each(end)

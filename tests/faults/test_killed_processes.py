"""Processes die or stand still in mid-answer: others find out, end the answer with all its text, and it can go on."""

from __future__ import annotations

import os
import signal
import time

from faults.cluster import Cluster, OnEach, frozen, until
from faults.counting_endpoint import CountingEndpoint, Question, process_of
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import WITHIN_S, gone_on, interrupted

ASKED = 6
COUNTED = {"answers_total": {"code": "INTERRUPTED"}, "lag_seconds_count": {}}


def test_answers_of_a_killed_worker_end_as_interrupted_and_go_on_where_they_were(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Read from two instances; and one more answer of the same worker's that nobody reads."""

    def kill(cluster: Cluster) -> None:
        questions, readers = _asked_of_one_worker(cluster, endpoint)
        pid = process_of(endpoint.calls(questions[0])[0])
        unread = _unread(cluster, endpoint, pid)
        watchers = [Reader(cluster.besides(pid), {"answer_id": reader.answer_id}) for reader in readers]
        for watcher in watchers:
            watcher.start()
        for watcher, reader in zip(watchers, readers, strict=True):
            watcher.wait_for(tokens=reader.tokens)
        before = {name: cluster.figure(name, **labels) for name, labels in COUNTED.items()}
        assert cluster.figure("running") == len(questions) + 1
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        for question, *seen in zip(questions, readers, watchers, strict=True):
            fault = "kill -9 of a worker: what was shown is kept"
            interrupted(ledger, fault, cluster, endpoint, question, seen, killed)
            gone_on(ledger, "  and it goes on from there", cluster, endpoint, question, seen[0])
        status = until(lambda: _ended(cluster, unread), WITHIN_S, "the answer that nobody read has ended")
        assert status == "interrupted"
        # What the dead one counted stays, and what it was doing goes.
        ended = before["answers_total"] + len(questions) + 1
        until(lambda: cluster.figure("answers_total", code="INTERRUPTED") == ended, WITHIN_S, "all are counted")
        assert cluster.figure("lag_seconds_count") > before["lag_seconds_count"] > 0
        until(lambda: cluster.figure("running") == 0, WITHIN_S, "nothing is said to run")
        until(lambda: cluster.figure("processes") == 4, WITHIN_S, "another worker in its place")

    on_each(kill)


def test_all_processes_killed_and_started_again(on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger) -> None:
    """Masters and workers of all instances; the readers come back as soon as somebody answers."""

    def kill_all(cluster: Cluster) -> None:
        questions = [endpoint.question(words=600, rate=20) for _ in range(ASKED)]
        readers = [
            Reader([cluster.urls[n % len(cluster.urls)], *cluster.urls], asking(q.text))
            for n, q in enumerate(questions)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.wait_for(tokens=10)
        for instance in cluster.instances:
            instance.kill()
        for instance in cluster.instances:
            instance.start()
        cluster.instances[0].wait_until_up()
        up = time.monotonic()
        for question, reader in zip(questions, readers, strict=True):
            fault = "kill -9 of all processes: what was shown is kept"
            interrupted(ledger, fault, cluster, endpoint, question, [reader], up)
            gone_on(ledger, "  and it goes on from there", cluster, endpoint, question, reader)

    on_each(kill_all)


def test_a_worker_that_stood_still_writes_nothing_more_once_its_answers_were_ended(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Stopped in mid-answer, as by a machine that sleeps. Woken, it finds the answer ended, and lets it be."""

    def freeze(cluster: Cluster) -> None:
        question = endpoint.question(words=600, rate=20)
        reader = Reader(cluster.urls, asking(question.text))
        reader.start()
        reader.wait_for(tokens=10)
        call = endpoint.calls(question)[0]
        pid = process_of(call)
        watcher = Reader(cluster.besides(pid), {"answer_id": reader.answer_id})
        watcher.start()
        watcher.wait_for(tokens=10)
        for _ in range(5):
            with frozen(pid):
                asleep = time.monotonic()
                if cluster.store.is_free():
                    watcher.finished()
                    break
            # It was stopped in the middle of writing, and would have stopped everybody: it has to be seen alive first.
            time.sleep(3)
        fault = "SIGSTOP until it is taken for dead, then SIGCONT"
        interrupted(ledger, fault, cluster, endpoint, question, [watcher], asleep)
        interrupted(ledger, "  read from the process that stood still", cluster, endpoint, question, [reader], asleep)
        assert call.wait_closed(WITHIN_S) is not None, "the woken worker goes on listening to the model"
        for url in cluster.urls:
            again = Reader([url], {"answer_id": reader.answer_id})
            again.start()
            assert again.finished().log == watcher.log
        gone_on(ledger, "  and it goes on from there", cluster, endpoint, question, reader)

    on_each(freeze)


def _asked_of_one_worker(cluster: Cluster, endpoint: CountingEndpoint) -> tuple[list[Question], list[Reader]]:
    """Long answers that are being written by one worker, with their readers."""
    of: dict[int, list[tuple[Question, Reader]]] = {}
    while max(map(len, of.values()), default=0) < 3:
        question = endpoint.question(words=600, rate=20)
        reader = Reader(cluster.urls, asking(question.text))
        reader.start()
        reader.wait_for(tokens=10)
        of.setdefault(process_of(endpoint.calls(question)[0]), []).append((question, reader))
    most = max(of.values(), key=len)
    for asked in of.values():
        for _, reader in asked if asked is not most else ():
            cluster.stop(reader.answer_id)
    return [question for question, _ in most], [reader for _, reader in most]


def _unread(cluster: Cluster, endpoint: CountingEndpoint, pid: int) -> str:
    """An answer that this worker writes and nobody reads."""
    while True:
        question = endpoint.question(words=600, rate=20)
        answer_id = cluster.ask(question.text, cluster.instances.index(cluster.instance_of(pid)))
        until(lambda question=question: endpoint.calls(question), 10, "the model was asked")
        if process_of(endpoint.calls(question)[0]) == pid:
            return answer_id
        cluster.stop(answer_id)


def _ended(cluster: Cluster, answer_id: str) -> str:
    status = str(cluster.kept(answer_id, 1)["status"])
    return "" if status == "streaming" else status

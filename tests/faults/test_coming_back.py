"""A reader leaves and comes back, or another one comes: each sees the one log, and the model is called once."""

from __future__ import annotations

from faults.cluster import Cluster, OnEach
from faults.counting_endpoint import CountingEndpoint
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import whole_answer
from tcp_proxy import TcpProxy

SIGN_IN = "<!DOCTYPE html><title>Sign in</title><h1>Sign in</h1>"


def test_a_refresh_in_mid_answer_begins_at_the_first_event_or_at_the_cursor(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """At every fifth word somebody opens the answer anew, from nothing or from where another one was."""

    def refresh(cluster: Cluster) -> None:
        question = endpoint.question(words=60, rate=20)  # on a busy machine several of them come in one event
        first = Reader(cluster.urls[:1], asking(question.text))
        first.start()
        again, later = [], []
        for number, words in enumerate(range(5, 30, 5)):
            first.wait_for(tokens=words)
            url = cluster.urls[number % len(cluster.urls)]
            cursor = len(first.log) - (first.end is not None)  # behind the end nothing would come
            again.append(Reader([url], {"answer_id": first.answer_id}))
            later.append((cursor, Reader([url], {"answer_id": first.answer_id}, after=cursor)))
            again[-1].start()
            later[-1][1].start()
        whole_answer(ledger, "refresh: read again from the first event", cluster, endpoint, question, [first, *again])
        for cursor, reader in later:
            reader.log = first.log[:cursor] + reader.finished().log
            reader.events = first.events[:cursor] + reader.events
        readers = [reader for _, reader in later]
        whole_answer(ledger, "refresh: read on from the cursor", cluster, endpoint, question, readers)

    on_each(refresh)


def test_tabs_on_different_instances_show_the_same_while_it_is_written(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Asked on one instance; two tabs on each instance read along, and have all of it as soon as the one who asked."""

    def watch(cluster: Cluster) -> None:
        question = endpoint.question(words=40, rate=20)
        asker = Reader(cluster.urls[:1], asking(question.text))
        asker.start()
        asker.wait_for(tokens=2)
        tabs = [Reader([url], {"answer_id": asker.answer_id}) for url in cluster.urls * 2]
        for tab in tabs:
            tab.start()
        whole_answer(ledger, "two tabs and more, on each instance", cluster, endpoint, question, [asker, *tabs])
        behind = [tab.times[-1] - asker.times[-1] for tab in tabs]
        assert max(behind) < 2, behind
        ledger.tried("  seconds until another instance shows an event", cluster.store.name, seconds=behind)

    on_each(watch)


def test_a_login_page_in_place_of_the_stream_costs_nothing(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """The proxy's session ends in mid-answer and begins anew a second later: the answer went on meanwhile."""

    def sign_out(cluster: Cluster) -> None:
        question = endpoint.question(words=40, rate=20)
        with TcpProxy(("127.0.0.1", cluster.instances[0].port)) as proxy:
            reader = Reader([proxy.url], asking(question.text))
            reader.start()
            reader.wait_for(tokens=5)
            proxy.answer_with(200, "text/html", SIGN_IN)
            endpoint.calls(question)[0].wait_sent(25)
            proxy.let_through()
            whole_answer(ledger, "a login page in place of the stream", cluster, endpoint, question, [reader])
            assert reader.losses > 1

    on_each(sign_out)

"""The page while the process that writes its answer is killed: the text stays, and goes on from there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from chat_page import ChatPage
from playwright.sync_api import BrowserContext, expect

from faults.cluster import Cluster, prepare
from faults.counting_endpoint import CountingEndpoint, process_of
from faults.stores import SqliteStore
from footnote.answers.markdown import render
from tcp_proxy import TcpProxy

pytestmark = pytest.mark.embedded_only("it starts servers of its own, with the parts that it names")

WITHIN_S = 15


@pytest.fixture(scope="module")
def counting() -> Iterator[CountingEndpoint]:
    with CountingEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, counting: CountingEndpoint) -> Iterator[Cluster]:
    """One gunicorn with two workers, and a model that is called for real."""
    folder = tmp_path_factory.mktemp("killed")
    store = SqliteStore(prepare(folder / "data"))
    with Cluster(store, folder, {"FAULTS_MODEL": counting.url}, workers=(2,)) as cluster:
        yield cluster


@pytest.mark.console("Failed to load resource|net::ERR")
def test_the_page_keeps_the_text_of_a_killed_worker_and_goes_on_from_there(
    context: BrowserContext, cluster: Cluster, counting: CountingEndpoint
) -> None:
    """Kill -9 in mid-answer, with a proxy between; a click, and the answer is whole, of two calls of the model."""
    question = counting.question(words=600, rate=20)
    with TcpProxy(("127.0.0.1", cluster.instances[0].port)) as proxy:
        chat = ChatPage(context.new_page()).open(proxy.url)
        chat.ask(question.text)
        chat.shows("Größe-11")
        os.kill(process_of(counting.calls(question)[0]), signal.SIGKILL)
        killed = time.monotonic()
        shown = chat.shown()
        expect(chat.problem).to_have_attribute("data-code", "INTERRUPTED", timeout=WITHIN_S * 1000)
        assert time.monotonic() - killed < WITHIN_S
        assert chat.shown().startswith(shown)
        assert len(counting.calls(question)) == 1
        counting.cure(question)
        chat.answer.get_by_role("button", name="Go on from there").click()
        chat.has_ended()
    assert chat.blocks() == chat.as_held(render(question.answer))
    assert len(counting.calls(question)) == 2

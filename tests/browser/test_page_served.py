"""The page as it is served for real: ``python -m footnote serve``, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chat_page import QUESTION, ChatPage
from footnote.answers.markdown import render
from serving_endpoint import ANSWER, SCENARIOS, Scenario, ServingEndpoint

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 100  # databricks-langchain alone takes up to half a minute


@dataclass(frozen=True)
class Served:
    """A server that is starting, and where it will be."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def _serve(folder: Path, **environment: str) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
    own = {"PYTHONPATH": str(ROOT / "src"), "FOOTNOTE_DATA": str(folder / "data"), "FOOTNOTE_PORT": str(port)}
    log = folder / "served.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "footnote", "serve"], env=kept | own | environment, stdout=out, stderr=out, cwd=folder
        )
        try:
            yield Served(process, port, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="session")
def sample_server(tmp_path_factory) -> Iterator[Served]:
    with _serve(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def endpoint() -> Iterator[ServingEndpoint]:
    with ServingEndpoint() as serving:
        serving.scenarios["steps"] = Scenario(rate=20)
        serving.scenarios["thinks"] = Scenario(after=5, end="silence")
        yield serving


@pytest.fixture(scope="session")
def databricks_server(tmp_path_factory, endpoint) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with _serve(folder, FOOTNOTE_MODEL="databricks:analyst", **endpoint.environment) as server:
        yield server


def _open(context, server: Served) -> ChatPage:
    """The page, once the server is up: the browser asks until it is."""
    page = context.new_page()
    _wait_until_up(server)
    return ChatPage(page).open(server.url)


def _wait_until_up(server: Served) -> None:
    # gunicorn listens before its worker can answer: the request itself waits for the worker.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    waiting = f"http://127.0.0.1:{server.port}/healthz"
    listening = False
    while not listening:
        assert server.process.poll() is None, server.log.read_text()
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", server.port)):
            listening = True
        if not listening:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(0.1)
    with opener.open(waiting, timeout=STARTS_WITHIN_S) as response:
        assert response.status == 200


def test_the_first_suggestion_is_answered_from_the_sample_with_citations(context, sample_server):
    """With nothing configured: whole sentences of the sources, each with its number."""
    chat = _open(context, sample_server)
    expect(chat.page.locator(".fine-print")).to_contain_text("No language model is set up")
    suggestion = chat.page.locator(".suggestion").first
    expect(suggestion).to_have_text(QUESTION)
    suggestion.click()
    chat.has_ended()
    expect(chat.stage).to_contain_text("Searched 6 documents")
    numbers = chat.body.locator(".cite").all_inner_texts()
    assert numbers
    chat.body.locator(".cite").first.click()
    source = chat.sources.filter(has=chat.page.get_by_text(numbers[0], exact=True)).first
    expect(source).to_be_focused()
    assert "swap" in source.locator("blockquote").inner_text()
    expect(chat.answer.locator(".sources > summary")).to_have_text(re.compile(r"\d+ sources? cited"))
    before = chat.blocks()
    chat.reload()
    chat.has_ended()
    assert chat.blocks() == before


def test_an_answer_of_a_serving_endpoint_streams_in(context, databricks_server, endpoint):
    """ChatDatabricks under gunicorn and gevent: words before the end, whole at the end."""
    chat = _open(context, databricks_server)
    expect(chat.page.locator(".fine-print")).to_contain_text("analyst")
    chat.ask(f"{QUESTION} [[steps]]")
    chat.shows("The launch moved")
    chat.is_streaming()
    assert endpoint.requests[-1].finished_at is None
    chat.has_ended()
    assert chat.blocks() == chat.as_held(render(ANSWER))
    expect(chat.answer.locator(".sources > summary")).to_have_text("3 sources cited")


def test_a_stop_closes_the_models_connection_and_keeps_the_text(context, databricks_server, endpoint):
    chat = _open(context, databricks_server)
    chat.ask("Who? [[thinks]]")
    chat.shows("The launch moved")
    request = endpoint.requests[-1]
    assert request.closed_at is None
    chat.stop.click()
    chat.has_ended("cancelled")
    assert request.wait_closed(5) is not None
    assert "The launch moved" in chat.shown()


@pytest.mark.parametrize(
    ("scenario", "says", "retry", "keeps"),
    [
        ("cut", "broke off|stopped before", 1, "The launch moved"),
        ("403", "refused this page's credentials", 0, ""),
        ("429", "as many questions as it is allowed to", 1, ""),
    ],
)
def test_a_failing_model_is_told_of_in_words_for_the_person(context, databricks_server, scenario, says, retry, keeps):
    assert scenario in SCENARIOS
    chat = _open(context, databricks_server)
    chat.ask(f"Who? [[{scenario}]]")
    chat.has_ended("error")
    expect(chat.problem).to_contain_text(re.compile(says))
    expect(chat.retry).to_have_count(retry)
    if scenario == "429":
        expect(chat.retry).to_be_disabled()
        expect(chat.retry).to_have_text(re.compile(r"in 1[12]\d s"))
    assert keeps in chat.shown()
    assert "secret-host" not in chat.page.inner_text("body")

"""One browser a session, one context a test; whatever a page complains about fails the test."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from chat_page import PATIENCE_MS, ChatPage
from paced_model import PacedModel
from page_server import FORMS, Chosen, PageServer, sample, served
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from served_process import Served, serving

import chromium
from tcp_proxy import TcpProxy
from workspace.scenarios import Scenario
from workspace.serving import ServingEndpoint

WIDE = {"width": 1280, "height": 800}
_NO_BROWSER = (
    "The browser tests need a Chromium, and none was found. `python tests/chromium.py --install` gets one; "
    "FOOTNOTE_TEST_CHROMIUM names one that is nowhere to be looked for."
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "console(pattern): what the browser may complain about in this test")
    config.addinivalue_line("markers", "embedded_only(reason): it is about parts that are not there on Databricks")
    config.addinivalue_line("markers", "databricks_only: it is about what is there on Databricks alone")
    config.addinivalue_line("markers", "both_forms: it runs with the embedded parts and with those of Databricks")
    Chosen.form = config.getoption("--parts")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the core with both kinds of parts, unless all of them are of one kind."""
    both = metafunc.definition.get_closest_marker("both_forms") is not None
    if both and Chosen.form == "embedded" and "form" in metafunc.fixturenames:
        marks = {"databricks": pytest.mark.xdist_group("databricks page")}  # its server is begun once
        metafunc.parametrize("form", [pytest.param(name, marks=marks.get(name, ())) for name in FORMS])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if Chosen.form == "embedded":
        left = [item for item in items if item.get_closest_marker("databricks_only")]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if Chosen.form != "embedded" and (mark := item.get_closest_marker("embedded_only")):
        pytest.skip(mark.args[0])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(_NO_BROWSER, pytrace=False)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        launched = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield launched
        launched.close()


class Watch:
    """Everything that the pages of a test complained about, and where their requests went."""

    def __init__(self, allowed: list[str]) -> None:
        self._allowed = [re.compile(pattern) for pattern in allowed]
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.requests: list[str] = []

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error on the page: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error" or any(pattern.search(message.text) for pattern in self._allowed):
            return
        self.complaints.append(f"on the console: {message.text} ({message.location})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"}:
            self.hosts.add(parts.hostname or parts.scheme)
            self.requests.append(f"{request.method} {parts.path}")


@pytest.fixture
def watch(request) -> Watch:
    return Watch([pattern for mark in request.node.iter_markers("console") for pattern in mark.args])


@pytest.fixture
def new_context(browser, watch, request, tmp_path) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a context of its own, where nothing is looked at in mid-motion unless a test asks for motion.

    What its pages complain about fails the test, and a failure leaves pictures.
    """
    contexts: list[BrowserContext] = []

    def new(**options: object) -> BrowserContext:
        context = browser.new_context(**({"viewport": WIDE, "reduced_motion": "reduce"} | options))
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", watch.over)
        contexts.append(context)
        return context

    yield new
    pages = [page for context in contexts for page in context.pages]
    if request.node.stash.get(_FAILED, True) or watch.complaints:
        for n, page in enumerate(pages):
            picture = tmp_path / f"page-{n}.png"
            with contextlib.suppress(Exception):
                page.screenshot(path=picture)
                print(f"The page as it stood: {picture}")
    for context in contexts:
        context.close()
    assert watch.complaints == []
    assert watch.hosts <= {"127.0.0.1"}, "a request left for another host"


@pytest.fixture
def context(new_context) -> BrowserContext:
    return new_context()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory) -> Iterator[PageServer]:
    with served(sample(tmp_path_factory.mktemp("data"))) as server:
        yield server


@pytest.fixture(scope="session")
def shared_databricks(tmp_path_factory) -> Iterator[PageServer]:
    with FORMS["databricks"](sample(tmp_path_factory.mktemp("data"))) as server:
        yield server


@pytest.fixture
def form() -> str:
    """With which parts the page is served."""
    return Chosen.form


@pytest.fixture
def server(request, form) -> Iterator[PageServer]:
    """The app with the sample library; its model waits for the test."""
    server = request.getfixturevalue("shared_server" if form == Chosen.form else f"shared_{form}")
    yield server
    server.retriever.release()
    server.model.rest()


@pytest.fixture
def model(server) -> PacedModel:
    return server.model


@pytest.fixture
def chat(context, server) -> ChatPage:
    """The page, just opened."""
    return ChatPage(context.new_page()).open(server.url)


@pytest.fixture
def proxy(server) -> Iterator[TcpProxy]:
    with TcpProxy(server.address) as between:
        yield between


@pytest.fixture
def far_chat(context, proxy) -> ChatPage:
    """The page, opened through the proxy."""
    return ChatPage(context.new_page()).open(proxy.url)


@pytest.fixture(scope="session")
def sample_server(tmp_path_factory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as server:
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
    with serving(folder, FOOTNOTE_MODEL="databricks:analyst", **endpoint.environment) as server:
        yield server

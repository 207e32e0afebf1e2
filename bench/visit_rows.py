"""What a first visit loads, beside the same Dash page empty: one div, the same versions, compressed in the same way.

A figure is what the browser was sent until the page is at rest, heads included, in KB of 1,024.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from page_watch import ROOT, Watched, chromium_browser, page_server, watched
from playwright.sync_api import Browser, Response
from row import Row, at_most, beside

MORE_KB = 60.0
HEAVIEST = 12


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that the page loaded, and its KB as they were sent."""

    path: str
    kb: float


def rows(*, quick: bool) -> Iterator[Row]:  # noqa: ARG001 - one visit is quick
    """The bytes and the requests of a first visit; the heaviest files are told on stderr."""
    with chromium_browser() as browser:
        with page_server() as server:
            own = _visited(browser, lambda page: page.chat.open(server.url))
        with _empty_page() as url:
            empty = _visited(browser, lambda page: page.page.goto(url))
    for file in sorted(own, key=lambda file: -file.kb)[:HEAVIEST]:
        print(f"{file.kb:9.1f} KB  {file.path}", file=sys.stderr)
    kb, floor = (sum(file.kb for file in files) for files in (own, empty))
    yield at_most("first visit: sent", kb, "KB", floor + MORE_KB, floor)
    yield beside("first visit: requests", len(own), len(empty), "")


def _visited(browser: Browser, visit: Callable[[Watched], object]) -> list[Loaded]:
    """Everything that a browser with an empty cache asks for."""
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    with watched(browser) as page:
        page.page.on("response", note)
        visit(page)
        page.settle()
        return [Loaded(urlsplit(response.url).path, _sent_kb(response)) for response in responses]


def _sent_kb(response: Response) -> float:
    sizes = response.request.sizes()
    return (sizes["responseHeadersSize"] + sizes["responseBodySize"]) / 1024


@contextlib.contextmanager
def _empty_page() -> Iterator[str]:
    """The floor, in a process of its own: what this one has imported, every Dash page of it would load."""
    command = [sys.executable, str(ROOT / "bench" / "empty_page.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()

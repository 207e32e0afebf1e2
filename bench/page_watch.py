"""What a page costs the browser: its main thread's time, its longest task, its elements, its heap."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("tests/browser", "tests", "src")]
from chat_page import ChatPage  # noqa: E402
from page_server import PageServer, sample, served  # noqa: E402

import chromium  # noqa: E402

WIDE = {"width": 1280, "height": 800}
SETTLED_MS = 1500
LOOK_MS = 250
PATIENCE_S = 300.0


class Watched:
    """A page in a context of its own, with nothing in its cache."""

    def __init__(self, page: Page, *, frames: bool = False) -> None:
        self.page = page
        self.chat = ChatPage(page)
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self._frames = frames
        if frames:  # which costs the page some time in each of them
            page.add_init_script(path=ROOT / "bench" / "page_watch.js")
        self._before: dict[str, float] = {}
        self._traced = False
        assert page.context.browser is not None
        self._browser = page.context.browser

    def begin(self, *, traced: bool = False) -> None:
        """From now on: what was before doesn't count. A trace costs some time itself, and is needed for tasks alone."""
        self._before = self._metrics()
        self._traced = traced
        if self._frames:
            self.page.evaluate("window.watched && (watched.longest_frame_ms = 0)")
        if traced:
            self._browser.start_tracing(page=self.page, categories=["disabled-by-default-devtools.timeline"])

    def settle(self) -> None:
        """Return once the page has come to rest."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(SETTLED_MS)

    def wait_until(self, holds: str, timeout_s: float = PATIENCE_S) -> None:
        """Return once an expression is true; looked at so seldom that looking costs the page nothing to speak of."""
        until = time.monotonic() + timeout_s
        while not self.page.evaluate(holds):
            if time.monotonic() > until:
                raise TimeoutError(f"{holds} did not come true")
            self.page.wait_for_timeout(LOOK_MS)

    def figures(self) -> dict[str, float]:
        """Since it began: the main thread's processor time, and its longest task's; now: elements and the heap."""
        longest = {"longest_task_ms": round(self.longest_task_ms())} if self._traced else {}
        now = self._metrics()
        spent = {name: 1000 * (now[name] - self._before.get(name, 0)) for name in ("TaskDuration", "ScriptDuration")}
        return {
            "main_thread_ms": round(spent["TaskDuration"]),
            "script_ms": round(spent["ScriptDuration"]),
            **longest,
            "longest_frame_ms": round(self.page.evaluate("watched.longest_frame_ms")),
            "elements": self.page.evaluate("document.querySelectorAll('*').length"),
            "heap_mb": round(now["JSHeapUsedSize"] / 1e6, 1),
        }

    def busy_ms(self) -> float:
        """The main thread's processor time since it began."""
        return 1000 * (self._metrics()["TaskDuration"] - self._before["TaskDuration"])

    def longest_task_ms(self) -> float:
        """The processor time of the longest task since the trace began, which ends with this."""
        self._traced = False
        return max(tasks_of(self._browser.stop_tracing()))

    def kept_mb(self) -> float:
        """What the heap holds once all garbage is gone."""
        self._devtools.send("HeapProfiler.collectGarbage")
        return self._metrics()["JSHeapUsedSize"] / 1e6

    def clock_s(self) -> float:
        """The machine's steady clock at the zero of the page's own."""
        return self._metrics()["NavigationStart"]

    def first_seen(self) -> dict[str, float]:
        """Ms from the click on the address to the first paint, and to the conversation's."""
        painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        return {
            "first_paint_ms": round(self.page.evaluate(painted)),
            "conversation_ms": round(self.page.evaluate("watched.seen_ms")),
        }

    def _metrics(self) -> dict[str, float]:
        return {m["name"]: m["value"] for m in self._devtools.send("Performance.getMetrics")["metrics"]}


def tasks_of(trace: bytes) -> list[float]:
    """The processor time of each of the main thread's tasks, in ms: the clock would count what others do."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    named = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    own = (e for e in events if named.get((e["pid"], e["tid"])) == "CrRendererMain")
    return [e.get("tdur", 0) / 1000 for e in own if e["name"] == "RunTask" and e["ph"] == "X"]


@contextlib.contextmanager
def page_server() -> Iterator[PageServer]:
    """The app with the sample library, whose model says what the script tells it."""
    with tempfile.TemporaryDirectory() as folder, served(sample(Path(folder))) as server:
        yield server


@contextlib.contextmanager
def chromium_browser() -> Iterator[Browser]:
    """The tests' Chromium, without a window."""
    path = chromium.find()
    if path is None:
        raise RuntimeError("No Chromium was found. `python tests/chromium.py --install` gets one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def watched(browser: Browser, *, frames: bool = False) -> Iterator[Watched]:
    """A fresh page; with ``frames`` it notes how long they take."""
    context = browser.new_context(viewport=WIDE)
    yield Watched(context.new_page(), frames=frames)
    context.close()

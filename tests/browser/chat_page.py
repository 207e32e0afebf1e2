"""The page as a person uses it: what to do on it, and what stands on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

PATIENCE_MS = 30_000
"""How long whatever has to come is waited for: long, for a busy machine; what comes soon costs nothing of it."""
QUESTION = "What was decided about the battery swap threshold, and who owns it?"


class ChatPage:
    """One open page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.query = page.locator("#query")
        self.send = page.locator("#send")
        self.stop = page.locator("#stop")
        self.queued = page.locator("#queued")
        self.jump = page.locator("#jump")
        self.scroll = page.locator("#scroll")
        self.questions = page.locator("#thread .question")
        self.answers = page.locator("#thread .answer")

    def open(self, url: str) -> ChatPage:
        """Go there, and wait until the page can be used."""
        self._up(lambda: self.page.goto(url))
        return self

    def reload(self) -> None:
        """Load the page anew, and wait until it can be used."""
        self._up(self.page.reload)

    def _up(self, load: Callable[[], object]) -> None:
        # The part that streams is loaded last, and on its own.
        with self.page.expect_event("requestfinished", lambda request: "async-SSE" in request.url):
            load()
        expect(self.page.locator("html[data-chat]")).to_be_attached()
        expect(self.page.locator("#history-query")).to_be_attached()

    def ask(self, question: str = QUESTION) -> None:
        """Type a question and send it."""
        self.query.fill(question)
        self.query.press("Enter")

    @property
    def answer(self) -> Locator:
        """The last answer."""
        return self.answers.last

    @property
    def stage(self) -> Locator:
        return self.answer.locator(".stage")

    @property
    def body(self) -> Locator:
        return self.answer.locator(".body")

    @property
    def problem(self) -> Locator:
        return self.answer.locator(".problem")

    @property
    def retry(self) -> Locator:
        return self.answer.locator(".retry")

    @property
    def go_on(self) -> Locator:
        return self.answer.get_by_role("button", name="Go on from there")

    @property
    def versions(self) -> Locator:
        """“2 of 2”, with a button on each side."""
        return self.answer.locator(".versions")

    @property
    def connection(self) -> Locator:
        """What the page says about its connection, and what can be done about it."""
        return self.page.locator("#connection")

    @property
    def connection_says(self) -> Locator:
        return self.connection.get_by_role("status")

    @property
    def sources(self) -> Locator:
        return self.answer.locator(".sources .source")

    @property
    def conversation(self) -> str:
        """The address of the conversation."""
        return str(self.page.evaluate("location.href"))

    def is_streaming(self) -> None:
        expect(self.answer).to_have_attribute("aria-busy", "true")

    def has_ended(self, status: str = "complete") -> None:
        expect(self.answer).to_have_class(f"answer {status}")
        expect(self.answer).to_have_attribute("aria-busy", "false")

    def shows(self, text: str) -> None:
        """Wait until the answer's text holds this."""
        expect(self.body).to_contain_text(text)

    def shown(self) -> str:
        """The answer's text as it stands."""
        return str(self.body.evaluate("body => body.textContent")).strip()

    def blocks(self) -> str:
        """The answer's finished blocks, as the server wrote them: without what the page's scripts give each."""
        return str(self.answer.locator(".blocks").evaluate(_BLOCKS))

    def as_held(self, html: str) -> str:
        """The same HTML as the browser would hold it."""
        script = "html => { const held = document.createElement('div'); held.innerHTML = html; return held.innerHTML; }"
        return str(self.page.evaluate(script, html))

    def is_at_end(self) -> None:
        """Wait until the thread is scrolled to its end."""
        self.page.wait_for_function(_AT_END)

    def listen(self, *places: str) -> None:
        """Note from now on whatever comes to stand in these places, however shortly."""
        self.page.evaluate(_LISTEN, list(places))

    def told(self) -> list[str]:
        """What came to stand there since."""
        return list(self.page.evaluate("window.told"))

    def hears(self, text: str) -> None:
        """Wait until it has come to stand there."""
        self.page.wait_for_function("text => window.told.some((told) => told.includes(text))", arg=text)

    def cursor(self) -> list[dict[str, Any]]:
        """The cursors that are drawn: their size and animation."""
        return list(self.answer.evaluate(_CURSORS))


class Held:
    """Requests of a page that are kept from going on until the test lets them."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self.routes: list[Route] = []
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        self.routes.append(route)

    def let_go(self) -> None:
        """Let the first go on, as soon as it is there."""
        eventually(self._page, lambda: bool(self.routes))
        self.routes.pop(0).continue_()


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that the page's own events bring about."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        page.wait_for_timeout(20)  # meanwhile its events are taken in


_AT_END = """() => {
  const { scrollHeight, scrollTop, clientHeight } = document.getElementById("scroll");
  return scrollHeight - scrollTop - clientHeight < 3;
}"""
_LISTEN = """(places) => {
  window.told = [];
  const placeOf = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest(places.join());
  new MutationObserver((records) => {
    const changed = new Set(records.map(({ target }) => placeOf(target)).filter(Boolean));
    for (const place of changed) if (place.textContent) window.told.push(place.textContent);
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""

# Without a block's direction, code's head and that it can be reached by keys, and what a chip is known to stand for.
_BLOCKS = """blocks => {
  const held = blocks.cloneNode(true);
  for (const block of held.children) block.removeAttribute("dir");
  for (const head of held.querySelectorAll(".code-head")) head.remove();
  for (const pre of held.querySelectorAll(".code pre")) {
    for (const name of ["tabindex", "role", "aria-label"]) pre.removeAttribute(name);
  }
  for (const chip of held.querySelectorAll(".cite")) {
    chip.removeAttribute("tabindex");
    chip.setAttribute("href", "#");
    chip.setAttribute("aria-label", `Source ${chip.dataset.n}`);
  }
  return held.innerHTML;
}"""
_CURSORS = """answer => [...answer.querySelectorAll(".body, .body *")].flatMap((element) => {
  const style = getComputedStyle(element, "::after");
  if (style.content === "none" || style.animationName === "none" && !style.backgroundColor) return [];
  const drawn = style.content === '""' && parseFloat(style.width) > 0;
  return drawn ? [{ animation: style.animationName, width: parseFloat(style.width), in: element.tagName }] : [];
})"""

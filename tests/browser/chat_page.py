"""The page as a person uses it: what to do on it, and what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

UP_MS = 20_000
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
        with self.page.expect_event("requestfinished", lambda request: "async-SSE" in request.url, timeout=UP_MS):
            load()
        expect(self.page.locator("html[data-chat]")).to_be_attached(timeout=UP_MS)

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
        return self.page.url

    def is_streaming(self) -> None:
        expect(self.answer).to_have_attribute("aria-busy", "true")

    def has_ended(self, status: str = "complete") -> None:
        expect(self.answer).to_have_class(f"answer {status}", timeout=10_000)
        expect(self.answer).to_have_attribute("aria-busy", "false")

    def shows(self, text: str) -> None:
        """Wait until the answer's text holds this."""
        expect(self.body).to_contain_text(text, timeout=10_000)

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

    def at_end(self) -> bool:
        """Whether the thread is scrolled to its end."""
        script = "s => s.scrollHeight - s.scrollTop - s.clientHeight < 3"
        return bool(self.scroll.evaluate(script))

    def cursor(self) -> list[dict[str, Any]]:
        """The cursors that are drawn: their size and animation."""
        return list(self.answer.evaluate(_CURSORS))


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

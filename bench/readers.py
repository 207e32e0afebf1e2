"""Who reads the model's stream in the browser: Footnote's page, and the two bare ones that are its floors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from page_watch import ROOT, Watched, watched
from playwright.sync_api import Browser
from stack import QUESTION, Stack

_PRODUCT_ASKS = """query => {
  const box = document.getElementById("query");
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, query);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const now = performance.now();
  document.getElementById("send").click();
  return now;
}"""
_PRODUCT_DONE = """
  document.querySelectorAll("#thread .answer").length === {asked}
  && [...document.querySelectorAll("#thread .answer")].at(-1).getAttribute("aria-busy") === "false"
"""
_BARE_ASKS = "query => { const now = performance.now(); bare.ask(query); return now; }"
FOOTNOTE, LINES, FLUSHED = "footnote", "a node a line", "flushed each 100 ms"


class Reader:
    """One open page that reads answers, and is measured meanwhile."""

    def __init__(self, name: str, page: Watched, stack: Stack) -> None:
        self.name = name
        self.page = page
        self._stack = stack
        self._asked = 0

    def open(self) -> None:
        """Go to its page."""
        if self.name == FOOTNOTE:
            self.page.chat.open(self._stack.url)
        else:
            every = "100" if self.name == FLUSHED else "0"
            self.page.page.goto(f"{self._stack.url}/bare/bare_page.html?every={every}")
        self.page.settle()

    def ask(self, *, traced: bool = False) -> float:
        """Ask, measured from now on; when the button was pressed, on the page's clock."""
        self._asked += 1
        self.page.begin(traced=traced)
        return float(self.page.page.evaluate(_PRODUCT_ASKS if self.name == FOOTNOTE else _BARE_ASKS, QUESTION))

    def read(self, *, traced: bool = False) -> float:
        """Ask, and come back when the answer has ended and the page is at rest; when it was asked."""
        asked = self.ask(traced=traced)
        self.page.wait_until(
            _PRODUCT_DONE.replace("{asked}", str(self._asked)) if self.name == FOOTNOTE else "bare.done"
        )
        self.page.settle()
        return asked

    def busy_ms(self) -> float:
        """The main thread's processor time for one whole answer."""
        self.read()
        return self.page.busy_ms()

    def lags_ms(self) -> tuple[list[float], float]:
        """From the model's chunk to the word on the screen, for each word; and from asking to the first word.

        The latter without the model's own time.
        """
        asked_ms = self.read()
        zero, sent = self.page.clock_s(), self._stack.sent()
        painted: Mapping[str, float] = self.page.page.evaluate("painted.at")
        at = {word: zero + ms / 1000 for word, ms in painted.items()}
        lags = [1000 * (at[word] - when) for when, text in sent.pieces for word in at if word in text]
        first = 1000 * (min(at.values()) - zero) - asked_ms - 1000 * sent.first_s
        return lags, first

    def last_word_ms(self) -> float:
        """From the last word on the wire to the last word on the screen, for one whole answer."""
        self.read()
        painted = self.page.page.evaluate("painted.at.wlast")
        return 1000 * (self.page.clock_s() + painted / 1000 - self._stack.last_word_on_the_wire())


@contextlib.contextmanager
def reading(name: str, browser: Browser, stack: Stack, *, words: bool = False) -> Iterator[Reader]:
    """A fresh page that reads, with nothing asked yet; with ``words`` it notes when each is painted."""
    with watched(browser) as page:
        if words:
            page.page.add_init_script(path=ROOT / "bench" / "painted.js")
        reader = Reader(name, page, stack)
        reader.open()
        yield reader

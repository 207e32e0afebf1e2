"""A story told on one page, state by state, each of them looked at for what would keep somebody out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from axe import COLOURS, findings
from chat_page import ChatPage
from history_page import HistoryPage
from paced_model import Writing
from page_server import PageServer
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 800},
    "zoomed": {"width": 640, "height": 400},  # what is left of the wide window at 200 %
    "narrow": {"width": 320, "height": 640},
}


@dataclass
class Visit:
    """One page that a story is told on."""

    server: PageServer
    context: BrowserContext
    page: Page
    chat: ChatPage
    history: HistoryPage
    writing: Writing | None = None

    @property
    def narrow(self) -> bool:
        return bool(self.page.viewport_size and self.page.viewport_size["width"] < 900)

    def say(self, text: str) -> None:
        """Let the answer that was asked for begin with this."""
        self.writing = self.server.model.asked()
        self.writing.say(text)

    def whole(self, text: str = "So it is [1].") -> None:
        """Let the answer that was asked for be this."""
        self.say(text)
        self.writing.finish()
        self.chat.has_ended()

    def drawer(self) -> None:
        """Where there is little room, the sidebar has to be opened."""
        if self.narrow:
            self.history.toggle.click()


def visit(server: PageServer, new_context: Callable[..., BrowserContext], size: str, **options: object) -> Visit:
    """A page just opened, in a window of this size."""
    context = new_context(viewport=SIZES[size], **options)
    page = context.new_page()
    return Visit(server, context, page, ChatPage(page).open(server.url), HistoryPage(page))


def walk(visit: Visit, states: Sequence[Callable[[Visit], None]]) -> list[str]:
    """What is found in these states, in light and in the dark; each goes on where the last left the page."""
    found = []
    # In the dark only colours can break a rule, and a zoomed window's are the narrow one's.
    looks = [("light", None)] + [("dark", COLOURS)] * (visit.page.viewport_size != SIZES["zoomed"])
    for enter in states:
        enter(visit)
        for scheme, rules in looks:
            visit.page.emulate_media(color_scheme=scheme)
            expect(visit.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            found += [f"{enter.__name__}, {scheme}: {finding}" for finding in findings(visit.page, rules)]
        if wider := overflow(visit.page):
            found.append(f"{enter.__name__}: {wider} px to scroll sideways")
    print(
        f"axe-core: {len(states)} states, {len(looks)} looks at each, {visit.page.viewport_size}: {len(found)} findings"
    )
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page, or what lies over it, is wider than the window."""
    return int(page.evaluate(_OVERFLOW))


# What scrolls by itself, as a table does, may be as wide as it likes.
_OVERFLOW = """() => {
  const own = ".table-scroll, pre, .math-scroll, .source-table";
  const over = document.querySelectorAll("main, #panel, #card, dialog[open], [role=menu]");
  const wide = [document.documentElement, ...over];
  return Math.max(0, ...wide.map((part) => part.checkVisibility() && !part.closest(own)
    ? part.scrollWidth - part.clientWidth : 0));
}"""

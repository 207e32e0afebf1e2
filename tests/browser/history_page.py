"""The sidebar as a person uses it: the conversations, their menu, the search and the toast."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class HistoryPage:
    """The sidebar of one open page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.nav = page.get_by_role("navigation", name="Conversations")
        self.toggle = page.locator("#history-toggle")
        self.new = page.locator("#new")
        self.search = page.get_by_role("searchbox", name="Search the conversations")
        self.list = page.locator("#history-list")
        self.days = self.list.get_by_role("heading", level=3)
        self.links = self.list.get_by_role("link")
        self.titles = self.list.locator(".past-name")
        self.current = self.list.locator("[aria-current=page] .past-name")
        self.running = self.list.locator(".past-running:visible")
        self.menu = page.get_by_role("menu")
        self.field = page.get_by_role("textbox", name="Title of the conversation")
        self.toast = page.get_by_role("group", name="Deleted conversation")
        self.undo = self.toast.get_by_role("button", name="Undo")
        self.announcer = page.locator("#announcer")
        self.alerts = page.locator("#alerts")

    def link(self, title: str) -> Locator:
        """The conversation of this title."""
        return self.links.filter(has_text=title)

    def open_menu(self, title: str) -> None:
        """Open a conversation's menu with the pointer."""
        self.list.get_by_role("listitem").filter(has_text=title).first.hover()
        self.list.get_by_role("button", name=f"More for “{title}”").first.click()
        expect(self.menu).to_be_visible()

    def choose(self, title: str, entry: str) -> None:
        """Choose an entry of a conversation's menu."""
        self.open_menu(title)
        self.menu.get_by_role("menuitem", name=entry).click()

    def shows(self, *titles: str) -> None:
        """Wait until exactly these are listed, in this order."""
        expect(self.titles).to_have_text(list(titles))

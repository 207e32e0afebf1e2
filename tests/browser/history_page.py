"""The sidebar as a person uses it: the conversations, their menu, the search and the toast."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import httpx
from page_server import PageServer
from playwright.sync_api import Locator, Page, expect

PATIENCE_S = 30


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
        self.toast = page.get_by_role("region", name="Deleted conversation")
        self.undo = self.toast.get_by_role("button", name="Undo")
        self.announcer = page.locator("#announcer")
        self.alerts = page.locator("#alerts")

    def link(self, title: str) -> Locator:
        """The conversation of this title."""
        return self.links.filter(has_text=title)

    def more(self, title: str) -> Locator:
        """The button that opens a conversation's menu."""
        return self.list.get_by_role("button", name=f"More for “{title}”")

    def choose(self, title: str, entry: str) -> None:
        """Choose an entry of a conversation's menu with the pointer."""
        self.link(title).hover()
        self.more(title).click()
        self.menu.get_by_role("menuitem", name=entry).click()

    def shows(self, *titles: str) -> None:
        """Wait until exactly these are listed, in this order."""
        expect(self.titles).to_have_text(list(titles))


def call(server: PageServer, method: str, path: str, body: object = None) -> Any:
    """The JSON that a request under the contract's path answers with."""
    response = httpx.request(method, f"{server.url}/api/chat{path}", json=body, timeout=PATIENCE_S)
    response.raise_for_status()
    return response.json() if response.content else None


def kept(server: PageServer) -> list[str]:
    """The titles of the conversations on the server, newest first."""
    return [session["title"] for session in call(server, "GET", "/sessions")["sessions"]]


def empty(server: PageServer) -> None:
    """No conversation is left on the server."""
    for session in call(server, "GET", "/sessions")["sessions"]:
        call(server, "DELETE", f"/sessions/{session['session_id']}")


def answered(server: PageServer, *questions: str, said: str = "So it is.", **asked: object) -> str:
    """Ask in one conversation and have each question answered; the conversation's id.

    ``asked`` are further fields of each question, such as ``session_id`` or ``replaces``.
    """
    body = {"session_id": str(uuid4())} | asked
    for question in questions:
        answer = call(server, "POST", "/answers", body | {"query": question})["answer_id"]
        writing = server.model.asked()
        writing.say(said)
        writing.finish()
        until(lambda id=answer: call(server, "GET", f"/answers/{id}")["status"] == "complete")
    return str(body["session_id"])


def until(holds: Any) -> None:
    """Wait until something holds, within bounds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.02)

"""Each address of the app shows what stands there, and one that nothing stands at says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

PLACES = {
    "/": "conversation",
    "/?source=nothing": "conversation",
    "/c/00000000-0000-4000-8000-00000000000A": "conversation",
    "/library": "library",
    "/settings": "settings",
}
NOWHERE = ["/nowhere", "/library/x", "/Library", "/c/", "/c/not-an-id", "/c/%3Cimg%3E", "/a/b?c=d"]


@pytest.mark.console("404")
def test_the_server_and_the_page_agree_where_something_stands(context: BrowserContext, server) -> None:
    page = context.new_page()
    for path, view in PLACES.items() | dict.fromkeys(NOWHERE, "nowhere").items():
        reply = page.goto(f"{server.url}{path}", wait_until="commit")
        assert (path, reply and reply.status) == (path, 404 if view == "nowhere" else 200)
        expect(page.locator("html")).to_have_attribute("data-view", view)


@pytest.mark.console("404")
def test_where_nothing_stands_the_page_says_so_in_the_readers_language_with_a_way_on(new_context, server) -> None:
    page = new_context(locale="de-DE").new_page()
    page.goto(f"{server.url}/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unter dieser Adresse gibt es nichts")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Hier ist nichts · Footnote")
    expect(page.get_by_role("textbox", name="Ihre Frage")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/")
    expect(page.locator("#query")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_be_focused()

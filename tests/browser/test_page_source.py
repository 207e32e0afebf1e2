"""The source beside the answer: opened from a citation, marked, searched, linked to, and closed again."""

from __future__ import annotations

import re

import pytest
from chat_page import ChatPage
from playwright.sync_api import Page, expect

NARROW = {"width": 390, "height": 780}


def _panel(page: Page):
    return page.locator("#panel")


def _answered(chat: ChatPage) -> None:
    """An answer from the sample: its first source is a recording."""
    chat.ask()
    chat.has_ended()


def _in_view(page: Page, selector: str) -> bool:
    script = """selector => {
      const [line, body] = [selector, ".panel-body"].map((s) => document.querySelector(s).getBoundingClientRect());
      return line.top >= body.top && line.bottom <= body.bottom;
    }"""
    return bool(page.evaluate(script, selector))


def test_a_transcript_opens_at_the_quoted_sentence_and_its_address_leads_there(context, sample_server):
    sample_server.wait_until_up()
    page = context.new_page()
    chat = ChatPage(page).open(sample_server.url)
    _answered(chat)
    before = page.url
    card = page.locator(".source-title").first
    card.click()
    panel = _panel(page)
    expect(panel.get_by_role("heading", name="Depot review")).to_be_focused()
    marks = panel.locator(".cited mark")
    expect(marks.first).to_contain_text("We raise the battery swap threshold")
    page.wait_for_function("document.querySelector('#panel mark').getBoundingClientRect().top > 0")
    assert _in_view(page, "#panel mark")
    names = panel.locator(".speaker")
    colours = dict(names.evaluate_all("all => all.map((n) => [n.textContent, getComputedStyle(n).color])"))
    assert len(colours) == len(set(colours.values())) >= 4, "each speaker has a colour of their own"
    expect(panel.locator(".part:has(mark) .part-time").first).to_have_text(re.compile(r"^\d+:\d\d$"))

    query = panel.get_by_role("searchbox", name="Search in this source")
    query.fill("BATTERY")
    expect(panel.get_by_role("status")).to_have_text(re.compile(r"^\d of 3$"))
    first = panel.get_by_role("status").inner_text()
    query.press("Shift+Enter")
    expect(panel.get_by_role("status")).not_to_have_text(first)
    query.fill("no such words")
    expect(panel.get_by_role("status")).to_have_text("Not found")
    query.press("Escape")
    expect(query).to_have_value("")

    link = page.url
    assert link != before
    query.press("Escape")
    expect(panel).to_be_hidden()
    expect(card).to_be_focused()
    page.wait_for_url(before)
    page.go_forward()
    expect(marks.first).to_be_visible()
    page.go_back()
    expect(panel).to_be_hidden()

    page.set_viewport_size(NARROW)
    page.goto(link)
    expect(page.get_by_role("dialog", name="Depot review")).to_be_visible()
    expect(marks.first).to_contain_text("We raise the battery swap threshold")
    assert page.locator("#scroll").evaluate("scroll => scroll.inert")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert not page.locator("#scroll").evaluate("scroll => scroll.inert")


@pytest.mark.console("404")
def test_a_link_to_what_is_not_there_says_so(context, sample_server):
    sample_server.wait_until_up()
    page = context.new_page()
    ChatPage(page).open(f"{sample_server.url}/library?source=recordings/nowhere&passage=recordings/nowhere%230")
    expect(_panel(page)).to_contain_text("no longer in the library")
    page.goto(f"{sample_server.url}/?source=recordings/2026-03-12-depot-review&passage=gone%230")
    expect(_panel(page)).to_contain_text("no longer stands in it")
    expect(_panel(page).locator(".part").first).to_contain_text("Morning, everyone")

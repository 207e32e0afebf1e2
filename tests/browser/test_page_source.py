"""The source beside the answer: opened from a citation, marked, searched, linked to, and closed again."""

from __future__ import annotations

import re

import pytest
from chat_page import ChatPage
from page_server import served
from playwright.sync_api import Page, expect
from source_library import library

from footnote.parts import parts
from footnote.settings import Settings

_ORIGINALS = "its originals, a PDF's pages and a recording's sound, are files beside the embedded library"
_OWN = "it starts servers of its own, with the parts that it names"

NARROW = {"width": 390, "height": 780}


def _panel(page: Page):
    return page.locator("#panel")


def _answered(chat: ChatPage) -> None:
    """An answer from the sample: its first source is a recording."""
    chat.ask()
    chat.has_ended()


def _is_in_view(page: Page, selector: str) -> None:
    script = """selector => {
      const [line, body] = [selector, ".panel-body"].map((s) => document.querySelector(s).getBoundingClientRect());
      return line.height > 0 && line.top >= body.top && line.bottom <= body.bottom;
    }"""
    page.wait_for_function(script, arg=selector)


@pytest.mark.embedded_only(_OWN)
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
    _is_in_view(page, "#panel mark")
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

    link = page.evaluate("location.href")
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
    page.keyboard.press("n")  # a shortcut of what lies behind
    assert page.evaluate("location.href") == link
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert not page.locator("#scroll").evaluate("scroll => scroll.inert")


@pytest.mark.embedded_only(_OWN)
def test_a_copied_link_leads_to_the_source_beside_its_answer(context, sample_server):
    """In a tab of its own: the same document, passage and sentences, the answer, and the way through what it cites."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sample_server.wait_until_up()
    page = context.new_page()
    chat = ChatPage(page).open(sample_server.url)
    _answered(chat)
    cited = chat.answer.locator(".blocks .cite")
    cited.first.click()
    expect(_panel(page).locator("mark").first).to_be_in_viewport()
    marked = _panel(page).locator("mark").all_inner_texts()
    assert re.search(r"We raise .* Priya reports every Friday\.", " ".join(marked)), "all that the chip stands behind"
    expect(cited.first).to_have_attribute("aria-current", "true")
    _panel(page).get_by_role("button", name="Copy link to this place").click()
    expect(page.locator("#announcer")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")

    other = context.new_page()
    there = ChatPage(other).open(link)
    expect(_panel(other).get_by_role("heading", name="Depot review")).to_be_visible()
    expect(_panel(other).locator("mark").first).to_be_visible()
    assert _panel(other).locator("mark").all_inner_texts() == marked
    expect(there.answer.locator(".blocks .cite").first).to_have_attribute("aria-current", "true")
    expect(there.answer).to_be_in_viewport()
    _panel(other).get_by_role("button", name="Close the source").click()
    expect(there.answer.locator("[aria-current]")).to_have_count(0)


@pytest.mark.console("404")
@pytest.mark.embedded_only(_OWN)
def test_a_link_to_what_is_not_there_says_so(context, sample_server):
    sample_server.wait_until_up()
    page = context.new_page()
    ChatPage(page).open(f"{sample_server.url}/library?source=recordings/nowhere&passage=recordings/nowhere%230")
    expect(_panel(page)).to_contain_text("no longer in the library")
    page.goto(f"{sample_server.url}/?source=recordings/2026-03-12-depot-review&passage=gone%230")
    expect(_panel(page)).to_contain_text("no longer stands in it")
    expect(_panel(page).locator(".part").first).to_contain_text("Morning, everyone")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """The page with a library of one of each kind of source."""
    folder = tmp_path_factory.mktemp("shelf")
    with served(parts(Settings(data=folder / "data", library=library(folder / "library")))) as server:
        yield server


@pytest.mark.embedded_only(_ORIGINALS)
def test_a_pdf_is_its_pages_a_table_its_rows_and_a_recording_is_heard(context, shelf):
    page = context.new_page()
    panel = _panel(page)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))

    quote = "Docking faults are the largest subject."
    ChatPage(page).open(f"{shelf.url}/?source=winter-report-2025-26&passage=winter-report-2025-26%233&quote={quote}")
    sheet = panel.locator(".page-sheet").nth(1)
    expect(panel.get_by_role("img", name="Page 2")).to_be_visible()
    expect(sheet.locator(".outline")).to_have_count(1)
    expect(sheet.locator("mark")).to_have_text(quote)
    place, outline = (sheet.locator(part).bounding_box() for part in (".quote", ".outline"))
    assert outline["y"] < place["y"] < outline["y"] + outline["height"], "the sentence stands in its passage"
    _is_in_view(page, "#panel .quote")
    query = panel.get_by_role("searchbox", name="Search in this source")
    query.fill("refurbished pack")
    expect(sheet.locator(".found.now")).to_have_count(1)
    expect(panel.get_by_role("status")).to_have_text("1 of 1")
    assert not [url for url in loaded if "ag_grid" in url], "the grid is loaded with the first table"

    page.goto(f"{shelf.url}/?source=station-figures&passage=station-figures%232&quote=station: Lido; town: Ternmouth")
    row = panel.get_by_role("row", name="Lido")
    expect(row).to_have_class(re.compile("row-cited"))
    expect(row).to_be_in_viewport()
    panel.get_by_role("searchbox").fill("commuters from 06:30")
    expect(panel.get_by_role("row", name="Central Station")).to_have_class(re.compile("row-now"))
    expect(panel.get_by_role("row", name="Central Station")).to_be_in_viewport()

    page.goto(f"{shelf.url}/?source=meeting&passage=meeting%230&quote=The pier opens in May.")
    player = panel.locator("audio")
    expect(panel.locator("mark")).to_have_text("The pier opens in May.")
    page.wait_for_function("() => document.querySelector('#panel audio').currentTime === 10")
    assert player.evaluate("player => player.paused"), "a link plays nothing by itself"
    expect(panel.locator(".part[aria-current]")).to_contain_text("The pier opens")
    panel.get_by_role("button", name="Play from 0:20").click()
    page.wait_for_function("() => document.querySelector('#panel audio').currentTime > 20")
    expect(panel.locator(".part[aria-current]")).to_contain_text("Who pays")
    panel.get_by_role("button", name="Close the source").click()
    assert page.locator("audio").count() == 0


_ONE_AFTER_ANOTHER = """async (documents) => {
  for (const document of documents) {
    footnote.source.open({ document, passage: `${document}#1`, quote: "the" });
    const titled = () => !/…$/.test(window.document.querySelector(".source-name").textContent);
    while (!titled()) await new Promise(requestAnimationFrame);
  }
}"""


@pytest.mark.embedded_only(_ORIGINALS)
def test_sources_that_are_left_at_once_leave_nothing_behind(context, shelf):
    """Whatever is still on its way for one that is shown no more comes to nothing, and what is shown is whole."""
    page = context.new_page()
    ChatPage(page).open(shelf.url)
    page.evaluate(_ONE_AFTER_ANOTHER, ["station-figures", "winter-report-2025-26", "station-figures", "meeting"])
    panel = _panel(page)
    panel.get_by_role("searchbox").fill("pier")
    expect(panel.locator(".source-count")).to_have_text("1 of 2")
    assert page.evaluate("CSS.highlights.has('source-found')")
    page.evaluate(_ONE_AFTER_ANOTHER, ["winter-report-2025-26", "meeting", "station-figures"])
    assert not page.evaluate("CSS.highlights.has('source-found')")
    expect(panel.locator(".row-cited").first).to_be_visible()
    expect(panel.locator(".ag-root-wrapper")).to_have_count(1)
    page.evaluate(_ONE_AFTER_ANOTHER, ["winter-report-2025-26"])
    page.evaluate("() => { document.querySelector('.source-query').value = 'a'; footnote.source.close(); }")
    expect(panel).to_be_hidden()
    page.wait_for_load_state("networkidle")

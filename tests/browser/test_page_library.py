"""The library's page: files come by drag and drop, are found, tagged and asked about, and go for good."""

from __future__ import annotations

import pytest
from chat_page import ChatPage
from page_server import sample, served
from playwright.sync_api import expect

MINUTES = "Ann: The pier opens in May.\n\nBen: And the ferry to the island in June."
DROP = """files => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
  window.carried = carried;
}"""
LET_GO = """() => document.body.dispatchEvent(
  new DragEvent("drop", { dataTransfer: window.carried, bubbles: true, cancelable: true }))"""


@pytest.fixture
def own_server(tmp_path):
    """A library of the test's own, for it is changed."""
    with served(sample(tmp_path)) as server:
        yield server


@pytest.fixture
def shelf(context, own_server):
    page = ChatPage(context.new_page()).open(f"{own_server.url}/library").page
    expect(page.locator(".holding")).to_have_count(6)
    return page


def kept(server):
    files = server.parts.settings.files
    return sorted(file.name for file in files.rglob("*") if file.is_file())


@pytest.mark.console("400")
def test_files_are_dropped_found_tagged_asked_about_and_removed(shelf, own_server):
    page, rows = shelf, shelf.locator(".holding")
    files = [["2026-11-20-harbour_minutes.txt", MINUTES], ["prices.csv", "stop,price\nPier,3\n"], ["bad.pdf", "%PDF-"]]
    page.evaluate(DROP, files)
    expect(page.locator("#drop")).to_be_visible()
    page.evaluate(LET_GO)
    expect(page.locator("#drop")).to_be_hidden()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    expect(rows).to_have_count(8)
    expect(page.locator(".library-line")).to_have_text("4 recordings · 4 documents")
    failed = page.locator(".upload[data-state=failed]")
    expect(failed).to_contain_text("bad.pdf")
    expect(failed).to_contain_text("PDF")
    expect(page.locator(".upload")).to_have_count(1)  # what is done leaves, what failed stays
    page.get_by_role("button", name="Dismiss bad.pdf").click()
    expect(failed).to_have_count(0)
    assert kept(own_server) == ["2026-11-20-harbour_minutes.txt", "prices.csv"]

    page.get_by_role("searchbox", name="Search by title").fill("harbour")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Nov 20, 2026")
    expect(rows).to_contain_text("Searchable")
    rows.get_by_role("button", name="Tags of").press("Enter")
    page.keyboard.type("board,  spring 2026")
    page.keyboard.press("Enter")
    expect(rows.locator(".tag")).to_have_text(["board", "spring 2026"])
    expect(rows.get_by_role("button", name="Tags of")).to_be_focused()
    page.get_by_role("searchbox", name="Search by title").fill("spring")
    expect(rows).to_have_count(1)

    rows.get_by_role("button", name="Ask about Harbour minutes").click()
    expect(page.locator("#query")).to_be_focused()
    expect(page.locator(".dock")).to_contain_text("Harbour minutes")

    page.go_back()
    expect(rows).to_have_count(1)
    remove = rows.get_by_role("button", name="Remove Harbour minutes")
    remove.press("Enter")
    dialog = page.get_by_role("dialog", name="Remove this document?")
    expect(dialog).to_contain_text("Harbour minutes")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    remove.click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator(".library-empty")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search by title")).to_be_focused()
    assert kept(own_server) == ["prices.csv"]


@pytest.mark.console("409")
def test_another_file_of_a_name_replaces_only_when_it_is_told_to(shelf, own_server):
    page = shelf
    choose = page.locator(".bring input")
    choose.set_input_files({"name": "minutes.txt", "mimeType": "text/plain", "buffer": MINUTES.encode()})
    expect(page.locator(".holding")).to_have_count(7)
    expect(page.locator(".upload")).to_have_count(0)
    choose.set_input_files({"name": "minutes.txt", "mimeType": "text/plain", "buffer": b"Eve: The pier stays shut."})
    failed = page.locator(".upload[data-state=failed]")
    expect(failed).to_contain_text("already")
    failed.get_by_role("button", name="Replace it: minutes.txt").click()
    expect(page.locator(".holding").filter(has_text="Minutes")).to_contain_text("Eve")
    assert kept(own_server) == ["minutes.txt"]


def test_on_a_narrow_screen_documents_are_cards_in_a_chosen_order(shelf):
    page = shelf
    page.set_viewport_size({"width": 320, "height": 700})
    page.get_by_role("combobox", name="Sort by").select_option("date")
    expect(page.locator(".holding-open").first).to_have_text("Station moves")
    assert page.evaluate("document.querySelector('.library').scrollWidth") == 320
    page.get_by_role("button", name="Tables 1").click()
    expect(page.get_by_role("row", name="Station figures")).to_be_visible()
    expect(page.locator(".holding")).to_have_count(1)

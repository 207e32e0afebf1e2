"""The library's page: files come by drag and drop, are found, tagged and asked about, and go for good."""

from __future__ import annotations

import pytest
from chat_page import ChatPage, Held, eventually
from page_server import sample, served
from playwright.sync_api import expect

pytestmark = pytest.mark.embedded_only(
    "files are taken in, tagged and removed on the page; an index is changed in Unity Catalog"
)

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
    expect(failed.locator(".upload-name")).to_have_text("bad.pdf")
    expect(failed.locator(".upload-says")).to_contain_text("It isn't a readable PDF")
    expect(page.locator(".upload")).to_have_count(1)  # what is done leaves, what failed stays
    page.get_by_role("button", name="Dismiss bad.pdf").click()
    expect(failed).to_have_count(0)
    assert kept(own_server) == ["2026-11-20-harbour_minutes.txt", "prices.csv"]

    page.get_by_role("searchbox", name="Search by title").fill("harbour")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 found")).to_be_attached()
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
    rows.get_by_role("button", name="Harbour minutes", exact=True).click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("And the ferry to the island in June.")
    panel.get_by_role("button", name="Close").click()
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


@pytest.mark.console("409", "400")
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

    page.context.add_cookies([{"name": "footnote-language", "value": "de", "url": own_server.url}])
    page.reload()
    choose.set_input_files({"name": "minutes.txt", "mimeType": "text/plain", "buffer": b"Eve: It opens."})
    expect(failed).to_contain_text(
        "Die Bibliothek hat schon ein anderes Dokument dieses Namens, aus der Datei minutes.txt"
    )
    expect(failed.get_by_role("button", name="Ersetzen: minutes.txt")).to_be_visible()
    choose.set_input_files({"name": "leer.csv", "mimeType": "text/csv", "buffer": b"nur,der,Kopf\n"})
    expect(failed.last).to_contain_text("Die Datei enthält keinen Text.")


def test_each_file_that_cannot_be_taken_in_is_named_with_its_reason_and_many_leave_at_once(shelf, own_server):
    page = shelf
    posted = []
    page.on("request", lambda request: posted.append(request.method) if request.method == "POST" else None)
    page.evaluate("footnote.library.list().uploads.max_bytes = 1000")
    files = [["photo.PNG", "x"], ["empty.txt", ""], ["long.txt", "word " * 201], ["noending", "x"]]
    page.evaluate(DROP, files)
    page.evaluate(LET_GO)
    failed = page.locator(".upload[data-state=failed]")
    expect(failed).to_have_count(4)
    reasons = [".png can't", "is empty", "larger than 1 kB", "can't be taken in"]
    for one, says in zip(failed.all(), reasons, strict=True):
        expect(one).to_contain_text(says)
    expect(page.get_by_role("alert").filter(has_text="4 files could not be taken in.")).to_be_attached()
    expect(page.locator(".uploads-says")).to_have_text("4 files could not be taken in.")
    assert posted == [], "what need not be sent is not"
    page.get_by_role("button", name="Dismiss failed").press("Enter")
    expect(page.locator(".uploading")).to_be_hidden()
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()
    assert kept(own_server) == []


def test_files_wait_for_their_turn_and_can_be_cancelled_and_too_many_are_told_of(shelf, own_server):
    page = shelf
    held = Held(page, "**/api/library/documents")
    page.evaluate(DROP, [[f"{n}.txt", MINUTES] for n in range(502)])
    page.evaluate(LET_GO)
    expect(page.locator(".uploads-says")).to_contain_text("500 files on their way. No more than 500 files")
    expect(page.locator(".upload").filter(has_text="Waiting")).to_have_count(497)
    page.get_by_role("button", name="Cancel 0.txt").click()
    expect(page.locator(".upload").filter(has_text="Waiting")).to_have_count(496)
    eventually(page, lambda: len(held.routes) == 4)
    page.get_by_role("button", name="Cancel all").click()
    expect(page.locator(".upload")).to_have_count(0)
    assert len(held.routes) == 4
    assert kept(own_server) == []


def test_what_is_being_typed_stays_when_another_list_comes(shelf):
    page = shelf
    moves = page.get_by_role("row", name="Station moves")
    moves.get_by_role("button", name="Tags of").click()
    page.keyboard.type(", spri")
    report = {"name": "a.txt", "mimeType": "text/plain", "buffer": MINUTES.encode()}
    page.locator(".bring input").set_input_files(report)
    expect(page.locator(".holding")).to_have_count(7)
    expect(page.locator(".tag-field")).to_be_focused()
    page.keyboard.type("ng")
    page.keyboard.press("Escape")
    expect(moves.locator(".tag")).to_have_text(["recordings"])
    moves.get_by_role("button", name="Tags of").click()
    page.keyboard.type(", spring")
    page.keyboard.press("Enter")
    expect(moves.locator(".tag")).to_have_text(["recordings", "spring"])


@pytest.mark.console("404")
def test_what_a_removed_document_was_cited_for_stays_to_be_read(context, own_server):
    chat = ChatPage(context.new_page()).open(own_server.url)
    page = chat.page
    chat.ask()
    writing = own_server.model.asked()
    writing.say("So it is [1].")
    writing.finish()
    chat.has_ended()
    title = chat.sources.first.locator(".source-title").inner_text()
    conversation = page.url
    page.get_by_role("link", name="Library").click()
    page.get_by_role("row", name=title).get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(".holding")).to_have_count(5)

    page.goto(conversation)
    chat.has_ended()
    chip = page.locator(".blocks .cite")
    chip.hover()
    card = page.locator("#card")
    expect(card).to_contain_text(title)
    expect(card.get_by_role("blockquote")).not_to_be_empty()
    expect(card).to_contain_text("or no longer. This is what the answer was given.")
    chip.click()
    expect(page.locator("#panel")).to_contain_text("no longer in the library")


def test_on_a_narrow_screen_documents_are_cards_in_a_chosen_order(shelf):
    page = shelf
    expect(page.get_by_text("managed in Unity Catalog")).to_be_hidden()
    page.set_viewport_size({"width": 320, "height": 700})
    page.get_by_role("combobox", name="Sort by").select_option("date")
    expect(page.locator(".holding-open").first).to_have_text("Station moves")
    assert page.evaluate("document.querySelector('.library').scrollWidth") == 320
    page.get_by_role("button", name="Tables 1").click()
    expect(page.get_by_role("row", name="Station figures")).to_be_visible()
    expect(page.locator(".holding")).to_have_count(1)
    expect(page.get_by_role("button", name="Tags of Station figures")).to_be_visible()
    page.get_by_role("button", name="Remove Station figures").click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Ask about Station figures").click()
    expect(page.locator(".dock")).to_contain_text("Station figures")


def test_two_thousand_documents_come_as_they_are_scrolled_to(context, server):
    one = {"kind": "text", "file": "a.txt", "date": None, "duration_s": None, "words": 10, "speakers": [], "tags": []}
    one |= {"indexed_at": None, "removable": False, "returns": False}
    many = [one | {"id": f"d{n}", "title": f"Number {n}"} for n in range(2000)]
    page = context.new_page()
    listed = {"documents": many, "uploads": None, "managed_elsewhere": True}
    page.route("**/api/library/documents", lambda route: route.fulfill(json=listed))
    ChatPage(page).open(f"{server.url}/library")
    rows = page.locator(".holding")
    expect(rows).to_have_count(100)
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(200)
    for offered in (".bring", ".tag-edit", ".icon-bin"):
        expect(page.locator(f"#library {offered}").locator("visible=true")).to_have_count(0)
    expect(page.get_by_text("managed in Unity Catalog")).to_be_visible()
    page.get_by_role("searchbox", name="Search by title").fill("1999")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Number 1999")

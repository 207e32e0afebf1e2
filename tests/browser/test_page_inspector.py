"""How an answer was found: looked at, and asked again without some of it."""

import json
import re

from chat_page import ChatPage
from playwright.sync_api import expect

from footnote.chat import Usage
from footnote.page.texts import Texts


def test_an_answer_is_inspected_and_asked_again_without_two_of_its_sources(new_context, server, form):
    """By the keyboard; the new version's search leaves them out, its line says so, and a reload knows it too."""
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    chat = ChatPage(context.new_page()).open(server.url)
    chat.ask("What about the bikes?")
    writing = server.model.asked()
    given = [passage.id for passage in writing.prompt.passages]
    writing.say("It says so [1].")
    counted = None if form == "embedded" else 56  # an endpoint tells both or none
    writing.finish(usage=Usage(1234, counted))
    chat.has_ended()
    inspector = chat.answer.locator(".inspection")
    expect(inspector.locator("table")).to_have_count(0)
    inspector.locator("summary").press("Enter")
    expect(inspector.locator(".inspection-queries li")).to_have_text(["What about the bikes?"])
    expect(inspector.locator(".kept tbody tr")).to_have_count(len(given))
    expect(inspector.locator(".dropped tbody tr")).to_have_count(8)
    expect(inspector.locator(".inspection-time dd").last).to_have_text(re.compile(r"\d m?s"))
    expect(inspector.locator(".inspection-facts dd")).to_contain_text(
        [server.model.name, "1,234", str(counted or "not told")]
    )
    inspector.get_by_role("button", name="Copy as JSON").click()
    expect(chat.page.locator("#announcer")).to_have_text(Texts("en")("inspection.copied"))
    told = json.loads(chat.page.evaluate("navigator.clipboard.readText()"))
    assert [found["passage_id"] for found in told["passages"] if "n" in found] == given
    again = inspector.get_by_role("button", name="Ask again without")
    expect(again).to_be_hidden()
    for n in (1, 3):
        inspector.get_by_role("checkbox", name=f"Use source {n}:").press("Space")
    expect(again).to_have_text("Ask again without 2 sources")
    again.press("Enter")
    writing = server.model.asked()
    first = writing.prompt.passages[0]
    assert not {given[0], given[2]} & {passage.id for passage in writing.prompt.passages}
    writing.finish()
    chat.has_ended()
    expect(chat.versions).to_contain_text("2 of 2")
    indexed = ", index of .*" if form == "embedded" else ""  # an index in Unity Catalog doesn't say when
    said = re.compile(rf"^Searched all 6 documents{indexed} · without 2 sources$")
    expect(chat.stage).to_have_text(said)
    chat.reload()
    expect(chat.stage).to_have_text(said)
    chat.answer.locator(".inspection summary").click()
    chat.answer.locator(".found-choice input").first.uncheck()
    chat.answer.get_by_role("checkbox", name="Leave out all of").check()
    chat.answer.get_by_role("button", name="Ask again without 1 whole document").click()
    writing = server.model.asked()
    assert first.document_id not in {passage.document_id for passage in writing.prompt.passages}
    writing.finish()
    chat.has_ended()
    expect(chat.stage).to_contain_text("Searched 5 of 6 documents")
    expect(chat.stage).to_contain_text("without 2 sources")


def test_the_inspector_fits_a_narrow_page(new_context, server):
    chat = ChatPage(new_context(viewport={"width": 320, "height": 640}).new_page()).open(server.url)
    chat.ask("What about the bikes?")
    server.model.asked().finish()
    chat.has_ended()
    chat.answer.locator(".inspection summary").click()
    expect(chat.answer.locator(".found").first).to_be_visible()
    assert chat.scroll.evaluate("scroll => scroll.scrollWidth <= scroll.clientWidth")

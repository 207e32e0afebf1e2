"""A conversation of 200 answers: what is not near is not in the document, and all of it can be reached."""

from __future__ import annotations

import pytest
from chat_page import PATIENCE_MS, ChatPage
from history_page import HistoryPage
from playwright.sync_api import expect

from held_conversation import held

_PAPER = """() => {
  window.print = () => { dispatchEvent(new Event("beforeprint")); window.printed = true; };
}"""
NODES = "document.querySelectorAll('#thread *').length"


@pytest.fixture
def conversation(server):
    """Its id, and those of its answers."""
    session, ids = held(server.parts.log, user=server.user)
    yield session, ids
    server.parts.log.delete(session)


@pytest.mark.console("503")
def test_a_conversation_of_200_answers_is_read_from_its_end_to_its_beginning(context, server, conversation):
    session, ids = conversation
    chat = ChatPage(context.new_page()).open(f"{server.url}/c/{session}")
    page = chat.page
    answer = lambda n: page.locator(f"#a-{ids[n - 1]}")  # noqa: E731
    expect(chat.questions).to_have_count(10)
    expect(chat.questions.last).to_have_text("Question 200 of many?")
    chat.is_at_end()

    # For the keyboard and for who listens: a button. The focus goes to the question before the first one.
    earlier = page.get_by_role("button", name="Show earlier questions (190)")
    earlier.focus()
    page.keyboard.press("Enter")
    expect(chat.questions).to_have_count(20)
    expect(chat.questions.filter(has_text="Question 190 of many?")).to_be_focused()

    # Going up brings the next part, and what is read stays where it is.
    top = chat.questions.filter(has_text="Question 181 of many?")
    chat.scroll.evaluate("scroll => scroll.scrollTop = 300")
    before = top.bounding_box()["y"]
    expect(chat.questions).to_have_count(30)
    assert abs(top.bounding_box()["y"] - before) < 2

    # Where it can't be had, the button says so, and is the way to try again.
    refuse = lambda route: route.fulfill(status=503, json={"error": {}})  # noqa: E731
    page.route("**/sessions/*before=*", refuse)
    chat.scroll.evaluate("scroll => scroll.scrollTop = 0")
    lost = page.get_by_role("button", name="The earlier questions could not be loaded. Try again")
    expect(lost).to_be_visible()
    page.unroute("**/sessions/*before=*", refuse)
    lost.click()
    expect(chat.questions).to_have_count(40)

    # A link to an old answer brings all between; what is far is a place of its height.
    page.evaluate("id => { location.hash = `a-${id}`; }", ids[4])
    expect(answer(5)).to_be_focused()
    expect(answer(5)).to_contain_text("What was said of it (5)")
    page.wait_for_function(f"() => {NODES} < 6000")
    far = answer(151)
    folded = "a => a.childElementCount === 0 && a.offsetHeight > 300"
    page.wait_for_function(folded, arg=far.element_handle())

    # It is there again once it is near, as it was.
    far.scroll_into_view_if_needed()
    expect(far).to_contain_text("What was said of it (151)")
    assert far.evaluate("a => a.style.height") == ""
    expect(far.locator(".source").first).to_be_visible()
    far.locator(".sources > summary").click()
    expect(far.locator(".source").first).to_be_hidden()


def test_what_is_not_on_the_page_is_found_all_the_same(context, server, conversation):
    session, ids = conversation
    chat = ChatPage(context.new_page()).open(f"{server.url}/c/{session}#a-{ids[170]}")
    expect(chat.page.locator(f"#a-{ids[170]}")).to_be_focused()
    expect(chat.questions).to_have_count(40)

    # What is asked in another tab comes to its place, and nothing between is missed.
    other = ChatPage(context.new_page()).open(f"{server.url}/c/{session}")
    expect(other.questions).to_have_count(10)
    other.ask("And what of another tab?")
    server.model.asked().finish()
    expect(chat.questions.last).to_have_text("And what of another tab?")
    expect(chat.questions).to_have_count(41)

    # Paper has all of it, and so has the search.
    chat.page.evaluate(_PAPER)
    chat.page.locator(f"#a-{ids[170]}").get_by_role("button", name="Export the answer").click()
    chat.page.get_by_role("menuitem", name="Print the conversation").click()
    chat.page.wait_for_function("() => window.printed", timeout=3 * PATIENCE_MS)
    expect(chat.page.locator("#thread .body table")).to_have_count(len(ids))
    history = HistoryPage(chat.page)
    history.search.fill("was said of it (3)")
    history.shows("Question 1 of many?")

"""The sidebar lists the user's conversations, finds them, opens them, and keeps up with what changes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from chat_page import ChatPage
from history_page import HistoryPage, answered, call, empty, kept
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=\"window.owned='title'\"><b>bold</b> \"'&amp; " + "unbreakable" * 11


@pytest.fixture(autouse=True)
def _nothing_kept(server):
    empty(server)


@pytest.fixture
def past(chat) -> HistoryPage:
    return HistoryPage(chat.page)


def opened(context, server, path: str = "") -> tuple[ChatPage, HistoryPage]:
    page = context.new_page()
    return ChatPage(page).open(server.url + path), HistoryPage(page)


def test_without_a_conversation_the_sidebar_says_what_will_be_there(past):
    expect(past.nav).to_be_visible()
    expect(past.list).to_have_text("What you ask is kept here.")


def test_a_question_is_listed_at_once_marked_while_it_is_answered_and_then_no_more(chat, past, model):
    chat.ask("Who owns the threshold?")
    past.shows("Who owns the threshold?")
    writing = model.asked()
    expect(past.current).to_have_text("Who owns the threshold?")
    expect(past.running).to_have_count(1)
    expect(past.link("Who owns")).to_have_accessible_name(re.compile("being answered"))
    expect(chat.page).to_have_title("Who owns the threshold? · Footnote")
    writing.finish()
    chat.has_ended()
    expect(past.running).to_have_count(0)
    past.new.click()
    expect(past.current).to_have_count(0)
    expect(chat.page).to_have_title("Footnote")
    past.shows("Who owns the threshold?")


def test_conversations_stand_newest_first_under_the_days_of_the_readers_clock_and_language(new_context, server):
    answered(server, "The older?")
    answered(server, "The newer?")
    page = new_context(locale="en-GB", timezone_id="UTC").new_page()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))
    ChatPage(page).open(server.url)
    past = HistoryPage(page)
    past.shows("The newer?", "The older?")
    expect(past.days).to_have_text("Yesterday")
    _, past = opened(new_context(locale="de-DE", timezone_id="UTC"), server)
    expect(past.days).to_have_text("Heute")


def test_a_click_opens_a_conversation_without_loading_the_page_and_back_and_forward_work(chat, past, server):
    first = answered(server, "The first?", said="The first answer.")
    second = answered(server, "The second?", said="The second answer.")
    chat.reload()
    chat.page.evaluate("window.sameDocument = true")
    past.link("The first?").click()
    chat.shows("The first answer.")
    expect(chat.page).to_have_url(f"{server.url}/c/{first}")
    expect(past.current).to_have_text("The first?")
    past.link("The second?").click()
    chat.shows("The second answer.")
    expect(chat.questions).to_have_text(["The second?"])
    expect(past.current).to_have_text("The second?")
    chat.page.go_back()
    chat.shows("The first answer.")
    expect(past.current).to_have_text("The first?")
    chat.page.go_back()
    expect(chat.page.locator("#welcome")).to_be_visible()
    expect(past.current).to_have_count(0)
    chat.page.go_forward()
    chat.page.go_forward()
    chat.shows("The second answer.")
    expect(chat.page).to_have_url(f"{server.url}/c/{second}")
    assert chat.page.evaluate("window.sameDocument")


@pytest.mark.console("Failed to load resource")
def test_back_from_a_conversation_that_is_gone_is_the_page_that_was_there(chat, past, server):
    gone = "/c/00000000-0000-4000-8000-000000000000"
    chat.page.evaluate("to => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')); }", gone)
    expect(chat.page.locator(".notice")).to_be_visible()
    chat.page.go_back()
    expect(chat.page.locator("#welcome")).to_be_visible()
    expect(chat.page.locator(".notice")).to_have_count(0)


def test_an_answer_goes_on_when_its_conversation_is_left_and_is_there_on_return(chat, past, server):
    answered(server, "Another?", said="Another answer.")
    chat.reload()
    chat.ask("Running?")
    writing = server.model.asked()
    writing.say("It began, ")
    chat.shows("It began,")
    past.link("Another?").click()
    chat.shows("Another answer.")
    expect(chat.stop).to_be_hidden()
    expect(past.running).to_have_count(1)
    writing.say("went on, ")
    past.link("Running?").click()
    chat.shows("It began, went on,")
    chat.is_streaming()
    past.link("Another?").click()
    chat.shows("Another answer.")
    writing.say("and ended.")
    writing.finish()
    expect(past.running).to_have_count(0)
    past.link("Running?").click()
    chat.shows("It began, went on, and ended.")
    chat.has_ended()


def test_quick_clicks_show_the_last_conversation_once(chat, past, server):
    answered(server, "The first?", said="The first answer.")
    answered(server, "The second?", said="The second answer.")
    chat.reload()
    expect(past.titles).to_have_count(2)
    links = [past.link(title).element_handle() for title in ("The first?", "The second?")]
    chat.page.evaluate("links => [...links, ...links, links[0]].forEach((link) => link.click())", links)
    expect(chat.questions).to_have_text(["The first?"])
    expect(past.current).to_have_text("The first?")
    chat.page.wait_for_load_state("networkidle")
    expect(chat.questions).to_have_text(["The first?"])


def test_search_looks_through_titles_questions_and_answers(chat, past, server, watch):
    answered(server, "About the depot?", "And the zebra?", said="Nothing.")
    answered(server, "About the weather?", said="There is a Zebra on the road.")
    answered(server, "About the roof?", said="Nothing.")
    chat.reload()
    past.shows("About the roof?", "About the weather?", "About the depot?")
    before = len([request for request in watch.requests if request == "GET /api/chat/sessions"])
    past.search.evaluate(_TYPE_FAST, "zebra")
    past.shows("About the weather?", "About the depot?")
    expect(past.announcer).to_have_text("2 conversations found.")
    asked = len([request for request in watch.requests if request == "GET /api/chat/sessions"]) - before
    assert asked <= 2, "each letter was searched for"
    past.search.fill("zebra quagga")
    expect(past.list).to_contain_text("No question, answer or title has “zebra quagga”.")
    past.list.get_by_role("button", name="Clear the search").click()
    expect(past.search).to_be_focused()
    past.shows("About the roof?", "About the weather?", "About the depot?")
    past.search.fill("ROOF")
    past.shows("About the roof?")
    past.search.press("Escape")
    expect(past.search).to_have_value("")
    expect(past.titles).to_have_count(3)


_TYPE_FAST = """(field, word) => {
  for (const letter of word) {
    field.value += letter;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


def test_a_list_that_can_not_be_loaded_says_so_and_can_be_tried_again(chat, past, server, context, watch):
    answered(server, "A question?")
    context.route("**/api/chat/sessions", lambda route: route.fulfill(status=200, body="<html>Sign in</html>"))
    chat.reload()
    expect(past.list).to_contain_text("could not be loaded")
    context.unroute("**/api/chat/sessions")
    past.list.get_by_role("button", name="Try again").click()
    past.shows("A question?")


def test_the_list_is_bounded_and_shows_more(chat, past, server, context):
    many = [
        {"session_id": f"00000000-0000-4000-8000-{n:012}", "title": f"Number {n}", "updated_at": "2026-01-05T12:00:00Z"}
        for n in range(120)
    ]
    context.route("**/api/chat/sessions", lambda route: route.fulfill(json={"sessions": many}))
    chat.reload()
    expect(past.links).to_have_count(50)
    past.list.get_by_role("button", name="Show 50 more").click()
    expect(past.links).to_have_count(100)
    expect(past.link("Number 50")).to_be_focused()
    past.list.get_by_role("button", name="Show 20 more").click()
    expect(past.links).to_have_count(120)


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_conversation_is_renamed_in_place_and_keeps_its_name(chat, past, server, key):
    answered(server, "The old name?")
    chat.reload()
    past.choose("The old name?", "Rename")
    expect(past.field).to_be_focused()
    expect(past.field).to_have_value("The old name?")
    past.field.fill("  A  new name ")
    past.field.press(key)
    past.shows("A new name")
    expect(past.field).to_have_count(0)
    expect(past.announcer).to_have_text("Renamed.")
    assert kept(server) == ["A new name"]
    chat.reload()
    past.shows("A new name")


def test_a_renaming_can_be_given_up_and_an_empty_name_is_none(chat, past, server, watch):
    answered(server, "The name?")
    chat.reload()
    for typed, key in (("Another", "Escape"), ("   ", "Enter"), ("The name?", "Enter")):
        past.choose("The name?", "Rename")
        past.field.fill(typed)
        past.field.press(key)
        past.shows("The name?")
        expect(past.more("The name?")).to_be_focused()
    assert not [request for request in watch.requests if request.startswith("PATCH")]


@pytest.mark.console("Failed to load resource")
def test_a_name_that_can_not_be_saved_is_the_old_one_again(chat, past, server, context):
    answered(server, "The name?")
    chat.reload()
    context.route("**/api/chat/sessions/*", lambda route: route.abort())
    past.choose("The name?", "Rename")
    past.field.fill("Another")
    past.field.press("Enter")
    expect(past.alerts).to_contain_text("could not be saved")
    past.shows("The name?")


def test_what_changes_in_one_tab_shows_in_the_other(chat, past, context, server):
    other, other_past = opened(context, server)
    chat.ask("Asked here?")
    other_past.shows("Asked here?")
    server.model.asked().finish()
    chat.has_ended()
    expect(other_past.running).to_have_count(0)
    chat.page.bring_to_front()
    past.choose("Asked here?", "Rename")
    past.field.fill("Renamed here")
    past.field.press("Enter")
    other_past.shows("Renamed here")
    other.page.bring_to_front()
    other_past.link("Renamed here").click()
    other.has_ended()
    chat.page.bring_to_front()
    past.choose("Renamed here", "Delete")
    past.toast.get_by_role("button", name="Delete now").click()
    expect(other_past.titles).to_have_count(0)
    expect(other.page.locator(".notice")).to_contain_text("deleted in another tab")
    expect(other.page).to_have_url(f"{server.url}/")


def test_coming_back_to_the_window_brings_what_happened_elsewhere(chat, past, server):
    answered(server, "Asked elsewhere?")
    chat.page.evaluate("window.dispatchEvent(new Event('focus'))")
    past.shows("Asked elsewhere?")


def test_a_title_is_text_whatever_it_says(chat, past, server):
    session = answered(server, "A question?")
    call(server, "PATCH", f"/sessions/{session}", {"title": HOSTILE})
    chat.open(f"{server.url}/c/{session}")
    past.shows(HOSTILE)
    expect(past.more(HOSTILE)).to_be_attached()
    past.choose(HOSTILE, "Rename")
    expect(past.field).to_have_value(HOSTILE)
    past.field.press("Escape")
    past.choose(HOSTILE, "Delete")
    expect(past.toast).to_contain_text(HOSTILE)
    past.undo.click()
    past.search.fill("<img src=x onerror=window.owned=2>")
    expect(past.list).to_contain_text("No question, answer or title has “<img src=x")
    assert chat.page.locator("#history-list :is(img, b), #toast :is(img, b)").count() == 0
    assert chat.page.evaluate("window.owned") is None
    assert past.list.evaluate("list => list.scrollWidth - list.clientWidth") == 0


@pytest.mark.parametrize(
    ("entry", "suffix", "begins"),
    [("Markdown", ".md", "#"), ("HTML", ".html", "<!DOCTYPE html>"), ("JSON", ".json", "{")],
)
def test_a_conversation_can_be_taken_along(chat, past, server, entry, suffix, begins):
    answered(server, "What to export?", said="The whole of it.")
    chat.reload()
    with chat.page.expect_download() as expected:
        past.choose("What to export?", f"Export as {entry}")
    assert expected.value.suggested_filename.endswith(suffix)
    text = expected.value.path().read_text("utf-8")
    assert text.startswith(begins)
    assert "The whole of it." in text
    expect(past.menu).to_have_count(0)


def test_a_waiting_question_is_not_lost_when_another_conversation_is_opened(chat, past, server):
    answered(server, "Another?", said="Another answer.")
    chat.reload()
    chat.ask("Running?")
    server.model.asked()
    chat.ask("Waiting?")
    expect(chat.queued).to_contain_text("Waiting?")
    past.link("Another?").click()
    chat.shows("Another answer.")
    expect(chat.queued).to_be_hidden()
    expect(chat.query).to_have_value("Waiting?")
    expect(chat.page).to_have_url(re.compile("/c/"))

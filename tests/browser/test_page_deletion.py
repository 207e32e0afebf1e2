"""A conversation is deleted with a way back, and really deleted when there is none any more."""

import pytest
from chat_page import ChatPage, eventually
from history_page import HistoryPage, answered, empty, kept, until
from playwright.sync_api import expect

HELD_MS = 6000


@pytest.fixture(autouse=True)
def _nothing_kept(server):
    empty(server)


@pytest.fixture
def page(context):
    """A page whose clock can be moved on."""
    page = context.new_page()
    page.clock.install()
    return page


@pytest.fixture
def chat(page, server) -> ChatPage:
    answered(server, "To stay?", said="It stays.")
    answered(server, "To go?", said="It goes.")
    return ChatPage(page).open(server.url)


@pytest.fixture
def past(chat) -> HistoryPage:
    return HistoryPage(chat.page)


def deletions(watch) -> int:
    return len([request for request in watch.requests if request.startswith("DELETE")])


def test_a_deletion_waits_for_an_undo_and_is_then_for_good(chat, past, server, watch):
    past.choose("To go?", "Delete")
    past.shows("To stay?")
    expect(past.toast).to_contain_text("Deleted To go?")
    expect(past.undo).to_be_focused()
    expect(past.announcer).to_have_text("Deleted “To go?”. Undo available.")
    assert deletions(watch) == 0
    past.search.focus()
    chat.page.clock.fast_forward(HELD_MS)
    expect(past.toast).to_be_hidden()
    until(lambda: kept(server) == ["To stay?"])
    eventually(chat.page, lambda: deletions(watch) == 1)
    chat.reload()
    past.shows("To stay?")


def test_undo_puts_a_conversation_back_and_nothing_is_sent(chat, past, server, watch):
    past.choose("To go?", "Delete")
    past.undo.click()
    past.shows("To go?", "To stay?")
    expect(past.link("To go?")).to_be_focused()
    expect(past.toast).to_be_hidden()
    expect(past.announcer).to_have_text("The conversation is back.")
    chat.page.clock.fast_forward(2 * HELD_MS)
    expect(past.titles).to_have_count(2)
    assert deletions(watch) == 0
    assert kept(server) == ["To go?", "To stay?"]


def test_deleting_the_open_conversation_begins_anew_and_undo_shows_it_again(chat, past, server):
    """Also where its answer is still being written."""
    past.link("To go?").click()
    chat.shows("It goes.")
    chat.ask("Still running?")
    writing = server.model.asked()
    writing.say("Half ")
    chat.shows("Half")
    past.choose("To go?", "Delete")
    expect(chat.page.locator("#welcome")).to_be_visible()
    expect(chat.page).to_have_url(f"{server.url}/")
    past.undo.click()
    chat.shows("Half")
    expect(chat.questions).to_have_text(["To go?", "Still running?"])
    expect(past.current).to_have_text("To go?")
    writing.say("and whole.")
    writing.finish()
    chat.has_ended()
    assert chat.shown() == "Half and whole."


def test_going_back_to_a_conversation_undoes_its_deletion(chat, past, watch):
    past.link("To go?").click()
    chat.shows("It goes.")
    past.choose("To go?", "Delete")
    past.shows("To stay?")
    chat.page.go_back()
    chat.shows("It goes.")
    past.shows("To go?", "To stay?")
    expect(past.toast).to_be_hidden()
    assert deletions(watch) == 0


def test_several_deletions_are_undone_together(chat, past, server):
    past.choose("To go?", "Delete")
    past.choose("To stay?", "Delete")
    expect(past.toast).to_contain_text("2 conversations deleted")
    expect(past.titles).to_have_count(0)
    past.undo.click()
    past.shows("To go?", "To stay?")
    expect(past.announcer).to_have_text("The conversations are back.")
    assert kept(server) == ["To go?", "To stay?"]


def test_who_is_at_the_toast_with_the_keyboard_has_more_time(chat, past, server):
    past.link("To go?").focus()
    for key in ("Tab", "Enter", "End", "Enter"):
        chat.page.keyboard.press(key)
    expect(past.undo).to_be_focused()
    chat.page.clock.fast_forward(HELD_MS + 1000)
    expect(past.toast).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(past.toast).to_be_hidden()
    expect(chat.query).to_be_focused()
    until(lambda: kept(server) == ["To stay?"])


@pytest.mark.parametrize("leave", ["elsewhere", "reload", "close"])
def test_what_is_deleted_is_deleted_when_the_page_is_left(chat, past, server, leave):
    past.choose("To go?", "Delete")
    past.shows("To stay?")
    if leave == "elsewhere":
        chat.page.goto("about:blank")
    elif leave == "reload":
        chat.reload()
        past.shows("To stay?")
    else:
        chat.page.close(run_before_unload=True)
    until(lambda: kept(server) == ["To stay?"])


def test_the_other_tab_keeps_showing_it_until_it_is_gone(chat, past, context, server):
    other = context.new_page()
    ChatPage(other).open(server.url)
    chat.page.bring_to_front()
    past.choose("To go?", "Delete")
    past.shows("To stay?")
    HistoryPage(other).shows("To go?", "To stay?")
    chat.page.goto("about:blank")
    HistoryPage(other).shows("To stay?")


@pytest.mark.console("Failed to load resource")
def test_a_deletion_that_fails_is_told_and_listed_again(chat, past, server, context):
    context.route("**/api/chat/sessions/*", lambda route: route.abort())
    past.choose("To go?", "Delete")
    past.toast.get_by_role("button", name="Delete now").click()
    expect(past.alerts).to_contain_text("could not be deleted")
    past.shows("To go?", "To stay?")
    assert kept(server) == ["To go?", "To stay?"]

"""A new user's first day: proposed questions, the guided conversation, the settings, and what follows from them."""

from __future__ import annotations

import re

import pytest
from chat_page import ChatPage
from page_server import sample, served
from playwright.sync_api import Locator, Page, expect

HOSTILE = '<img src=x onerror="document.title=1"> *bold* [1] </reader>'


@pytest.fixture
def fresh(tmp_path):
    """A page of its own: what one user tells here would be told for all other tests. It outlives the browser's."""
    with served(sample(tmp_path)) as server:
        yield server


def choice(chat: ChatPage, name: str) -> Locator:
    return chat.page.locator(".replies").get_by_role("button", name=name, exact=True)


def reply(chat: ChatPage, text: str, count: int) -> None:
    """Answer at a press, and wait for the next question."""
    choice(chat, text).click()
    asked(chat, count)


def asked(chat: ChatPage, count: int) -> None:
    expect(chat.answers).to_have_count(count)
    chat.has_ended()


def begin_anew(page: Page) -> None:
    page.get_by_role("button", name="New conversation").first.click()
    expect(page.locator("#thread article")).to_have_count(0)
    expect(page).to_have_url(re.compile("/$"))


def topics_are_pressed(chat: ChatPage) -> None:
    """Several are pressed, or taken back, and sent together."""
    for topic in ("concession pass", "evening shift", "battery trial", "evening shift"):
        choice(chat, topic).click()
    expect(choice(chat, "battery trial")).to_have_attribute("aria-pressed", "true")
    expect(choice(chat, "evening shift")).to_have_attribute("aria-pressed", "false")
    expect(chat.query).to_have_value("concession pass, battery trial")
    chat.send.click()
    asked(chat, 3)
    chat.shows("Saved: concession pass, battery trial")


def one_goes_back_changes_and_skips(chat: ChatPage) -> None:
    reply(chat, "Back", 2)
    chat.shows("So far: concession pass, battery trial.")
    choice(chat, "battery trial").click()
    chat.send.click()
    asked(chat, 3)
    choice(chat, "PDFs").click()
    chat.send.click()
    asked(chat, 4)
    reply(chat, "Skip", 5)
    chat.shows("That was all")
    expect(chat.page.locator(".replies")).to_have_count(0)


def test_a_new_user_is_asked_may_leave_and_come_back_and_the_page_follows(fresh, context):
    chat = ChatPage(context.new_page()).open(fresh.url)
    page = chat.page
    suggestions = page.locator(".welcome .suggestion")
    chips = page.locator("#filter .chip")
    expect(suggestions).to_have_count(4)
    page.locator("#offer").get_by_role("button", name="Begin").click()
    chat.shows("What is your role?")
    chat.has_ended()
    expect(chat.query).to_have_attribute("placeholder", "Your role")
    reply(chat, "Researcher", 2)
    chat.shows("Saved: Researcher")
    topics_are_pressed(chat)

    # Left in the middle: each answer is kept, and another conversation asks the same question.
    chat.reload()
    chat.shows("Where do you usually look?")
    reply(chat, "Later", 4)
    begin_anew(page)
    expect(suggestions.first).to_contain_text(re.compile("concession pass|battery trial"))  # another one each day
    page.locator("#offer").get_by_role("button", name="Go on").click()
    asked(chat, 1)
    chat.shows("Where do you usually look?")
    one_goes_back_changes_and_skips(chat)
    expect(page.locator(".follow-ups .suggestion").first).to_contain_text("Winter report")
    expect(page.locator(".follow-ups .suggestion", has_not_text="Winter report")).to_have_count(0)
    told = fresh.parts.profiles.profile(fresh.user)
    assert (told.role, told.topics, told.style, told.step) == ("Researcher", ("battery trial",), None, "done")
    assert fresh.model.was_asked() == 0

    # The default filter stands beside the question, limits what is searched, and one click takes it away.
    begin_anew(page)
    expect(page.locator("#offer")).to_be_hidden()
    expect(chips).to_have_text(["PDFs"])
    chat.ask()
    fresh.model.asked().finish()
    chat.has_ended()
    expect(chat.stage).to_contain_text("Searched 1 of 6 documents")
    expect(chat.stage).to_contain_text("only: PDFs")
    chips.get_by_role("button").click()
    chat.ask()
    fresh.model.asked().finish()
    asked(chat, 2)
    expect(chat.stage).to_contain_text("Searched all 6 documents")


def one_setting_is_taken_back(settings: Locator) -> None:
    settings.get_by_role("button", name="Remove PDFs").click()
    expect(settings.get_by_text("Saved", exact=True)).to_have_count(1)
    settings.get_by_role("button", name="Undo").click()
    expect(settings.locator(".chip")).to_have_text(["PDFs"])
    expect(settings.get_by_role("combobox", name="Usual sources")).to_be_focused()
    expect(settings.get_by_role("button", name="Undo")).to_be_hidden()


def the_switch_is_that_of_the_dialog(page: Page) -> None:
    page.locator("#settings").get_by_label("Use shortcuts of a single key").uncheck()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog").get_by_label("Use shortcuts of a single key")).not_to_be_checked()
    page.keyboard.press("Escape")


def the_profile_is_deleted(page: Page) -> None:
    delete = page.get_by_role("button", name="Delete my profile")
    delete.click()
    page.get_by_role("button", name="Really delete it").click()
    expect(page.get_by_label("Your role")).to_have_value("")
    expect(delete).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text("Your profile is deleted.")


def test_the_settings_show_and_change_what_was_told(fresh, context):
    chat = ChatPage(context.new_page()).open(f"{fresh.url}/settings")
    page = chat.page
    settings = page.locator("#settings")
    role, topics = settings.get_by_label("Your role"), settings.get_by_label("Topics")
    saved = settings.get_by_text("Saved", exact=True)
    delete = settings.get_by_role("button", name="Delete my profile")
    expect(role).to_have_value("")
    expect(delete).to_be_hidden()
    role.fill("Analyst")
    role.press("Enter")
    expect(saved).to_have_count(1)
    expect(delete).to_be_visible()
    role.fill(HOSTILE)
    role.blur()
    expect(settings.get_by_role("button", name="Undo")).to_be_visible()
    topics.fill(",".join(["x"] * 13))
    topics.blur()
    expect(topics).to_have_attribute("aria-invalid", "true")
    expect(settings.get_by_text("Not saved: at most 12 topics")).to_be_visible()
    topics.fill("concession passes; concession passes;battery trial")
    topics.blur()
    expect(saved).to_have_count(2)
    expect(topics).to_have_value("concession passes, battery trial")
    settings.get_by_label("Answers").select_option("bullets")
    expect(saved).to_have_count(3)
    sources = settings.get_by_role("combobox", name="Usual sources")
    sources.fill("pdf")
    settings.get_by_role("option", name="PDFs").click()
    expect(saved).to_have_count(4)
    expect(settings.get_by_text("1 of 6 documents")).to_be_visible()

    # All of it is there after a reload.
    page.reload()
    expect(role).to_have_value(HOSTILE)
    expect(topics).to_have_value("concession passes, battery trial")
    expect(settings.get_by_label("Answers")).to_have_value("bullets")
    one_setting_is_taken_back(settings)
    the_switch_is_that_of_the_dialog(page)

    # Who has filled it in is not asked, unless they want to be; what they wrote is text wherever it stands.
    begin_anew(page)
    expect(page.locator("#offer")).to_be_hidden()
    page.get_by_role("link", name="Settings").click()
    settings.get_by_role("button", name="Ask me").click()
    asked(chat, 1)
    chat.shows(f"So far: {HOSTILE}.")
    expect(page.locator("#thread img")).to_have_count(0)

    page.get_by_role("link", name="Settings").click()
    the_profile_is_deleted(page)
    assert fresh.parts.profiles.profile(fresh.user) is None
    settings.get_by_label("Language of the page").select_option("de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(settings.get_by_role("heading", level=1)).to_have_text("Einstellungen")


@pytest.mark.console("503")
def test_a_setting_that_could_not_be_kept_says_so(fresh, context):
    page = ChatPage(context.new_page()).open(f"{fresh.url}/settings").page
    role = page.get_by_label("Your role")
    expect(role).to_have_value("")
    refusal = {"code": "UNAVAILABLE", "message": "The database is away.", "retryable": True}
    page.route("**/api/profile", lambda route: route.fulfill(status=503, json=refusal))
    role.fill("Analyst")
    role.blur()
    expect(page.locator(".setting.wrong")).to_contain_text("The database is away.")
    expect(role).to_have_value("Analyst")
    page.reload()
    expect(page.get_by_text("Your settings can't be read right now.")).to_be_visible()
    page.unroute("**/api/profile")
    page.get_by_role("button", name="Try again").click()
    expect(role).to_have_value("")


def test_who_does_not_want_to_be_asked_is_not_asked_again_and_an_answer_is_followed(fresh, context):
    chat = ChatPage(context.new_page()).open(fresh.url)
    chat.page.get_by_role("button", name="Not now").click()
    expect(chat.page.locator("#offer")).to_be_hidden()
    chat.reload()
    expect(chat.page.locator(".welcome .suggestion")).to_have_count(4)
    expect(chat.page.locator("#offer")).to_be_hidden()
    chat.ask("What was decided about the concession pass?")
    writing = fresh.model.asked()
    writing.say("It was so [1][2].")
    writing.finish()
    chat.has_ended()
    follow = chat.page.locator(".follow-ups .suggestion")
    expect(follow.first).to_be_visible()
    question = follow.first.inner_text()
    follow.first.click()
    expect(chat.questions.last).to_have_text(question)

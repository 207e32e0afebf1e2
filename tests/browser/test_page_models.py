"""Several models to choose from, one of which searches by itself: what is chosen, what is told, what is remembered."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from axe import findings
from chat_page import ChatPage
from page_server import sample, served
from playwright.sync_api import expect

from fakes import STOP, ScriptedModel
from footnote.chat import Chunk, Source, Step
from footnote.passages import Passage

pytestmark = pytest.mark.embedded_only("one of its models is no endpoint, but of this process")


@pytest.fixture(scope="module")
def agent():
    return ScriptedModel(name="Agent", retrieves=True)


@pytest.fixture(scope="module")
def several(tmp_path_factory, agent):
    made = sample(tmp_path_factory.mktemp("data"))
    named = made.settings.model_copy(update={"models": (("paced", "databricks:fast"), ("Agent", "agent:team"))})
    with served(replace(made, settings=named), {"Agent": agent}) as server:
        yield server


def test_a_model_is_chosen_kept_for_the_conversation_and_changed_for_one_more_version(context, several, agent):
    """An agent's steps show while it works, its source opens elsewhere, and each answer tells who wrote it."""
    minutes = f"{several.url}/library"
    gate = threading.Event()
    passage = Passage("p1", "minutes", "Minutes", 0, "The launch moved to May.")
    agent.script = (
        Chunk(step=Step("look_up")),
        gate,
        Chunk(sources=(Source(passage, url=minutes),)),
        Chunk(step=Step("look_up", complete=True)),
        "It moved to May.",
        Chunk(marks=("p1",)),
        STOP,
    )
    chat = ChatPage(context.new_page()).open(several.url)
    picker = chat.page.get_by_role("combobox", name="Model")
    expect(picker).to_have_value("paced")
    picker.focus()
    picker.press("A")  # as a list of the browser's own is used
    expect(picker).to_have_value("Agent")
    unfiltered = "This agent searches by itself: a limit does not reach it."
    expect(chat.page.locator("#announcer")).to_have_text(f"The next question goes to Agent. {unfiltered}")
    expect(chat.page.get_by_role("paragraph").filter(has_text=unfiltered)).to_be_visible()
    expect(chat.page.locator("#filter")).to_have_accessible_description(unfiltered)
    assert findings(chat.page) == []

    chat.ask("When is the launch?")
    expect(chat.stage).to_have_text("At work: look_up…")
    gate.set()
    chat.has_ended()
    chat.shows("It moved to May.")
    expect(chat.sources.first).to_contain_text("127.0.0.1")
    with context.expect_page() as opened:
        chat.body.locator(".cite").click()
    assert opened.value.url == minutes
    assert findings(chat.page) == []

    inspector = chat.answer.locator(".inspection")
    inspector.locator("summary").press("Enter")
    expect(inspector.locator(".inspection-facts dd").first).to_have_text("Agent")
    expect(inspector.locator(".inspection-queries")).to_contain_text("searched by itself")
    expect(inspector.get_by_role("checkbox")).to_have_count(0)

    chat.reload()
    chat.has_ended()
    expect(picker).to_have_value("Agent")
    again = chat.answer.get_by_role("button", name="Ask again")
    again.press("Enter")
    menu = chat.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem")).to_have_text(["Agent", "paced"])
    chat.page.keyboard.press("ArrowDown")
    chat.page.keyboard.press("Enter")
    writing = several.model.asked()
    writing.say("In May.")
    writing.finish()
    chat.shows("In May.")
    expect(chat.versions).to_contain_text("2 of 2")
    expect(picker).to_have_value("Agent")  # one more version is no choice for what comes next


def test_what_was_chosen_last_is_chosen_in_a_new_conversation(context, several):
    chat = ChatPage(context.new_page()).open(several.url)
    picker = chat.page.get_by_role("combobox", name="Model")
    picker.select_option("Agent")
    chat.page.get_by_role("button", name="New conversation").first.click()
    expect(picker).to_have_value("Agent")
    picker.select_option("paced")
    chat.ask("And then?")
    several.model.asked().finish()
    chat.has_ended()
    chat.reload()
    chat.has_ended()
    expect(picker).to_have_value("paced")

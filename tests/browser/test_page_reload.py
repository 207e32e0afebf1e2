"""The conversation outlives the page: a reload, a second tab, its address."""

import pytest
from chat_page import ChatPage
from playwright.sync_api import expect

from footnote import errors
from footnote.answers.markdown import render

pytestmark = pytest.mark.both_forms

TEXT = "The **threshold** is set [1].\n\n- by *one*\n- by two\n\nAnd a tail of wor"


def test_a_reload_brings_back_every_question_with_its_answer_and_sources(chat, model):
    """Whole, stopped and failed ones, as they were; the next question knows of them."""
    for question in ("The first?", "The second?", "The third?"):
        chat.ask(question)
        writing = model.asked()
        writing.say(TEXT)
        chat.shows("a tail")
        if question == "The first?":
            writing.finish()
        elif question == "The second?":
            chat.stop.click()
        else:
            writing.fail(errors.Truncated())
        expect(chat.answer).to_have_attribute("aria-busy", "false")
    before = [chat.answers.nth(n).inner_text() for n in range(3)]
    chat.reload()
    expect(chat.questions).to_have_text(["The first?", "The second?", "The third?"])
    for n, status in enumerate(("complete", "cancelled", "error")):
        expect(chat.answers.nth(n)).to_have_class(f"answer {status}")
    assert [chat.answers.nth(n).inner_text() for n in range(3)] == before
    assert chat.blocks() == chat.as_held(render(TEXT))
    chat.is_at_end()
    chat.retry.click()
    again = model.asked()
    assert sum(message.role == "user" for message in again.prompt.messages) == 3  # it takes the third one's place
    again.finish()
    chat.has_ended()


def test_a_reload_in_mid_answer_goes_on_to_the_letter(chat, model):
    chat.ask()
    writing = model.asked()
    writing.say(TEXT[:40])
    chat.shows("set 1.")
    chat.reload()
    chat.shows("set 1.")
    chat.is_streaming()
    expect(chat.stop).to_be_visible()
    writing.say(TEXT[40:])
    chat.shows("a tail of wor")
    writing.finish()
    chat.has_ended()
    assert chat.blocks() == chat.as_held(render(TEXT))
    assert model.was_asked() == 1


def test_a_reload_before_the_first_word_waits_on(chat, server):
    server.retriever.hold()
    chat.ask()
    expect(chat.stage).to_contain_text("Searching")
    chat.reload()
    expect(chat.stage).to_contain_text("Searching")
    server.retriever.release()
    writing = server.model.asked()
    writing.say("There.")
    writing.finish()
    chat.has_ended()
    assert chat.shown() == "There."


def test_a_second_tab_at_the_same_address_shows_the_same_running_answer(chat, context, model):
    """And a stop in either is seen in both."""
    chat.ask()
    writing = model.asked()
    writing.say(TEXT[:40])
    chat.shows("set 1.")
    second = ChatPage(context.new_page()).open(chat.conversation)
    second.shows("set 1.")
    writing.say(TEXT[40:])
    for tab in (chat, second):
        tab.shows("a tail of wor")
        tab.is_streaming()
    second.stop.click()
    for tab in (chat, second):
        tab.has_ended("cancelled")
    assert chat.body.inner_html() == second.body.inner_html()
    assert model.was_asked() == 1


def test_a_second_tab_shows_what_is_asked_in_the_first(chat, context, model):
    """A question and a version, each in its place and as it is written."""
    chat.ask("The first?")
    model.asked().finish()
    chat.has_ended()
    second = ChatPage(context.new_page()).open(chat.conversation)
    expect(second.questions).to_have_text(["The first?"])
    chat.ask("The second?")
    writing = model.asked()
    writing.say("Half ")
    second.shows("Half")
    second.is_streaming()
    writing.say("and whole.")
    writing.finish()
    second.has_ended()
    assert second.shown() == chat.shown() == "Half and whole."
    chat.page.get_by_role("button", name="Edit the question").first.click()
    chat.page.locator("textarea.edit-query").fill("The other first?")
    chat.page.keyboard.press("Enter")
    model.asked().finish()
    expect(second.questions).to_have_text(["The other first?", "The second?"])


@pytest.mark.console("Failed to load resource")
def test_an_address_that_the_server_no_longer_knows_says_so_and_takes_a_question(chat, server):
    chat.open(f"{server.url}/c/00000000-0000-4000-8000-000000000000")
    expect(chat.page.locator(".notice")).to_contain_text("no longer on the server")
    expect(chat.page.locator("#alerts")).to_contain_text("no longer on the server")
    chat.ask("Still there?")
    server.model.asked().finish()
    chat.has_ended()

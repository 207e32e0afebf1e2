"""Stopping an answer, and the one question that may wait for its end."""

import pytest
from chat_page import Held
from paced_model import PATIENCE_S
from playwright.sync_api import expect

pytestmark = pytest.mark.both_forms


def test_send_becomes_stop_and_stop_ends_the_answer_and_keeps_its_text(chat, model):
    expect(chat.send).to_be_visible()
    expect(chat.stop).to_be_hidden()
    chat.ask()
    writing = model.asked()
    writing.say("Some words [1] and ")
    chat.shows("Some words")
    expect(chat.stop).to_be_visible()
    expect(chat.send).to_be_hidden()
    chat.stop.click()
    assert writing.called_off.wait(PATIENCE_S)
    chat.has_ended("cancelled")
    assert chat.shown() == "Some words 1 and"
    expect(chat.answer.locator(".stopped")).to_contain_text("Stopped")
    expect(chat.sources.first).to_be_visible()
    expect(chat.page.locator("#announcer")).to_have_text("Stopped.")
    expect(chat.stop).to_be_hidden()
    expect(chat.send).to_be_visible()
    assert chat.cursor() == []


def test_an_answer_can_be_stopped_before_its_first_word(chat, server):
    server.retriever.hold()
    chat.ask()
    expect(chat.stage).to_contain_text("Searching")
    with chat.page.expect_response("**/stop"):
        chat.stop.click()
    server.retriever.release()
    chat.has_ended("cancelled")
    assert chat.shown() == ""
    assert server.model.was_asked() == 0


@pytest.mark.console("Failed to load resource")
def test_a_stop_before_the_question_has_reached_the_server_holds(chat, model):
    held = Held(chat.page, "**/api/chat/answers")
    chat.ask()
    expect(chat.stage).to_have_text("Sending…")
    with chat.page.expect_response("**/stop"):
        chat.stop.click()
    chat.is_streaming()
    held.let_go()
    chat.has_ended("cancelled")


def test_one_question_waits_shown_and_is_asked_when_the_answer_has_ended(chat, model):
    chat.ask("The first?")
    writing = model.asked()
    writing.say("First.")
    chat.shows("First.")
    chat.query.fill("The second?")
    expect(chat.send).to_be_visible()
    expect(chat.send).to_have_text("Queue")
    expect(chat.stop).to_be_visible()
    chat.query.press("Enter")
    expect(chat.queued).to_contain_text("The second?")
    expect(chat.questions).to_have_text(["The first?"])
    assert model.was_asked() == 1
    writing.finish()
    second = model.asked()
    expect(chat.questions).to_have_text(["The first?", "The second?"])
    expect(chat.queued).to_be_hidden()
    assert any("First." in message.content for message in second.prompt.messages)
    second.say("Second.")
    second.finish()
    chat.has_ended()
    assert chat.shown() == "Second."


def test_the_question_that_waits_can_be_taken_back(chat, model):
    """One waits: a second is told so and stays in the box, and has its turn when the first was removed."""
    chat.ask("The first?")
    writing = model.asked()
    chat.is_streaming()
    chat.ask("The second?")
    expect(chat.queued).to_contain_text("The second?")
    chat.ask("The third?")
    expect(chat.page.locator("#alerts")).to_contain_text("One question waits already")
    expect(chat.query).to_have_value("The third?")
    expect(chat.queued).to_contain_text("The second?")
    chat.queued.get_by_label("Remove the waiting question").click()
    expect(chat.queued).to_be_hidden()
    expect(chat.query).to_be_focused()
    chat.query.press("Enter")
    expect(chat.queued).to_contain_text("The third?")
    writing.finish()
    model.asked().finish()
    expect(chat.questions).to_have_text(["The first?", "The third?"])
    chat.has_ended()
    assert model.was_asked() == 2


def test_a_waiting_question_is_asked_after_a_stop(chat, model):
    chat.ask("The first?")
    model.asked().say("First.")
    chat.shows("First.")
    chat.ask("The second?")
    chat.stop.click()
    model.asked().finish()
    expect(chat.questions).to_have_text(["The first?", "The second?"])
    chat.has_ended()

"""Versions of an answer: asked again, gone on with, or its question edited; none is lost."""

import pytest
from chat_page import ChatPage
from playwright.sync_api import expect

from footnote import errors
from footnote.answers.markdown import render


def _answered(chat: ChatPage, model, text: str):
    """Let the model say this to the question that was asked, to its end; what it was asked."""
    writing = model.asked()
    writing.say(text)
    writing.finish()
    chat.has_ended()
    chat.shows(text)
    return writing.prompt


def _before(chat: ChatPage):
    return chat.versions.get_by_role("button", name="Previous version")


def _behind(chat: ChatPage):
    return chat.versions.get_by_role("button", name="Next version")


def test_an_answer_asked_again_is_another_version_and_the_old_one_stays(chat, model):
    """Also after a reload; the newest is shown first, and both by keys alone."""
    chat.ask("Who?")
    _answered(chat, model, "One.")
    expect(chat.versions).to_be_hidden()
    chat.answer.get_by_role("button", name="Ask again for another answer").press("Enter")
    expect(chat.versions).to_have_text("2 of 2")
    prompt = _answered(chat, model, "Two.")
    assert prompt.question == "Who?"
    assert "One." not in str(prompt.messages)
    for _ in range(2):
        expect(chat.questions).to_have_text(["Who?"])
        expect(chat.versions).to_have_text("2 of 2")
        assert chat.shown() == "Two."
        expect(_behind(chat)).to_be_disabled()
        _before(chat).press("Enter")
        expect(chat.versions).to_have_text("1 of 2")
        expect(_behind(chat)).to_be_focused()
        expect(chat.page.locator("#announcer")).to_have_text("Version 1 of 2.")
        assert chat.shown() == "One."
        chat.page.keyboard.press("Enter")
        expect(chat.body).to_have_text("Two.")
        expect(_before(chat)).to_be_focused()
        chat.reload()


def test_the_next_question_knows_the_newest_version_alone(chat, model):
    chat.ask("Who?")
    _answered(chat, model, "The first answer.")
    chat.answer.get_by_role("button", name="Ask again for another answer").click()
    _answered(chat, model, "The second answer.")
    chat.ask("And then?")
    messages = str(_answered(chat, model, "Then.").messages)
    assert "The second answer." in messages
    assert "The first answer." not in messages


def test_a_version_stands_where_the_first_one_stands(chat, model):
    for question in ("The first?", "The second?"):
        chat.ask(question)
        _answered(chat, model, f"To {question}")
    chat.answers.first.get_by_role("button", name="Ask again for another answer").click()
    writing = model.asked()
    assert "The second?" not in str(writing.prompt.messages)
    writing.say("Another.")
    writing.finish()
    for _ in range(2):
        expect(chat.questions).to_have_text(["The first?", "The second?"])
        expect(chat.answers.first.locator(".body")).to_have_text("Another.")
        expect(chat.answers.first.locator(".versions")).to_have_text("2 of 2")
        expect(chat.answer.locator(".versions")).to_be_hidden()
        chat.reload()


BROKEN = "The **threshold** is set [1].\n\n- by one\n- by t"
REST = "wo\n\nAnd *so* on [1]."


@pytest.mark.parametrize("ending", ["truncated", "timeout", "stopped"])
def test_an_answer_that_broke_off_goes_on_from_there_to_the_letter(chat, model, ending):
    chat.ask("Who?")
    writing = model.asked()
    writing.say(BROKEN)
    chat.shows("by t")
    if ending == "stopped":
        chat.stop.click()
        chat.has_ended("cancelled")
    else:
        writing.fail(errors.Truncated() if ending == "truncated" else errors.AnswerTimeout())
        chat.has_ended("error")
    chat.go_on.click()
    on = model.asked()
    assert on.prompt.begun == BROKEN
    on.say(REST)
    on.finish()
    chat.has_ended()
    assert chat.blocks() == chat.as_held(render(BROKEN + REST))
    expect(chat.versions).to_have_text("2 of 2")
    chat.reload()
    assert chat.blocks() == chat.as_held(render(BROKEN + REST))
    _before(chat).click()
    expect(chat.go_on).to_be_visible()
    assert chat.blocks() == chat.as_held(render(BROKEN))


def test_a_question_is_edited_in_its_place_and_asked_instead(chat, model):
    """Escape leaves it as it was; the question as it stood is the version before."""
    chat.ask("Who owns it?")
    _answered(chat, model, "One.")
    edit = chat.page.get_by_role("button", name="Edit the question")
    box = chat.page.get_by_label("Edit the question").and_(chat.page.locator("textarea"))
    edit.click()
    expect(box).to_be_focused()
    expect(box).to_have_value("Who owns it?")
    chat.page.keyboard.type(" Or not?")
    chat.page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    expect(chat.questions).to_have_text(["Who owns it?"])
    edit.click()
    box.fill("Who sold it?")
    box.press("Enter")
    assert _answered(chat, model, "Two.").question == "Who sold it?"
    expect(chat.questions).to_have_text(["Who sold it?"])
    expect(chat.versions).to_have_text("2 of 2")
    _before(chat).click()
    expect(chat.questions).to_have_text(["Who owns it?"])
    assert chat.shown() == "One."
    assert model.was_asked() == 2


def test_an_edit_is_not_taken_away_by_a_version_from_another_tab(chat, model, context):
    """The new version is there to be seen, and what is written goes on."""
    chat.ask("Who owns it?")
    _answered(chat, model, "One.")
    other = ChatPage(context.new_page()).open(chat.conversation)
    chat.page.get_by_role("button", name="Edit the question").click()
    box = chat.page.get_by_label("Edit the question").and_(chat.page.locator("textarea"))
    box.fill("Who sold")
    other.answer.get_by_role("button", name="Ask again for another answer").click()
    _answered(other, model, "Two.")
    expect(chat.versions).to_have_text("1 of 2")
    expect(box).to_be_focused()
    chat.page.keyboard.type(" it?")
    chat.page.keyboard.press("Enter")
    assert _answered(chat, model, "Three.").question == "Who sold it?"
    expect(chat.versions).to_have_text("3 of 3")


def test_a_version_that_is_being_written_can_be_left_and_returned_to(chat, model):
    chat.ask("Who?")
    _answered(chat, model, "One.")
    chat.answer.get_by_role("button", name="Ask again for another answer").click()
    writing = model.asked()
    writing.say("Two ")
    chat.shows("Two")
    _before(chat).click()
    assert chat.shown() == "One."
    expect(chat.stop).to_be_visible()
    writing.say("and a half.")
    writing.finish()
    expect(chat.page.locator("#announcer")).to_contain_text("The answer is complete")
    assert chat.shown() == "One."
    _behind(chat).click()
    chat.has_ended()
    assert chat.shown() == "Two and a half."


def test_a_reload_in_the_middle_of_a_version_goes_on_with_it(chat, model):
    chat.ask("Who?")
    _answered(chat, model, "One.")
    chat.answer.get_by_role("button", name="Ask again for another answer").click()
    writing = model.asked()
    writing.say("Two ")
    chat.shows("Two")
    chat.reload()
    chat.is_streaming()
    expect(chat.versions).to_have_text("2 of 2")
    writing.say("and a half.")
    writing.finish()
    chat.has_ended()
    assert chat.shown() == "Two and a half."


def test_asking_again_while_another_answer_is_written_waits_for_its_turn(chat, model):
    chat.ask("The first?")
    _answered(chat, model, "One.")
    chat.ask("The second?")
    writing = model.asked()
    writing.say("Half")
    chat.shows("Half")
    chat.answers.first.get_by_role("button", name="Ask again for another answer").click()
    expect(chat.queued).to_contain_text("The first?")
    writing.finish()
    again = model.asked()
    again.say("Again.")
    again.finish()
    expect(chat.answers.first.locator(".body")).to_have_text("Again.")
    expect(chat.answers.first.locator(".versions")).to_have_text("2 of 2")
    expect(chat.queued).to_be_hidden()


def test_a_link_to_an_older_version_shows_it(chat, model, context):
    chat.ask("Who?")
    _answered(chat, model, "One.")
    first = chat.answer.get_attribute("id")
    chat.answer.get_by_role("button", name="Ask again for another answer").click()
    _answered(chat, model, "Two.")
    linked = ChatPage(context.new_page()).open(f"{chat.conversation}#{first}")
    expect(linked.body).to_have_text("One.")
    expect(linked.versions).to_have_text("1 of 2")


def test_the_focus_is_never_lost_and_nothing_is_told_twice(chat, model):
    chat.ask("Who?")
    writing = model.asked()
    writing.say("Half")
    chat.shows("Half")
    writing.fail(errors.Truncated())
    chat.has_ended("error")
    chat.listen("#announcer", "#alerts")
    chat.retry.press("Enter")
    expect(chat.questions.last).to_be_focused()
    _answered(chat, model, "Whole.")
    expect(chat.questions.last).to_be_focused()
    assert chat.told() == ["Searching.", "The answer is complete, with 0 sources cited."]


def test_what_can_be_said_to_press_a_button_is_what_stands_on_it(new_context, server, model):
    """Each button's name holds its words; what copying did is told."""
    chat = ChatPage(new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()).open(server.url)
    chat.ask("Who?")
    _answered(chat, model, "One.")
    named = chat.page.evaluate("""() => [...document.querySelectorAll("#thread .tool")]
      .filter((tool) => tool.checkVisibility()).map((tool) => [tool.textContent, tool.getAttribute("aria-label")])""")
    assert len(named) > 4
    assert [pair for pair in named if pair[1] and pair[0] not in pair[1]] == []
    chat.answer.get_by_role("button", name="Copy the answer").click()
    expect(chat.page.locator("#announcer")).to_have_text("Copied.")


def test_everything_that_can_be_pressed_is_large_enough(chat, model):
    chat.ask("Who?")
    _answered(chat, model, "One.")
    chat.answer.get_by_role("button", name="Ask again for another answer").click()
    writing = model.asked()
    writing.say("Half")
    chat.shows("Half")
    writing.fail(errors.Truncated())
    chat.has_ended("error")
    chat.page.get_by_role("button", name="Edit the question").click()
    small = chat.page.evaluate("""() => [...document.querySelectorAll("#thread button, #thread textarea")]
      .filter((e) => e.offsetParent && (e.offsetWidth < 24 || e.offsetHeight < 24)).map((e) => e.outerHTML)""")
    assert small == []

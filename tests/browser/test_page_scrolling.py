"""Reading while it is being written: the page follows the end, or stays where the reader is."""

import pytest
from playwright.sync_api import expect

LINES = [f"Line {n} of a long answer, with some words to read in it.\n\n" for n in range(200)]


@pytest.fixture
def writing(chat, model):
    """An answer that is longer than the window, and goes on."""
    chat.ask("A long one?")
    writing = model.asked()
    writing.say(*LINES[:40])
    chat.shows("Line 39 ")
    return writing


def test_the_page_follows_the_end_while_it_is_written(chat, writing):
    chat.is_at_end()
    writing.say(*LINES[40:60])
    chat.shows("Line 59 ")
    chat.is_at_end()
    expect(chat.jump).to_be_hidden()


def test_who_scrolled_up_stays_there_and_jumps_to_the_latest_when_she_likes(chat, writing):
    """By the wheel; no line on the screen moves by a pixel while the answer grows below."""
    chat.scroll.hover()
    chat.page.mouse.wheel(0, -600)
    expect(chat.jump).to_be_visible()
    chat.page.wait_for_function(_STILL)
    before = chat.page.evaluate(_IN_VIEW)
    assert len(before) > 5
    writing.say(*LINES[40:120])
    chat.shows("Line 119 ")
    assert chat.page.evaluate(_IN_VIEW) == before
    expect(chat.jump).to_be_visible()
    chat.jump.click()
    expect(chat.jump).to_be_hidden()
    chat.is_at_end()
    writing.say(*LINES[120:140])
    chat.shows("Line 139 ")
    chat.is_at_end()


_STILL = """() => new Promise((resolve) => {
  const scroll = document.getElementById("scroll");
  const top = scroll.scrollTop;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(scroll.scrollTop === top)));
})"""
_IN_VIEW = """() => {
  const view = document.getElementById("scroll").getBoundingClientRect();
  return [...document.querySelectorAll(".body p")].map((p) => [p.textContent, p.getBoundingClientRect().top])
    .filter(([, top]) => top > view.top && top < view.bottom - 60);
}"""


def test_scrolling_back_to_the_end_follows_again_also_by_keys(chat, writing):
    chat.scroll.focus()
    chat.page.keyboard.press("PageUp")
    expect(chat.jump).to_be_visible()
    chat.page.keyboard.press("End")
    expect(chat.jump).to_be_hidden()
    writing.say(*LINES[40:60])
    chat.shows("Line 59 ")
    chat.is_at_end()


def test_the_end_of_an_answer_moves_nothing_under_the_reader(chat, writing):
    """Neither the sources that appear below nor the tail that becomes a block."""
    chat.scroll.hover()
    chat.page.mouse.wheel(0, -500)
    expect(chat.jump).to_be_visible()
    chat.page.wait_for_function(_STILL)
    before = chat.page.evaluate(_IN_VIEW)
    writing.say("And the last words [1].")
    writing.finish()
    chat.has_ended()
    expect(chat.sources.first).to_be_attached()
    assert chat.page.evaluate(_IN_VIEW) == before
    expect(chat.jump).to_be_visible()


def test_a_question_asked_from_further_up_is_brought_into_view(chat, model, writing):
    writing.finish()
    chat.has_ended()
    chat.scroll.hover()
    chat.page.mouse.wheel(0, -1500)
    expect(chat.jump).to_be_visible()
    chat.ask("And then?")
    expect(chat.questions.last).to_be_in_viewport()
    model.asked().finish()
    chat.has_ended()

"""Citations in the text: chips while it is written, and the card of what they stand for."""

import re

import pytest
from chat_page import ChatPage
from playwright.sync_api import expect

pytestmark = pytest.mark.both_forms

_BRACKETS = """() => {
  window.brackets = 0;
  const look = () => { if (/[[\\]]/.test(document.querySelector(".answer .body")?.textContent)) window.brackets += 1; };
  const all = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document.getElementById("thread"), all);
}"""
_BESIDE = """([chip, card]) => {
  const [one, other] = [chip, card].map((element) => element.getBoundingClientRect());
  const isClear = other.top >= one.bottom || other.bottom <= one.top;
  return isClear && other.left >= 0 && other.top >= 0 && other.right <= innerWidth && other.bottom <= innerHeight;
}"""

_MARK_IN_SIGHT = """() => {
  const quote = document.querySelector("#card .card-quote");
  const [mark, seen] = [quote.querySelector("mark"), quote].map((element) => element?.getBoundingClientRect());
  return mark && quote.scrollTop > 0 && mark.top >= seen.top && mark.bottom <= seen.bottom;
}"""


def card(chat):
    return chat.page.locator("#card")


def stands_beside(chat, chip):
    expect(card(chat)).to_be_visible()
    chat.page.wait_for_function(_BESIDE, arg=[chip.element_handle(), card(chat).element_handle()])


def test_a_chip_stands_there_while_the_answer_is_written_and_tells_its_source(chat, model):
    """Also where its marker comes in two tokens; a card that is open stays open while text comes and blocks finish."""
    chat.page.evaluate(_BRACKETS)
    chat.ask()
    writing = model.asked()
    one, two = writing.prompt.passages[:2]
    chips = chat.body.locator(".cite")
    for piece, text, count in (
        ("It was agreed [", "agreed", 0),
        ("1], and [2", "1, and", 1),
        (", 1] so", "and 2 1 so", 3),
    ):
        writing.say(piece)
        chat.shows(text)
        expect(chips).to_have_count(count)
    expect(chips.first).to_have_accessible_name("Source 1")
    chips.nth(1).hover()
    stands_beside(chat, chips.nth(1))
    expect(card(chat).locator(".card-title")).to_have_text(two.title)
    expect(card(chat).locator(".card-quote")).to_have_text(two.text)
    expect(card(chat).locator(".card-order")).to_have_text("2 of 2")
    chips.first.hover()
    expect(card(chat).locator(".card-quote")).to_have_text(one.text)
    writing.say(".\n\nMore of it.")
    chat.shows("More of it.")
    expect(chat.answer.locator(".blocks .cite")).to_have_count(3)
    expect(card(chat)).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(card(chat)).to_be_hidden()
    chips.nth(1).focus()
    writing.finish()
    chat.has_ended()
    expect(chips.nth(1)).to_have_accessible_name(f"Source 2, {two.title}")
    expect(chips.nth(1)).to_be_focused()
    assert chat.page.evaluate("window.brackets") == 0


def test_the_card_by_keyboard(chat, model):
    """One stop of the Tab key for all chips of an answer; arrows, Home and End between them; Escape closes."""
    chat.ask()
    writing = model.asked()
    passages = writing.prompt.passages
    writing.say(f"{passages[0].text[:60]} [1]. Second [2]. Again the first [1]. Third [3].")
    writing.finish()
    chat.has_ended()
    chips, keys, order = chat.body.locator(".cite"), chat.page.keyboard, card(chat).locator(".card-order")
    chat.page.get_by_role("button", name="Edit the question").focus()
    keys.press("Tab")
    expect(chips.first).to_be_focused()
    stands_beside(chat, chips.first)
    expect(order).to_have_text("1 of 3")
    expect(card(chat).locator("mark")).to_be_visible()
    marked = card(chat).locator("mark").text_content()
    assert marked in passages[0].text
    expect(chips.first).to_have_accessible_description(re.compile(re.escape(marked[:30])))
    for key, at, shown in (
        ("ArrowRight", 1, "2 of 3"),
        ("ArrowRight", 2, "1 of 3"),
        ("ArrowDown", 1, "2 of 3"),
        ("ArrowDown", 3, "3 of 3"),
        ("ArrowUp", 1, "2 of 3"),
        ("ArrowLeft", 0, "1 of 3"),
        ("ArrowLeft", 0, "1 of 3"),
        ("End", 3, "3 of 3"),
        ("Home", 0, "1 of 3"),
    ):
        keys.press(key)
        expect(chips.nth(at)).to_be_focused()
        expect(order).to_have_text(shown)
        stands_beside(chat, chips.nth(at))
    keys.press("Tab")
    expect(card(chat).locator(":focus")).to_have_count(1)
    keys.press("Escape")
    expect(card(chat)).to_be_hidden()
    expect(chips.first).to_be_focused()
    keys.press("Tab")  # a card that was closed is not on the way
    expect(chips.locator(":focus")).to_have_count(0)
    keys.press("Shift+Tab")
    expect(chips.first).to_be_focused()
    expect(card(chat)).to_be_visible()
    chat.query.focus()
    expect(card(chat)).to_be_hidden()


def test_on_a_touch_screen_a_tap_shows_the_card_and_another_the_source(new_context, server):
    context = new_context(has_touch=True, viewport={"width": 320, "height": 600})
    chat = ChatPage(context.new_page()).open(server.url)
    chat.ask()
    writing = server.model.asked()
    last = re.split(r"(?<=[.?!])\s", writing.prompt.passages[0].text)[-1].split(": ")[-1]
    writing.say(f"{last} [1]. A word of it [2].")
    writing.finish()
    chat.has_ended()
    chips = chat.body.locator(".cite")
    chips.nth(0).tap()
    expect(card(chat).locator("mark")).to_have_text(last)
    chat.page.wait_for_function(_MARK_IN_SIGHT)  # also where it stands at the end of a long passage
    card(chat).get_by_role("button", name="Close").tap()
    chips.nth(1).tap()
    expect(card(chat).locator(".card-title")).to_have_text(writing.prompt.passages[1].title)
    box = card(chat).bounding_box()
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 320, 600)
    card(chat).get_by_role("button", name="Close").tap()
    expect(card(chat)).to_be_hidden()
    chips.nth(0).tap()
    card(chat).get_by_role("button", name="Open the source").tap()
    expect(card(chat)).to_be_hidden()
    expect(chat.page.get_by_role("dialog", name=writing.prompt.passages[0].title)).to_be_visible()

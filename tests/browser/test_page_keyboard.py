"""The page by its keys: shortcuts, their list, and a focus that stays where it was put while text comes."""

from __future__ import annotations

import pytest
from chat_page import ChatPage
from playwright.sync_api import Page, expect

FOCUSED = "[document.activeElement.localName, document.activeElement.textContent.trim().slice(0, 20)]"


def test_the_focus_stays_while_text_comes(chat, model):
    """In the question's box, on a button, and on what stands in the text, also as its block is finished."""
    page = chat.page
    chat.ask()
    writing = model.asked()
    writing.say("One [1] and ")
    chat.shows("One")
    expect(chat.query).to_be_focused()
    chat.stop.focus()
    writing.say("[two](https://a.org) more.")
    chat.shows("two more.")
    expect(chat.stop).to_be_focused()
    places = {"two": chat.body.locator("a", has_text="two").first, "1": chat.body.locator(".cite").first}
    for finished, (told, text) in enumerate(places.items()):
        # Drawn as it is about to be focused, an element of the sketch may be another one by then.
        expect(chat.answer.locator(".blocks p")).to_have_count(finished)
        text.focus()
        writing.say("\n\n", f"And behind {told} [2]")
        chat.shows(f"And behind {told}")
        assert page.evaluate(FOCUSED) == ["a", told]
        writing.say(" with [two](https://b.org)", " and so on.")
    expect(chat.answer.locator(".blocks p")).to_have_count(2)
    page.locator("#new").focus()
    writing.finish()
    chat.has_ended()
    expect(page.locator("#new")).to_be_focused()


def test_keys_do_what_is_done_often_but_not_while_somebody_types(chat, model):
    """To the box, from question to question, to the sources, edit, stop, a new conversation, the library and back."""
    page = chat.page
    _asked(chat, model, "The first?", "The second?")
    chat.query.fill("")
    chat.query.press_sequentially("njk?/")
    expect(chat.query).to_have_value("njk?/")
    chat.query.fill("")
    page.locator("#scroll").focus()
    page.keyboard.press("k")
    expect(chat.questions.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(chat.questions.nth(1)).to_be_focused()
    page.keyboard.press("j")
    expect(chat.questions.nth(1)).to_be_focused()
    page.keyboard.press("o")
    expect(chat.answer.locator(".sources > summary")).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="Edit the question")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", level=1, name="Library")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.locator("#settings")).to_be_focused()
    page.keyboard.press("/")
    expect(chat.query).to_be_focused()
    expect(chat.query).to_have_value("")
    chat.ask("The third?")
    model.asked().say("Half")
    chat.shows("Half")
    chat.query.press("Escape")
    chat.has_ended("cancelled")
    page.locator("#scroll").focus()
    page.keyboard.press("f")
    expect(page.get_by_role("searchbox", name="Search the conversations")).to_be_focused()
    page.locator("#scroll").focus()
    page.keyboard.press("n")
    expect(chat.questions).to_have_count(0)
    expect(chat.query).to_be_focused()


def _asked(chat: ChatPage, model, *questions: str) -> None:
    for question in questions:
        chat.ask(question)
        writing = model.asked()
        writing.say("So it is [1].")
        writing.finish()
        chat.has_ended()


def test_the_list_of_shortcuts_keeps_the_focus_gives_it_back_and_switches_them_off(chat):
    """Opened by its key or its button; without single keys the button still leads to it."""
    page = chat.page
    button = page.get_by_role("button", name="Keyboard shortcuts")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.locator("#scheme").focus()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        assert page.evaluate(inside), "the focus is behind the dialog"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#scheme")).to_be_focused()
    button.click()
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    expect(button).to_be_focused()
    page.keyboard.press("?")
    page.keyboard.press("n")
    expect(dialog).to_be_hidden()
    chat.reload()
    page.locator("#scheme").focus()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    button.press("Enter")
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()


@pytest.mark.parametrize("colours", ["none", "active"])
def test_everything_that_can_be_focused_shows_it(new_context, server, colours):
    """By Tab, from the first to the last of a page, and nothing lies over it; also where the system has the colours."""
    chat = ChatPage(new_context(forced_colors=colours).new_page()).open(server.url)
    _asked(chat, server.model, "The first?")
    page = chat.page
    assert len(_stops(page)) > 15
    chat.body.locator(".cite").first.click()
    expect(page.locator("#panel .part-text").first).to_be_visible()
    assert {"Search in this source", "Close the source"} <= _stops(page)
    page.goto(f"{server.url}/library")
    expect(page.locator(".holding").first).to_be_visible()
    adding = set() if server.parts.fixed else {"Choose files"}
    assert {"Depot review", "Search by title, speaker or tag"} | adding <= _stops(page)


def _stops(page: Page) -> set[str]:
    """The names of what Tab leads to, each of which can be seen to have the focus."""
    page.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges(); }")
    seen, hidden = set(), []
    for _ in range(90):
        page.keyboard.press("Tab")
        name, shown = page.evaluate(_SHOWN)
        if name in seen and not name:
            break
        seen.add(name)
        if not shown:
            hidden.append(name)
    assert hidden == []
    return seen


_SHOWN = """() => {
  const element = document.activeElement;
  if (element === document.body) return ["", true];
  const name = element.ariaLabel || element.textContent.trim().slice(0, 30) || element.id;
  const marked = (at) => {
    const style = getComputedStyle(at);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  };
  // A field without an outline of its own is marked by the border of the box that it stands in.
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  const system = matchMedia("(forced-colors: active)").matches;
  const box = element.closest(".composer, .history-search, .source-search") ?? element;
  const hex = (rgb) => "#" + rgb.match(/\\d+/g).map((n) => Number(n).toString(16).padStart(2, "0")).join("");
  const coloured = (at) => !system && hex(getComputedStyle(at).borderTopColor) === accent;
  const bordered = [element, box].some((at) => marked(at) || coloured(at));
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const middle = (from, to, size) => (Math.max(from, 0) + Math.min(to, size)) / 2;
  const over = document.elementFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight));
  const clear = Boolean(over) && (element.contains(over) || over.contains(element));
  return [name, clear && (marked(element) || element.matches("input, textarea") && bordered)];
}"""


@pytest.mark.embedded_only("its originals, a table and a PDF's pages, are files beside the embedded library")
def test_a_table_is_walked_by_arrows_and_left_by_tab_and_a_pdf_scrolls(chat, server):
    """No key leads in that doesn't lead out; Escape goes back to where the source was opened."""
    page, inside = chat.page, "document.activeElement.closest('#source-table') !== null"
    chat.open(f"{server.url}/library")
    opener = page.get_by_role("button", name="Station figures", exact=True)
    opener.press("Enter")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    page.get_by_role("searchbox", name="Search in this source").press("Tab")
    page.wait_for_function(inside)
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".ag-cell-focus")).to_have_attribute("aria-colindex", "2")
    page.keyboard.press("Tab")
    page.wait_for_function(f"!({inside})")
    page.keyboard.press("Shift+Tab")
    page.wait_for_function(inside)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.get_by_role("button", name="Winter report 2025/26", exact=True).press("Enter")
    body = page.locator(".panel-body")
    expect(page.get_by_role("img", name="Page 1")).to_be_visible()
    body.focus()
    page.keyboard.press("PageDown")
    page.wait_for_function("() => document.querySelector('.panel-body').scrollTop > 100")


def test_all_can_be_read_at_twice_the_size(new_context, server):
    """640 CSS pixels wide, as a window of 1280 is at 200 %: nothing is cut off, and nothing scrolls sideways."""
    chat = ChatPage(new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2).new_page())
    chat.open(server.url)
    page = chat.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    chat.ask()
    writing = server.model.asked()
    writing.say("Words " * 60 + "[1].")
    writing.finish()
    chat.has_ended()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    for control in (chat.send, chat.query, page.locator("#scheme"), page.locator("#history-toggle")):
        expect(control).to_be_in_viewport(ratio=1)
    assert page.locator("#scroll").bounding_box()["height"] > 120, "there is room left to read in"
    for larger in ("larger", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", larger)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        expect(chat.send).to_be_in_viewport(ratio=1)

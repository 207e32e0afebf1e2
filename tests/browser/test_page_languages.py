"""The page in the language of who reads it: all of it, and answers in whichever direction they are written."""

from __future__ import annotations

import re

import pytest
from chat_page import ChatPage
from playwright.sync_api import Page, expect
from visit import overflow

from footnote import errors
from footnote.page.texts import Text, Texts, catalogue

_VALUE = re.compile(r"\{\w+\}")
ARABIC = "هذا نص عربي طويل مع رقم [1] في الوسط."


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_german_for_who_reads_german(new_context, server, width):
    """Nothing English is left on it and all of it has room, in its main states; a choice made counts for more."""
    context = new_context(locale="de-DE", viewport={"width": width, "height": 800})
    chat = ChatPage(context.new_page()).open(server.url)
    page = chat.page
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", name="Was möchten Sie wissen?")).to_be_visible()
    assert _wrong(page) == []
    chat.ask()
    writing = server.model.asked()
    writing.say("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] ja [1].\n\nHalb")
    chat.shows("Halb")
    expect(chat.stage).to_contain_text("durchsucht", ignore_case=True)
    assert _wrong(page) == []
    chat.ask("Und dann?")
    writing.fail(errors.RateLimited())
    chat.has_ended("error")
    expect(chat.problem).to_contain_text(Texts("de")("problem.RATE_LIMIT"))
    expect(page.locator("#alerts")).to_have_text(Texts("de")("problem.RATE_LIMIT"))
    assert _wrong(page) == []
    page.get_by_role("button", name="Jetzt fragen").click()
    writing = server.model.asked()
    writing.say("So ist es [1].")
    writing.finish()
    chat.has_ended()
    expect(page.locator("#announcer")).to_have_text("Die Antwort ist vollständig, mit 1 zitierten Quelle.")
    _around_an_answer(chat)
    _drawer(page)
    expect(page.get_by_role("heading", level=3, name="Heute")).to_be_visible()
    assert _wrong(page) == []
    page.locator("#new").press("?")
    expect(page.get_by_role("dialog", name="Tastenkürzel")).to_be_visible()
    assert _wrong(page) == []
    page.keyboard.press("Escape")
    chat.reload()
    for place in ("Bibliothek", "Einstellungen"):
        _drawer(page)
        page.get_by_role("link", name=place).click()
        expect(page.get_by_role("heading", level=1, name=place)).to_be_visible()
        expect(page).to_have_title(f"{place} · Footnote")
        assert _wrong(page) == []
    context.add_cookies([{"name": "footnote-language", "value": "en", "url": server.url}])
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


def _around_an_answer(chat: ChatPage) -> None:
    """How it was found, what can be said of it and done with it, and its source."""
    page = chat.page
    for part in (".inspection summary", ".sources > summary"):
        chat.answer.locator(part).first.click()
    chat.answer.locator(".answer-tools [aria-pressed]").last.click()
    expect(chat.answer.locator("textarea")).to_be_visible()
    assert _wrong(page) == []
    chat.answer.get_by_role("button", name="Exportieren: diese Antwort").click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert _wrong(page) == []
    page.keyboard.press("Escape")
    chat.body.locator(".cite").first.click()
    expect(page.locator("#panel .part-text").first).to_be_visible()
    assert _wrong(page) == []
    page.get_by_role("button", name="Quelle schließen").click()


def _drawer(page: Page) -> None:
    """Where there is little room, the sidebar has to be opened."""
    if page.viewport_size["width"] < 900:
        page.locator("#history-toggle").click()


def _wrong(page: Page) -> list[str]:
    """What is not German, and by how much it is too long."""
    return _english(page) + [f"{wider} px to scroll sideways" for wider in [overflow(page)] if wider]


def _english(page: Page) -> list[str]:
    """What stands on the page, or is told to a screen reader, and is an English text of the catalogue."""
    german = [form for texts in catalogue().values() for form in _forms(texts["de"])]
    english = [form for texts in catalogue().values() for form in _forms(texts["en"]) if form not in german]
    english = [form for form in english if re.search("[a-z]{3}", _VALUE.sub("", form))]  # not only a value and a dot
    pattern = re.compile("|".join(f"(?:{_pattern(form)})" for form in english))
    return [text for text in page.evaluate(_SAID) if pattern.fullmatch(text)]


def _forms(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _pattern(form: str) -> str:
    return ".+".join(re.escape(part) for part in _VALUE.split(form))


_SAID = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const theirs = node.parentElement.closest(
      "style, script, .body, .question, .past-name, .suggestion, .source-title, .tag, blockquote");
    if (node.nodeType === Node.TEXT_NODE) said.push(theirs ? "" : node.data.trim());
    else said.push(...["aria-label", "placeholder", "title", "alt"].map((name) => node.getAttribute(name)));
  }
  return said.filter(Boolean);
}"""


def test_each_block_of_an_answer_is_read_in_its_own_direction(chat, model):
    """From right to left where it is written so, while it comes and when it is done; its chips stand in the line."""
    chat.ask()
    writing = model.asked()
    writing.say(f"In English first.\n\n{ARABIC}\n\n- {ARABIC}\n\n```\ncode\n```\n\n{ARABIC}")
    expect(chat.answer.locator(".blocks > *")).to_have_count(4)
    expect(chat.body.locator(".tail > *")).to_have_text([re.compile("عربي")])
    seen = "blocks => [...blocks.children].map((block) => getComputedStyle(block).direction)"
    assert chat.answer.locator(".tail").evaluate(seen) == ["rtl"]
    writing.say("\n\nEnglish last.")
    writing.finish()
    chat.has_ended()
    assert chat.answer.locator(".blocks").evaluate(seen) == ["ltr", "rtl", "rtl", "ltr", "rtl", "ltr"]
    paragraph = chat.body.locator("p", has_text="عربي").first
    line, chip = paragraph.bounding_box(), paragraph.locator(".cite").bounding_box()
    assert line
    assert chip
    assert line["x"] + line["width"] / 2 < chip["x"] < line["x"] + line["width"]
    assert line["y"] <= chip["y"] + chip["height"] / 2 <= line["y"] + line["height"]

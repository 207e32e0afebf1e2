"""Asking: what stands on the page from the question to the last citation."""

import re

import pytest
from chat_page import QUESTION, ChatPage, Held
from playwright.sync_api import expect

from footnote.passages import EVERYTHING

PULSING = "pulse"


@pytest.mark.both_forms
def test_a_question_appears_at_once_with_a_place_for_its_answer(chat, server):
    """Before the server has said anything."""
    held = Held(chat.page, "**/api/chat/answers")
    expect(chat.page.locator("#welcome")).to_be_visible()
    chat.ask("Who owns the depot?")
    expect(chat.questions).to_have_text(["Who owns the depot?"])
    expect(chat.stage).to_have_text("Sending…")
    expect(chat.query).to_have_value("")
    expect(chat.page.locator("#welcome")).to_be_hidden()
    chat.is_streaming()
    assert chat.cursor()
    held.let_go()
    server.model.asked().finish()
    chat.has_ended()


@pytest.mark.both_forms
def test_the_stages_come_before_the_first_word_and_words_before_the_end(chat, server):
    """What is being searched, that it is being written, then the words as they are written."""
    documents = len(server.parts.library.documents())
    server.retriever.hold()
    chat.ask()
    expect(chat.stage).to_have_text(f"Searching all {documents} documents…")
    assert chat.shown() == ""
    server.retriever.release()
    writing = server.model.asked()
    expect(chat.stage).to_have_text("Writing…")
    assert chat.shown() == ""
    writing.say("The threshold ")
    chat.shows("The threshold")
    chat.is_streaming()
    known = server.parts.retriever.scope(EVERYTHING).indexed_at  # an index doesn't tell when it last changed
    expect(chat.stage).to_contain_text(f"Searched all {documents} documents" + (", index of " if known else ""))
    writing.say("is set [1].")
    chat.shows("is set 1.")
    chat.is_streaming()
    expect(chat.sources).to_have_count(0)
    writing.finish()
    chat.has_ended()
    assert chat.shown() == "The threshold is set 1."


def test_a_cursor_pulses_behind_the_last_letter_while_it_is_written_and_goes_with_the_end(new_context, server):
    """Exactly one at any time: before the first word, in a paragraph, between blocks, in a list, in code."""
    chat = ChatPage(new_context(reduced_motion="no-preference").new_page()).open(server.url)
    chat.ask()
    writing = server.model.asked()
    for text, shown in (
        ("", ""),
        ("One", "One"),
        (" two.\n\n", "two."),
        ("- first\n- sec", "sec"),
        ("\n\n```python\nx = 1", "x = 1"),
        ("\n```\n\nBehind", "Behind"),
    ):
        writing.say(text)
        chat.shows(shown)
        chat.page.wait_for_function(_ONE_CURSOR)
        assert [cursor["animation"] for cursor in chat.cursor()] == [PULSING], text
    writing.finish()
    chat.has_ended()
    assert chat.cursor() == []


_ONE_CURSOR = """() => [...document.querySelectorAll(".answer .body, .answer .body *")].filter((element) => {
  const style = getComputedStyle(element, "::after");
  return style.content === '""' && parseFloat(style.width) > 0;
}).length === 1"""


def test_the_citations_follow_the_text_cited_ones_first_with_all_that_tells_where_they_stand(chat, server):
    """Title, speaker, time and an excerpt that stands verbatim in the document."""
    chat.ask()
    writing = server.model.asked()
    passages = writing.prompt.passages
    spoken = next(n for n, p in enumerate(passages, 1) if p.segments and p.start_s is not None and n > 1)
    writing.say(f"It was agreed [{spoken}].")
    writing.finish()
    chat.has_ended()
    summary = chat.answer.locator(".sources > summary")
    expect(summary).to_have_text("1 source cited")
    first = chat.sources.first
    expect(first.locator(".number")).to_have_text(str(spoken))
    passage = passages[spoken - 1]
    expect(first.locator(".source-title")).to_have_text(passage.title)
    expect(first.locator(".source-head span").nth(1)).to_be_visible()
    places = first.locator(".source-head span").all_inner_texts()
    assert places[0] in passage.speakers
    assert re.fullmatch(r"(\d+:)?\d+:\d\d", places[1])
    assert first.locator("blockquote").text_content() in passage.text
    expect(chat.sources).to_have_count(len(passages))
    expect(chat.sources.nth(1)).to_be_hidden()
    chat.answer.locator(".others > summary").click()
    expect(chat.sources.nth(1)).to_be_visible()
    summary.click()
    expect(first).to_be_hidden()


def test_a_page_number_tells_where_in_a_pdf_a_source_stands(chat, model):
    chat.ask("How many battery failures were there in January, and why?")
    writing = model.asked()
    n = next(n for n, p in enumerate(writing.prompt.passages, 1) if p.page)
    writing.say(f"Some [{n}].")
    writing.finish()
    chat.has_ended()
    expect(chat.sources.first.locator(".source-head")).to_contain_text(f"page {writing.prompt.passages[n - 1].page}")


@pytest.mark.both_forms
def test_a_marker_in_the_text_leads_to_its_source(chat, model):
    """By mouse and by key, and from its card below the answer; words that are being selected are not a click."""
    chat.ask()
    writing = model.asked()
    one, two = writing.prompt.passages[:2]
    writing.say("First [1]. Second [2].")
    writing.finish()
    chat.has_ended()
    markers, panel = chat.body.locator(".cite"), chat.page.locator("#panel")
    markers.nth(1).click()
    expect(panel.get_by_role("heading", name=two.title)).to_be_focused()
    expect(panel.locator(".cited", has_text=two.text.splitlines()[-1].split(": ")[-1])).to_be_visible()
    markers.first.focus()
    chat.page.keyboard.press("Enter")
    expect(panel.locator(".cited", has_text=one.text.splitlines()[-1].split(": ")[-1])).to_be_visible()
    panel.get_by_role("button", name="Close the source").click()
    words = chat.sources.first.locator("blockquote")
    words.drag_to(words, source_position={"x": 5, "y": 8}, target_position={"x": 200, "y": 8})
    chat.page.wait_for_function("() => String(getSelection())")
    expect(panel).to_be_hidden()
    words.click()
    expect(panel).to_be_visible()
    expect(chat.page).to_have_url(re.compile("^[^#]*$"))


def test_enter_sends_shift_and_enter_breaks_the_line_and_nothing_is_sent_for_nothing(chat, model):
    chat.query.press("Enter")
    chat.query.fill("   ")
    chat.query.press("Enter")
    expect(chat.questions).to_have_count(0)
    chat.query.fill("One")
    chat.query.press("Shift+Enter")
    chat.page.keyboard.type("two")
    expect(chat.query).to_have_value("One\ntwo")
    chat.query.press("Enter")
    expect(chat.questions).to_have_text(["One\ntwo"])
    model.asked().finish()
    chat.has_ended()


def test_what_is_typed_behind_a_question_that_was_just_sent_is_no_part_of_it(chat, model):
    """However late the page comes to send it; and a key pressed twice sends it once."""
    chat.page.evaluate("""() => {
      const box = document.getElementById("query");
      box.value = "The first?";
      for (let n = 0; n < 2; n++) box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      box.value += " And mo";
    }""")
    expect(chat.questions).to_have_text(["The first?"])
    expect(chat.query).to_have_value(" And mo")
    model.asked().finish()
    chat.has_ended()
    expect(chat.questions).to_have_count(1)


def test_the_keyboard_reaches_everything_in_the_order_in_which_it_stands(chat, model):
    """And the focus stays where it is when text comes and when the answer ends."""
    chat.ask()
    writing = model.asked()
    expect(chat.query).to_be_focused()
    writing.say("One [1].\n\n")
    chat.shows("One")
    expect(chat.query).to_be_focused()
    writing.finish()
    chat.has_ended()
    expect(chat.query).to_be_focused()
    chat.reload()
    expect(chat.body.locator(".cite")).to_be_visible()
    reached = []
    for _ in range(150):
        chat.page.keyboard.press("Tab")
        reached.append(chat.page.evaluate(_NAME))
        if reached[-1] == "send":
            break
    assert reached[0] == "skip"
    wanted = ["skip", "history-toggle", "brand", "scheme", "new", "history-query", "scroll", "cite", "query", "send"]
    assert [name for name in reached if name in wanted] == wanted, reached


_NAME = "() => document.activeElement.id || document.activeElement.className.split(' ')[0]"


def test_the_skip_link_leads_to_the_question_and_disturbs_nothing(chat, model):
    """Not the answer that is being written, and not the question that waits."""
    chat.ask()
    writing = model.asked()
    writing.say("Half ")
    chat.shows("Half")
    chat.ask("The next?")
    chat.page.locator(".skip").focus()
    chat.page.keyboard.press("Enter")
    expect(chat.query).to_be_focused()
    chat.is_streaming()
    expect(chat.queued).to_contain_text("The next?")
    writing.say("and whole.")
    chat.shows("Half and whole.")
    writing.finish()
    assert model.asked().prompt.question == "The next?"


def test_a_screen_reader_is_told_once_at_the_start_and_once_at_the_end(chat, model):
    """Never a token aloud: what is being written is busy, and no live region inside it."""
    chat.listen("#announcer", "#alerts")
    chat.ask()
    writing = model.asked()
    writing.say("One two [1].", " Three.\n\nFour.")
    chat.shows("Four")
    chat.is_streaming()
    assert chat.told() == ["Searching."]
    writing.finish()
    chat.has_ended()
    assert chat.told() == ["Searching.", "The answer is complete, with 1 source cited."]
    expect(chat.page.locator("#thread")).to_have_attribute("aria-live", "off")


def test_a_first_question_is_suggested_and_asked_by_a_click(chat, model):
    suggestion = chat.page.locator(".suggestion").first
    expect(suggestion).to_have_text(QUESTION)
    suggestion.click()
    expect(chat.questions).to_have_text([QUESTION])
    model.asked().finish()
    chat.has_ended()


def test_a_new_conversation_is_empty_and_has_an_address_of_its_own(chat, model):
    """What was asked before stands at its own address, one step back."""
    chat.ask()
    writing = model.asked()
    writing.say("Kept.")
    writing.finish()
    chat.has_ended()
    first = chat.conversation
    chat.page.locator("#new").click()
    expect(chat.questions).to_have_count(0)
    expect(chat.page.locator("#welcome")).to_be_visible()
    expect(chat.query).to_be_focused()
    assert chat.conversation != first
    chat.ask("Another?")
    second = model.asked()
    assert "Kept." not in str(second.prompt.messages)
    second.finish()
    chat.has_ended()
    second_conversation = chat.conversation
    assert second_conversation != first
    chat.page.go_back()
    expect(chat.questions).to_have_text([QUESTION])
    chat.shows("Kept.")
    assert chat.conversation == first
    chat.page.go_forward()
    expect(chat.questions).to_have_text(["Another?"])

"""Limiting a question: by name, kind, tag, speaker and date; the answer says what it searched, and can be widened."""

import re

from playwright.sync_api import Locator, expect

from footnote.errors import Truncated
from footnote.passages import EVERYTHING, Filter, Kind


def field(chat) -> Locator:
    return chat.page.get_by_role("combobox", name="Limit the next question")


def choose(chat, typed: str, name: str) -> None:
    """Find it by typing, and take it by the keyboard."""
    field(chat).click()
    field(chat).press_sequentially(typed)
    expect(chat.page.get_by_role("option").first).to_contain_text(name)
    field(chat).press("ArrowDown")
    field(chat).press("Enter")
    field(chat).press("Escape")
    expect(chat.page.get_by_role("listbox")).to_be_hidden()


def chips(chat) -> Locator:
    return chat.page.locator(".chip")


def searched(server, count: int, only: str) -> re.Pattern[str]:
    """What the answer says of its search; an index doesn't tell of when it is."""
    scope = server.parts.retriever.scope(EVERYTHING)
    as_of = ", index of .*" if scope.indexed_at else ""
    return re.compile(f"^Searched {count} of {scope.total} documents{as_of} · only: {re.escape(only)}$")


def test_a_filter_limits_the_next_question_and_the_answer_says_what_it_searched(chat, server):
    """Found by typing, shown as chosen, applied in the search, told in the answer, and kept for a reload."""
    documents = server.parts.library.documents()
    chosen = next(d for d in documents if d.kind is Kind.RECORDING)
    expect(field(chat)).to_have_attribute("placeholder", f"All {len(documents)} documents")
    choose(chat, chosen.title[:12], chosen.title)
    expect(chips(chat)).to_have_text([chosen.title])
    server.retriever.hold()
    chat.ask("What about the bikes?")
    expect(chat.stage).to_have_text(f"Searching 1 of {len(documents)} documents…")
    server.retriever.release()
    writing = server.model.asked()
    assert {passage.document_id for passage in writing.prompt.passages} == {chosen.id}
    writing.say("It says so [1].")
    said = searched(server, 1, chosen.title)
    expect(chat.stage).to_have_text(said)
    writing.finish()
    chat.has_ended()
    expect(chat.sources.first.locator(".source-title")).to_have_text(chosen.title)
    chat.page.get_by_label("Search everything again").click()
    chat.ask("And in all?")
    writing = server.model.asked()
    assert len({passage.document_id for passage in writing.prompt.passages}) > 1
    writing.finish()
    chat.has_ended()
    expect(chat.stage).to_contain_text(f"Searched all {len(documents)} documents")
    expect(chat.answer.locator(".widen")).to_be_hidden()
    chat.reload()
    expect(chat.answers.first.locator(".stage")).to_have_text(said)


def test_a_waiting_question_keeps_the_filter_it_was_asked_with(chat, server):
    """Also when the filter is changed while it waits; and so does what goes on from it, and what is asked instead."""
    chat.ask("The first?")
    first = server.model.asked()
    chosen = server.parts.library.documents()[0]
    choose(chat, chosen.title[:12], chosen.title)
    chat.ask("The second?")
    expect(chat.queued).to_contain_text("The second?")
    chat.page.get_by_label("Search everything again").click()
    first.finish()
    second = server.model.asked()
    second.say("Half of it")
    second.fail(Truncated())
    chat.has_ended("error")
    chat.go_on.click()
    third = server.model.asked()
    third.finish()
    chat.has_ended()
    chat.page.get_by_role("button", name="Edit the question").last.click()
    chat.page.get_by_role("textbox", name="Edit the question").fill("The third?")
    chat.page.keyboard.press("Enter")
    fourth = server.model.asked()
    fourth.finish()
    chat.has_ended()
    for asked in (second, third, fourth):
        assert {passage.document_id for passage in asked.prompt.passages} <= {chosen.id}
    expect(chat.stage).to_contain_text(f"· only: {chosen.title}")


def test_tags_and_dates_together_and_one_click_to_widen(chat, server):
    """Each is a chip, the count follows at once; a reload and the wider version keep what was chosen."""
    choose(chat, "tag rec", "recordings")
    choose(chat, "tag pol", "policies")
    left = chat.page.locator(".filter-left")
    wanted = Filter(tags=frozenset({"recordings", "policies"}))
    expect(left).to_have_text(f"{server.parts.retriever.scope(wanted).searched} of 6 documents")
    field(chat).click()
    chat.page.get_by_role("option", name="Choose dates…").click()
    chat.page.get_by_label("From", exact=True).fill("2026-03-19")
    chat.page.get_by_label("To", exact=True).press("Enter")
    expect(left).to_have_text("2 of 6 documents")
    names = ["tag recordings", "tag policies", "since March 19"]
    expect(chips(chat)).to_have_text(names)
    chat.reload()
    expect(chips(chat)).to_have_text(names)
    chat.ask("What about the bikes?")
    server.model.asked().finish()
    chat.has_ended()
    limited = searched(server, 2, ", ".join(names))
    expect(chat.stage).to_have_text(limited)
    chat.answer.get_by_role("button", name="Search all 6").click()
    writing = server.model.asked()
    assert {passage.document_id for passage in writing.prompt.passages} > {"recordings/2026-03-19-fares-and-passes"}
    writing.finish()
    chat.has_ended()
    expect(chat.versions).to_contain_text("2 of 2")
    expect(chat.stage).to_contain_text("Searched all 6 documents")
    expect(chips(chat)).to_have_text(names)
    chat.page.get_by_role("button", name="Previous version").click()
    expect(chat.stage).to_have_text(limited)
    chat.page.get_by_role("button", name="Remove tag policies").click()
    expect(field(chat)).to_be_focused()
    field(chat).press("Backspace")
    expect(chips(chat)).to_have_text(["tag recordings"])


def test_a_filter_that_leaves_nothing_says_so_before_and_after(chat, server):
    choose(chat, "policies", "policies")
    choose(chat, "this year", "This year")
    expect(chat.page.locator(".filter-left")).to_have_text("0 of 6 documents")
    chat.ask("What about the bikes?")
    writing = server.model.asked()
    assert writing.prompt.passages == ()
    writing.finish()
    chat.has_ended()
    expect(chat.stage).to_contain_text("Searched none of 6 documents")
    expect(chat.answer.get_by_role("button", name="Search all 6")).to_be_visible()


def test_a_new_conversation_begins_without_the_filter_and_an_old_one_with_its_last(chat, server):
    chosen = server.parts.library.documents()[0]
    choose(chat, chosen.title[:12], chosen.title)
    chat.ask("What about the bikes?")
    server.model.asked().finish()
    chat.has_ended()
    chat.page.get_by_role("button", name="New conversation").first.click()
    expect(chips(chat)).to_have_count(0)
    chat.page.locator(".past-link").first.click()
    expect(chips(chat)).to_have_text([chosen.title])
    chat.page.evaluate("id => footnote.scope.only([id])", server.parts.library.documents()[1].id)
    expect(chips(chat)).to_have_text([server.parts.library.documents()[1].title])

"""Limiting the next question to chosen documents."""

from playwright.sync_api import expect


def test_a_filter_limits_the_next_question_and_the_answer_says_what_it_searched(chat, server):
    """Found by typing, shown as chosen, applied in the search, told in the answer, and kept for a reload."""
    documents = server.parts.library.documents()
    chosen = next(d for d in documents if d.kind.value == "recording")
    _choose(chat, chosen.title)
    server.retriever.hold()
    chat.ask("What about the bikes?")
    expect(chat.stage).to_have_text("Searching 1 document…")
    server.retriever.release()
    writing = server.model.asked()
    assert {passage.document_id for passage in writing.prompt.passages} == {chosen.id}
    writing.say("It says so [1].")
    expect(chat.stage).to_have_text(f"Searched {chosen.title}")
    writing.finish()
    chat.has_ended()
    expect(chat.sources.first.locator(".source-title")).to_have_text(chosen.title)
    chat.page.get_by_label("Search all documents again").click()
    chat.ask("And in all?")
    writing = server.model.asked()
    assert len({passage.document_id for passage in writing.prompt.passages}) > 1
    writing.finish()
    chat.has_ended()
    expect(chat.stage).to_have_text(f"Searched {len(documents)} documents")
    chat.reload()
    expect(chat.answers.first.locator(".stage")).to_have_text(f"Searched {chosen.title}")


def test_a_waiting_question_keeps_the_filter_it_was_asked_with(chat, server):
    """Also when the filter is changed while it waits; and so does one that is tried again."""
    chat.ask("The first?")
    first = server.model.asked()
    chosen = server.parts.library.documents()[0]
    _choose(chat, chosen.title)
    chat.ask("The second?")
    chat.page.get_by_label("Search all documents again").click()
    first.finish()
    second = server.model.asked()
    assert {passage.document_id for passage in second.prompt.passages} <= {chosen.id}
    second.finish()
    chat.has_ended()
    expect(chat.stage).to_have_text(f"Searched {chosen.title}")


def _choose(chat, title: str) -> None:
    box = chat.page.get_by_label("Limit the next question to these documents").first
    box.click()
    box.press_sequentially(title[:12])
    chat.page.get_by_role("option", name=title, exact=True).click()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("option")).to_have_count(0)

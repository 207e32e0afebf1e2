"""Everyone can use the page: nothing that axe-core finds, in any state, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from history_page import answered, empty
from playwright.sync_api import expect
from visit import SIZES, Visit, visit, walk

from footnote import errors

ARABIC = "هذا نص عربي مع رقم [1] في الوسط."
RICH = (
    "## What was decided\n\nThe threshold is **40 %** [1], and *Mara* owns it [2, 3]. See [it](https://a.org/).\n\n"
    "1. One\n   - nested `code`\n   - [x] done\n   - [ ] to do\n2. Two\n\n> A quotation.\n\n"
    "| Name | Value |\n|---|---:|\n| a | 1 |\n\n```python\ndef f(x: int) -> str:\n    return 'x'  # a comment\n```\n\n"
    f"$$\nx = 1\n$$\n\n{ARABIC}\n\nThe end"
)


# --- the conversation -------------------------------------------------------------------------


def _empty(visit: Visit) -> None:
    expect(visit.page.locator("#welcome")).to_be_visible()


def _filter(visit: Visit) -> None:
    visit.page.get_by_role("combobox").click()
    expect(visit.page.get_by_role("option").first).to_be_visible()
    visit.page.get_by_role("option").first.click()


def _dates(visit: Visit) -> None:
    visit.page.get_by_role("option", name="Choose dates…").click()
    expect(visit.page.get_by_label("From", exact=True)).to_be_focused()


def _searching(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.page.locator(".filter-clear").click()
    visit.server.retriever.hold()
    visit.chat.ask()
    expect(visit.chat.stage).to_contain_text("Searching")


def _streaming(visit: Visit) -> None:
    visit.server.retriever.release()
    visit.say(RICH)
    visit.chat.shows("The end")
    visit.chat.is_streaming()


def _queued(visit: Visit) -> None:
    visit.chat.ask("And who pays for it?")
    expect(visit.chat.queued).to_be_visible()


def _failed_while_one_waits(visit: Visit) -> None:
    visit.writing.fail(errors.GenerationFailed())
    visit.chat.has_ended("error")
    expect(visit.page.get_by_role("button", name="Ask it now")).to_be_visible()


def _done(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Ask it now").click()
    visit.whole(RICH)
    expect(visit.chat.sources.first).to_be_visible()


def _failed_with_a_wait(visit: Visit) -> None:
    visit.page.locator("#new, #new-short").locator("visible=true").click()  # what was looked at is not looked at again
    expect(visit.chat.answers).to_have_count(0)
    visit.chat.ask()
    visit.say("Half")
    visit.chat.shows("Half")
    visit.writing.fail(errors.RateLimited(retry_after_s=600))
    visit.chat.has_ended("error")


def _stopped(visit: Visit) -> None:
    visit.chat.ask()
    visit.say("Half a sentence [1]")
    visit.chat.shows("Half a sentence")
    visit.chat.stop.click()
    visit.chat.has_ended("cancelled")


def _versions(visit: Visit) -> None:
    visit.chat.go_on.click()
    visit.whole(" and the rest.")
    expect(visit.chat.versions).to_be_visible()


def _editing(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Edit the question").last.click()
    expect(visit.page.locator(".edit-query")).to_be_focused()


def _marked_source(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.page.reload()
    visit.chat.has_ended()
    visit.chat.answers.nth(1).locator(".others summary").first.click()


def _inspector(visit: Visit) -> None:
    visit.chat.answer.locator(".inspection summary").click()
    visit.chat.answer.locator(".found-choice input").first.uncheck()
    expect(visit.chat.answer.get_by_role("button", name="Ask again without")).to_be_visible()


# --- what lies around it ----------------------------------------------------------------------


def _shortcuts(visit: Visit) -> None:
    visit.page.locator("#scroll").focus()
    visit.page.keyboard.press("?")
    expect(visit.page.get_by_role("dialog")).to_be_visible()


def _sidebar(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.drawer()
    expect(visit.history.links.first).to_be_visible()


def _menu(visit: Visit) -> None:
    visit.history.links.first.hover()
    visit.history.list.locator(".past-more").first.click()
    expect(visit.history.menu).to_be_visible()


def _renaming(visit: Visit) -> None:
    visit.history.menu.get_by_role("menuitem", name="Rename").click()
    expect(visit.history.field).to_be_focused()


def _nothing_found(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.history.search.fill("zzzz")
    expect(visit.page.get_by_role("button", name="Clear the search")).to_be_visible()


def _deleted(visit: Visit) -> None:
    visit.history.search.fill("")
    visit.history.choose("An older question?", "Delete")
    expect(visit.history.toast).to_be_visible()


def _offline(visit: Visit) -> None:
    visit.history.undo.click()
    visit.page.keyboard.press("Escape")
    visit.context.set_offline(True)
    expect(visit.chat.connection_says).to_contain_text("offline")


def _not_sent(visit: Visit) -> None:
    visit.chat.ask("What was said meanwhile?")
    expect(visit.chat.stage).to_contain_text("Not sent yet")


def _gone(visit: Visit) -> None:
    visit.context.set_offline(False)
    visit.whole()
    visit.page.goto(f"{visit.server.url}/c/00000000-0000-4000-8000-000000000000")
    expect(visit.page.locator(".notice")).to_be_visible()


def _nowhere(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/c/not-an-id")
    expect(visit.page.get_by_role("heading", level=1, name="There is nothing at this address")).to_be_focused()


def _library(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/library")
    expect(visit.page.get_by_role("heading", level=1, name="Library")).to_be_visible()
    expect(visit.page.locator(".holding").first).to_be_visible()


def _library_empty(visit: Visit) -> None:
    nothing = {"documents": [], "indexed_at": None, "uploads": None}
    visit.page.route("**/api/library/documents", lambda route: route.fulfill(json=nothing))
    visit.page.evaluate("footnote.library.changed()")
    expect(visit.page.locator(".library-empty")).to_be_visible()
    visit.page.unroute("**/api/library/documents")


def _uploads(visit: Visit) -> None:
    visit.page.evaluate("footnote.library.changed()")
    expect(visit.page.locator(".holding").first).to_be_visible()
    visit.page.evaluate("() => { XMLHttpRequest.prototype.send = () => {}; }")  # they stay on their way
    names = ("photo.png", "program.exe", "one.txt", "two.txt")
    files = [{"name": name, "mimeType": "text/plain", "buffer": b"words"} for name in names]
    visit.page.locator(".bring input").set_input_files(files)
    expect(visit.page.locator(".upload[data-state=failed]")).to_have_count(2)
    expect(visit.page.get_by_role("button", name="Cancel all")).to_be_visible()
    visit.page.locator(".holding").first.get_by_role("button", name="Tags of").click()
    expect(visit.page.locator(".tag-field")).to_be_focused()


def _removal(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.page.locator(".holding").first.get_by_role("button", name="Remove").click()
    expect(visit.page.get_by_role("dialog", name="Remove this document?")).to_be_visible()


STATES: list[Callable[[Visit], None]] = [
    _empty,
    _filter,
    _dates,
    _searching,
    _streaming,
    _queued,
    _failed_while_one_waits,
    _done,
    _failed_with_a_wait,
    _stopped,
    _versions,
    _editing,
    _marked_source,
    _inspector,
    _shortcuts,
    _sidebar,
    _menu,
    _renaming,
    _nothing_found,
    _deleted,
    _offline,
    _not_sent,
    _gone,
    _nowhere,
    _library,
    _library_empty,
]
"""Each goes on where the one before it left the page."""
CHANGES: list[Callable[[Visit], None]] = [_uploads, _removal]
"""Those of a library that is changed on the page, and not in Unity Catalog."""


@pytest.mark.console("ERR_INTERNET_DISCONNECTED", "404")
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_state_of_any_page(new_context, server, size):
    """WCAG 2.2 AA and good practice."""
    empty(server)
    answered(server, "An older question?")
    states = STATES if server.parts.fixed else STATES + CHANGES
    assert walk(visit(server, new_context, size), states) == []

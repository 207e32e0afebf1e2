"""Everyone can check an answer: nothing that axe-core finds in citations, sources, feedback and export."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe import findings
from page_server import served
from playwright.sync_api import expect
from source_library import library
from visit import SIZES, Visit, visit, walk

from footnote.parts import parts
from footnote.settings import Settings

pytestmark = pytest.mark.embedded_only(
    "its originals, a PDF's pages and a recording's sound, are files beside the embedded library"
)

SAID = "The pier opens in June [1], and 7,000 people came [2].\n\nNobody pays for it. So it is [1]."


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A library of one of each kind of source."""
    folder = tmp_path_factory.mktemp("shelf")
    with served(parts(Settings(data=folder / "data", library=library(folder / "library"), rate_limit="off"))) as server:
        yield server


def _checked(visit: Visit) -> None:
    visit.chat.ask("Who pays for the pier?")
    visit.whole(SAID)
    visit.chat.answer.locator(".support summary").click()


def _card(visit: Visit) -> None:
    visit.chat.body.locator(".cite").first.hover()
    expect(visit.page.locator("#card")).to_be_visible()


def _wrong_source(visit: Visit) -> None:
    visit.page.locator("#card").get_by_role("button", name="Wrong source").click()
    expect(visit.page.locator("#card textarea")).to_be_visible()


def _answer_feedback(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Escape")
    visit.chat.answer.locator(".answer-tools [aria-pressed]").last.click()
    expect(visit.chat.answer.locator(".answer-tools ~ * textarea, .answer-tools textarea").first).to_be_visible()


def _export(visit: Visit) -> None:
    visit.chat.answer.get_by_role("button", name="Export the answer").click()
    expect(visit.page.get_by_role("menu")).to_be_visible()


def _recording(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.chat.body.locator(".cite").first.click()
    panel = visit.page.locator("#panel")
    expect(panel.locator(".part").first).to_be_visible()
    panel.get_by_role("searchbox").fill("pier")
    expect(panel.get_by_role("status")).to_contain_text("of")


def _pdf(visit: Visit) -> None:
    quote = "Docking faults are the largest subject."
    visit.page.goto(f"{visit.server.url}/?source=winter-report-2025-26&passage=winter-report-2025-26%233&quote={quote}")
    expect(visit.page.locator("#panel .quote").first).to_be_attached()


def _table(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/?source=station-figures&passage=station-figures%232")
    expect(visit.page.locator("#panel .row-cited").first).to_be_visible()


def _no_source(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/library?source=nowhere")
    expect(visit.page.locator("#panel")).to_contain_text("no longer in the library")


STATES: list[Callable[[Visit], None]] = [
    _checked, _card, _wrong_source, _answer_feedback, _export, _recording, _pdf, _table, _no_source,
]  # fmt: skip


@pytest.mark.console("404")
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_where_an_answer_is_checked(new_context, shelf, size):
    """WCAG 2.2 AA and good practice."""
    assert walk(visit(shelf, new_context, size), STATES) == []


@pytest.mark.console("401", "ERR_EMPTY_RESPONSE")
def test_axe_finds_nothing_where_somebody_has_to_sign_in_again(far_chat, proxy):
    proxy.answer_with(401, "application/json", '{"code":"AUTH_ERROR","message":"","retryable":false}')
    far_chat.ask()
    expect(far_chat.connection.get_by_role("link", name="Sign in")).to_be_visible()
    assert findings(far_chat.page) == []


def test_axe_would_find_what_is_wrong(chat):
    """The rules that matter most are on: words that are hard to read, targets that are hard to hit, and no name."""
    chat.page.evaluate(_SPOIL)
    found = {finding.split(" at ")[0] for finding in findings(chat.page)}
    assert {"color-contrast", "target-size", "button-name", "region"} <= found


_SPOIL = """() => {
  const put = (parent, element, style, text) => {
    const made = parent.appendChild(document.createElement(element));
    Object.assign(made.style, style);
    made.textContent = text;
  };
  const main = document.getElementById("scroll");
  put(main, "p", { color: "#bbbbbb", background: "#ffffff" }, "Pale words");
  for (const text of ["", "x"]) put(main, "button", { width: "10px", height: "10px", padding: 0 }, text);
  put(document.body, "p", {}, "Outside of every region");
}"""

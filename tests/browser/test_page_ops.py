"""The operations page: its operators walk through it, by eye, ear and keyboard; for others there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from axe import COLOURS, findings
from page_server import PageServer, sample, served
from playwright.sync_api import Page, expect

from fakes import an_answer
from footnote.chat import FinishReason
from footnote.errors import Code
from footnote.events import Citation, Citations, Done, Error, Retrieved, Timings, Token, TokenCounts
from footnote.feedback import Feedback, Opinion, Reason
from footnote.parts import Parts
from footnote.settings import Settings

ANN, EVE = "ann@example.org", "eve@example.org"
PLOTS = 5
pytestmark = pytest.mark.embedded_only("a proxy of the tests' own says who asks")


def seed(made: Parts) -> None:
    """Answers of the last days, of every kind."""
    now = datetime.now(UTC)
    documents = made.library.documents()
    ends = [
        (Citations((Citation(1, f"{d.id}#0", d.id, d.title, "So.", cited=True),)), done(400 * n))
        for n, d in enumerate(documents[:3], 1)
    ]
    ends.append((Error(Code.TIMEOUT, "Too slow.", retryable=True),))
    ends.append((Retrieved(("who?",), ()), Token("Nothing was found."), Citations(()), done(90)))
    for n, events in enumerate(ends):
        answer = an_answer(created_at=now - timedelta(minutes=len(ends) - n), user=EVE, query="Who <b>swam</b>?")
        made.log.create(answer)
        made.log.append([(answer.id, list(events))])
    assert made.feedback
    made.feedback.put(Feedback(answer.id, EVE, Opinion.DOWN, now, reason=Reason.INCOMPLETE))


def done(ms: int) -> Done:
    return Done(FinishReason.STOP, TokenCounts(900, 40), Timings(3 * ms, first_token_ms=ms))


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    made = sample(tmp_path_factory.mktemp("data"))
    settings = Settings(data=made.settings.data, trust_identity=True, operators=ANN, rate_limit="off")
    seed(made)
    with served(replace(made, settings=settings)) as server:
        yield server


def looked_at(page: Page) -> None:
    """All plots stand, and nobody is kept out."""
    expect(page.locator(".plot .main-svg:visible").first).to_be_visible()
    expect(page.locator(".plot .js-plotly-plot")).to_have_count(PLOTS)
    expect(page.locator(".plot .trace, .plot .bars").first).to_be_visible()
    assert findings(page) == []


def test_an_operator_finds_the_page_and_reads_it_by_eye_ear_and_keyboard(new_context, behind_a_proxy) -> None:
    page = new_context(extra_http_headers={"X-Forwarded-Email": ANN}).new_page()
    page.goto(behind_a_proxy.url)
    page.get_by_role("link", name="Operations").click()
    expect(page).to_have_url(f"{behind_a_proxy.url}/ops/")
    expect(page).to_have_title("Operations · Footnote")
    expect(page.get_by_role("status")).to_contain_text("As of ")
    expect(page.locator("#ops-unanswered-says")).to_contain_text("For 1 question nothing fitting was found")
    expect(page.get_by_role("rowheader", name="Who <b>swam</b>?")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(EVE)
    looked_at(page)

    # By keyboard: another window, a table unfolded, and what is counted again leaves both where they are.
    page.get_by_role("radio", name="Last 24 hours").focus()
    page.keyboard.press("ArrowRight")
    load = page.get_by_role("region", name="Load")
    expect(load).to_contain_text("in six hours")
    load.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(load.get_by_role("table")).to_be_visible()
    expect(load.get_by_role("row")).to_have_count(29)
    with page.expect_response("**/_dash-update-component*"):
        page.locator("#ops-refresh").evaluate("button => button.click()")
    expect(load.get_by_role("table")).to_be_visible()
    expect(load.locator("summary")).to_be_focused()

    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    assert findings(page, COLOURS) == []
    bar, paper = (page.locator(at).first for at in (".plot .bars .point path", "body"))
    colours = [
        bar.evaluate("e => getComputedStyle(e).fill"),
        paper.evaluate("e => getComputedStyle(e).backgroundColor"),
    ]
    assert colours == ["rgb(165, 175, 250)", "rgb(22, 24, 29)"]

    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_function("document.documentElement.scrollWidth === 320")
    looked_at(page)
    page.get_by_role("link", name="Back to the questions").click()
    expect(page.locator("#query")).to_be_visible()


@pytest.mark.console("404")
def test_for_everybody_else_nothing_is_there(new_context, behind_a_proxy) -> None:
    page = new_context(extra_http_headers={"X-Forwarded-Email": EVE}).new_page()
    reply = page.goto(f"{behind_a_proxy.url}/ops/")
    assert reply
    assert reply.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    page.get_by_role("link", name="Begin a new conversation").click()
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    expect(page.get_by_role("link", name="Operations")).to_have_count(0)

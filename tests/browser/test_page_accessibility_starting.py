"""Everyone can begin: nothing that axe-core finds while one is asked, when all was told, and in the settings."""

from __future__ import annotations

import pytest
from page_server import sample, served
from playwright.sync_api import expect
from visit import SIZES, Visit, visit, walk


def welcomed(visit: Visit) -> None:
    expect(visit.page.locator(".welcome .suggestion")).to_have_count(4)
    expect(visit.page.locator("#offer")).to_be_visible()


def introduced(visit: Visit) -> None:
    visit.page.locator("#offer").get_by_role("button", name="Begin").click()
    expect(visit.chat.answers).to_have_count(1)
    visit.chat.has_ended()
    expect(visit.page.locator(".reply").first).to_be_visible()


def asked_for_topics(visit: Visit) -> None:
    _replied(visit, "Researcher", 2)
    visit.page.locator(".reply").first.click()
    expect(visit.page.locator(".reply").first).to_have_attribute("aria-pressed", "true")


def asked_for_sources(visit: Visit) -> None:
    visit.chat.send.click()
    expect(visit.chat.answers).to_have_count(3)
    visit.chat.has_ended()


def asked_for_style(visit: Visit) -> None:
    _replied(visit, "Skip", 4)


def introduced_whole(visit: Visit) -> None:
    _replied(visit, "Short", 5)
    expect(visit.page.locator(".follow-ups .suggestion").first).to_be_visible()


def _replied(visit: Visit, text: str, count: int) -> None:
    visit.page.locator(".replies").get_by_role("button", name=text, exact=True).click()
    expect(visit.chat.answers).to_have_count(count)
    visit.chat.has_ended()


def settings(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/settings")
    expect(visit.page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
    expect(visit.page.get_by_label("Your role")).to_have_value("Researcher")


def settings_changed(visit: Visit) -> None:
    visit.page.get_by_label("Your role").fill("Analyst")
    visit.page.get_by_label("Topics").fill(",".join("abcdefghijklm"))
    visit.page.get_by_label("Topics").blur()
    expect(visit.page.get_by_role("button", name="Undo")).to_be_visible()
    visit.page.get_by_role("combobox", name="Usual sources").click()
    expect(visit.page.get_by_role("option").first).to_be_visible()


def settings_deleted(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("button", name="Delete my profile").click()
    visit.page.get_by_role("button", name="Really delete it").click()
    expect(visit.page.get_by_label("Your role")).to_have_value("")


STATES = [
    welcomed,
    introduced,
    asked_for_topics,
    asked_for_sources,
    asked_for_style,
    introduced_whole,
    settings,
    settings_changed,
    settings_deleted,
]


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_a_first_day(tmp_path, new_context, size):
    """The first questions, those that follow, each step of the guided conversation, the settings."""
    with served(sample(tmp_path)) as server:
        first = visit(server, new_context, size)
        assert walk(first, STATES) == []
        first.context.close()

"""Footnote in another app: a page and a drawer that work there, and an app that is as it was."""

from __future__ import annotations

import re

import pytest
from axe import findings
from chat_page import ChatPage
from mounted_app import example, served
from playwright.sync_api import FrameLocator, Page, expect

from footnote import Footnote
from host_app import host_app, settings

NARROW = {"width": 390, "height": 780}
LARGE = {"width": 1600, "height": 900}
UP_MS = 20_000


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    with example(tmp_path_factory.mktemp("example")) as url:
        yield url


def _frame(page: Page, selector: str) -> FrameLocator:
    frame = page.frame_locator(selector)
    expect(frame.locator("html[data-chat]")).to_be_attached(timeout=UP_MS)
    return frame


def _drawer(page: Page) -> FrameLocator:
    return _frame(page, "footnote-drawer iframe")


def _ask(frame: FrameLocator, question: str) -> None:
    frame.locator("#query").fill(question)
    frame.locator("#query").press("Enter")
    expect(frame.locator(".answer.complete").last).to_be_visible(timeout=UP_MS)


def test_a_drawer_opens_beside_the_apps_page_keeps_its_place_and_is_the_same_as_the_page(new_context, watch, dashboard):
    page = new_context(viewport=LARGE).new_page()
    page.goto(dashboard)
    launch = page.get_by_role("button", name="Ask Footnote")
    expect(launch).to_be_visible()
    expect(page.locator("#total")).to_contain_text("since January")
    assert not [r for r in watch.requests if "/ask/api/" in r or r.endswith("/ask/")], "nothing before it is opened"
    launch.focus()
    page.keyboard.press("Enter")
    drawer = _drawer(page)
    expect(drawer.locator("#query")).to_be_focused()
    dialog = page.get_by_role("dialog", name="Ask Footnote")
    expect(dialog).to_be_visible()
    assert findings(page, within="footnote-drawer") == []
    _ask(drawer, "What was decided about the battery swap threshold?")

    page.get_by_text("West", exact=True).first.click()
    expect(page.locator("#total")).to_have_text("€ 46,641 since January")
    page.get_by_role("link", name="Stations").click()
    expect(page.get_by_role("heading", name="Stations", exact=True)).to_be_visible()
    expect(drawer.locator(".answer.complete")).to_be_visible()
    drawer.locator("#query").press("Escape")
    expect(dialog).to_be_hidden()
    expect(launch).to_be_focused()

    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page).to_have_url(f"{dashboard}/ask")
    whole = _frame(page, "iframe.footnote-frame")
    expect(whole.locator(".answer.complete")).to_be_visible(timeout=UP_MS)
    expect(launch).to_be_hidden()
    page.reload()
    expect(_frame(page, "iframe.footnote-frame").locator(".answer.complete")).to_be_visible(timeout=UP_MS)


def test_what_a_chart_shows_goes_along_with_a_question_and_is_cited(new_context, dashboard):
    page = new_context(viewport=LARGE).new_page()
    page.goto(dashboard)
    page.get_by_text("West", exact=True).first.click()
    expect(page.locator("#total")).to_have_text("€ 46,641 since January")
    page.get_by_role("button", name="Ask about this: Revenue by region, in euros").click()
    drawer = _drawer(page)
    about = drawer.get_by_role("group", name="What the question is about")
    expect(about).to_have_text("About: Revenue by region, in euros6 rows · Region: West")
    expect(drawer.locator("#query")).to_be_focused()
    _ask(drawer, "What was the revenue of the region West in Jun?")
    answer = drawer.locator(".turn").last
    expect(answer.locator(".about-line")).to_contain_text("Revenue by region, in euros")
    expect(answer.locator(".body")).to_contain_text("Month: Jun; Revenue: 14322")
    cite = answer.locator(".body .cite").first
    expect(cite).to_have_text("1")
    cite.click()
    panel = drawer.locator("#panel")
    expect(panel.get_by_role("heading", name="Revenue by region, in euros")).to_be_visible()
    expect(panel.get_by_role("gridcell", name="14322")).to_be_visible(timeout=UP_MS)
    expect(panel.locator(".row-cited")).to_have_text(re.compile("Jun.*14322"))
    panel.get_by_role("button", name="Close").click()

    page.reload()
    page.get_by_role("button", name="Ask Footnote").click()
    again = _drawer(page)
    expect(again.locator(".turn .about-line")).to_contain_text("6 rows · Region: West", timeout=UP_MS)
    expect(again.locator(".answer.complete .cite").first).to_be_visible(timeout=UP_MS)
    expect(about).to_be_hidden()

    page.get_by_role("link", name="Stations").click()
    expect(page.get_by_text("West Park")).to_be_visible(timeout=UP_MS)  # what is asked about has to be there
    page.get_by_role("button", name="Ask about this: Rides and revenue by station, June").click()
    expect(about).to_have_text("About: Rides and revenue by station, June7 rows · Region: All")
    about.get_by_role("button").click()
    expect(about).to_be_hidden()
    expect(again.locator("#query")).to_be_focused()


@pytest.mark.console("Failed to execute 'postMessage'")
def test_the_drawer_goes_by_the_page_around_and_stands_a_sign_in_of_another_site(new_context, dashboard):
    """A colour is written in any of CSS's ways; another site's frame hides its address; a page may show Footnote."""
    page = new_context(viewport=LARGE).new_page()
    page.goto(dashboard)
    launch = page.get_by_role("button", name="Ask Footnote")
    launch.click()
    drawer = _drawer(page)
    for colour, scheme in (("oklch(0.25 0.02 260)", "dark"), ("oklch(0.98 0 0)", "light")):
        page.evaluate("(colour) => (document.body.style.background = colour)", colour)
        expect(page.locator("footnote-drawer")).to_have_attribute("data-scheme", scheme)
        expect(drawer.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
    dialog = page.get_by_role("dialog", name="Ask Footnote")
    whole = dialog.get_by_role("link", name="Open in a tab of its own")
    _ask(drawer, "What was decided about the battery swap threshold?")
    whole.focus()
    expect(whole).to_have_attribute("href", re.compile("/ask/c/"))
    page.locator("footnote-drawer iframe").evaluate("(frame) => (frame.src = 'data:text/html,<h1>Sign in</h1>')")
    expect(page.frame_locator("footnote-drawer iframe").get_by_role("heading", name="Sign in")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    launch.click()
    expect(dialog).to_be_visible()
    expect(whole).to_have_attribute("href", "/ask/")

    expect(page.locator("html")).to_have_attribute("data-footnote", "beside")
    page.get_by_role("link", name="Ask", exact=True).click()
    _frame(page, "iframe.footnote-frame")
    expect(page.locator("html")).not_to_have_attribute("data-footnote", "beside")


def test_on_a_narrow_screen_the_drawer_lies_over_all_and_is_left_by_its_keys(new_context, dashboard):
    page = new_context(viewport=NARROW, color_scheme="dark", locale="de-DE").new_page()
    page.goto(f"{dashboard}/stations")
    launch = page.get_by_role("button", name="Footnote fragen")
    launch.click()
    drawer = _drawer(page)
    expect(drawer.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    dialog = page.get_by_role("dialog", name="Footnote fragen")
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 780}
    assert page.evaluate("document.elementFromPoint(20, 20).localName") == "footnote-drawer"
    assert findings(page, within="footnote-drawer") == []
    close = dialog.get_by_role("button", name="Schließen")
    close.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(launch).to_be_focused()


_LOOKS = """() => [...document.querySelectorAll("body, #react-entry-point *")].map((element) => {
  const style = getComputedStyle(element);
  const own = [...style].filter((name) => !name.startsWith("--"));
  return [element.localName, element.className, ...own.map((name) => `${name}: ${style.getPropertyValue(name)}`)];
})"""


def test_the_apps_own_page_looks_and_answers_as_without_it(context, tmp_path):
    """Its style speaks of buttons and of an id that Footnote's page has as well."""

    def look(app) -> tuple[object, str]:
        with served(app) as url:
            page = context.new_page()
            page.goto(url)
            expect(page.locator("#said")).to_have_text("You said a; the app is host")
            page.locator("#query").fill("b")
            expect(page.locator("#said")).to_have_text("You said b; the app is host")
            looks = page.evaluate(_LOOKS)
            if page.get_by_role("button", name="Ask Footnote").count():
                page.get_by_role("button", name="Ask Footnote").click()
                expect(_drawer(page).locator("#query")).to_have_css("color", "rgb(29, 32, 38)")
                page.locator("#query").first.fill("c")
                expect(page.locator("#said")).to_have_text("You said c; the app is host")
            return looks

    without = look(host_app())
    app = host_app()
    Footnote(app, settings=settings(tmp_path))
    for now, before in zip(look(app), without, strict=True):
        assert now == before


def test_without_pages_and_under_a_prefix_its_path_is_the_whole_page(context, tmp_path):
    app = host_app(url_base_pathname="/team/")
    Footnote(app, settings=settings(tmp_path), path="/help/ask", drawer=False)
    with served(app) as url:
        chat = ChatPage(context.new_page())
        chat.open(f"{url}/team/help/ask")
        expect(chat.page).to_have_url(f"{url}/team/help/ask/")
        chat.ask("Where does the depot move?")
        chat.has_ended()
        chat.shows("harbour")
        assert "/team/help/ask/c/" in chat.conversation
        chat.body.locator(".cite").first.click()
        expect(chat.page.locator("#panel mark").first).to_contain_text("harbour")
        chat.page.keyboard.press("Escape")
        chat.page.get_by_role("link", name="Library").click()
        expect(chat.page).to_have_url(f"{url}/team/help/ask/library")
        expect(chat.page.get_by_role("heading", name="Library")).to_be_visible()
        chat.page.go_back()
        chat.reload()
        chat.shows("harbour")
        with chat.page.expect_download() as saved:
            chat.answer.get_by_role("button", name="Export").click()
            chat.page.get_by_role("menuitem", name="Export as Markdown").click()
        assert "harbour" in saved.value.path().read_text("utf-8")

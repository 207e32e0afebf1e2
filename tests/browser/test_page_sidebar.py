"""The sidebar fits every screen and hand; the addresses of conversations and answers lead to them."""

import pytest
from chat_page import ChatPage
from history_page import HistoryPage, answered, call, empty
from playwright.sync_api import expect

NARROW = {"width": 390, "height": 844}
LEAST_TARGET_PX = 24


@pytest.fixture(autouse=True)
def _nothing_kept(server):
    empty(server)


@pytest.fixture
def past(chat) -> HistoryPage:
    return HistoryPage(chat.page)


@pytest.fixture
def narrow_chat(new_context, server) -> ChatPage:
    answered(server, "The first?", said="The first answer.")
    answered(server, "The second?", said="The second answer.")
    return ChatPage(new_context(viewport=NARROW).new_page()).open(server.url)


def test_a_wide_page_folds_the_sidebar_and_remembers_it(chat, past):
    expect(past.toggle).to_have_attribute("aria-expanded", "true")
    expect(chat.page.locator("#new-short")).to_be_hidden()
    past.toggle.click()
    expect(past.nav).to_be_hidden()
    expect(past.toggle).to_have_attribute("aria-expanded", "false")
    expect(chat.page.locator("#new-short")).to_be_visible()
    chat.reload()
    expect(past.nav).to_be_hidden()
    past.toggle.click()
    expect(past.nav).to_be_visible()
    chat.reload()
    expect(past.nav).to_be_visible()


def test_a_browser_that_keeps_nothing_shows_the_sidebar(context, server):
    refused = "{ get() { throw new Error('refused'); } }"
    for name in ("localStorage", "sessionStorage"):
        context.add_init_script(f"Object.defineProperty(window, '{name}', {refused})")
    page = context.new_page()
    past = HistoryPage(page)
    ChatPage(page).open(server.url)
    expect(past.nav).to_be_visible()
    past.toggle.click()
    expect(past.nav).to_be_hidden()


def test_a_narrow_page_has_a_drawer_that_keeps_the_focus_and_gives_it_back(narrow_chat):
    page, past = narrow_chat.page, HistoryPage(narrow_chat.page)
    expect(past.nav).to_be_hidden()
    past.toggle.click()
    expect(past.nav).to_be_visible()
    expect(past.toggle).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#history-close")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(_FOCUS) in {"history", ""}, "the focus left the drawer"
    page.keyboard.press("Escape")
    expect(past.nav).to_be_hidden()
    expect(past.toggle).to_be_focused()
    expect(past.toggle).to_have_attribute("aria-expanded", "false")
    past.toggle.click()
    page.mouse.click(380, 400)
    expect(past.nav).to_be_hidden()
    narrow_chat.query.fill("It can be typed again")


# Behind the last element the focus is the browser's own for one step.
_FOCUS = "() => (document.activeElement.closest('#history') ?? document.activeElement).id"


def test_a_conversation_that_is_opened_from_the_drawer_closes_it(narrow_chat):
    past = HistoryPage(narrow_chat.page)
    past.toggle.click()
    past.link("The first?").click()
    expect(past.nav).to_be_hidden()
    narrow_chat.shows("The first answer.")
    past.toggle.click()
    past.new.click()
    expect(past.nav).to_be_hidden()
    expect(narrow_chat.page.locator("#welcome")).to_be_visible()


def test_a_deletion_in_the_drawer_can_be_undone_there_and_after_it_closed(narrow_chat):
    page, past = narrow_chat.page, HistoryPage(narrow_chat.page)
    past.toggle.click()
    past.choose("The first?", "Delete")
    expect(past.undo).to_be_focused()
    past.undo.click()
    past.shows("The second?", "The first?")
    past.choose("The first?", "Delete")
    page.locator("#history-close").click()
    expect(past.toast).to_be_in_viewport()
    box, dock = past.toast.bounding_box(), page.locator(".dock").bounding_box()
    assert box["y"] + box["height"] < dock["y"], "the toast lies over the question's box"
    past.undo.click()
    past.toggle.click()
    past.shows("The second?", "The first?")


def test_everything_can_be_done_with_the_keyboard_alone(chat, past, server):
    """Search, open the menu, walk it, rename, delete, undo, open a conversation."""
    answered(server, "The first?", said="The first answer.")
    answered(server, "The second?", said="The second answer.")
    chat.reload()
    past.shows("The second?", "The first?")
    press = chat.page.keyboard.press
    past.search.focus()
    chat.page.keyboard.type("first")
    past.shows("The first?")
    press("Tab")
    expect(past.link("The first?")).to_be_focused()
    press("Tab")
    expect(past.more("The first?")).to_be_focused()
    expect(past.more("The first?")).to_be_visible()
    press("Enter")
    entries = past.menu.get_by_role("menuitem")
    expect(past.more("The first?")).to_have_attribute("aria-expanded", "true")
    last = entries.count() - 1
    for key, at in (("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", last), ("ArrowDown", 0), ("End", last), ("Home", 0)):
        press(key)
        expect(entries.nth(at)).to_be_focused()
    press("Escape")
    expect(past.menu).to_have_count(0)
    expect(past.more("The first?")).to_be_focused()
    expect(past.more("The first?")).to_have_attribute("aria-expanded", "false")
    press("Space")
    press("Enter")
    chat.page.keyboard.type("The renamed first")
    press("Enter")
    expect(past.more("The renamed first")).to_be_focused()
    for key in ("Enter", "End", "Enter"):
        press(key)
    expect(past.undo).to_be_focused()
    press("Enter")
    expect(past.link("The renamed first")).to_be_focused()
    press("Enter")
    chat.shows("The first answer.")
    expect(chat.scroll).to_be_focused()


def test_a_second_press_on_the_menus_button_closes_it(chat, past, server):
    answered(server, "A question?")
    chat.reload()
    past.link("A question?").hover()
    past.more("A question?").click()
    expect(past.menu).to_be_visible()
    past.more("A question?").click()
    expect(past.menu).to_have_count(0)
    past.more("A question?").click()
    expect(past.menu).to_be_visible()
    chat.page.mouse.click(640, 27)  # the header, where nothing can be pressed
    expect(past.menu).to_have_count(0)


def test_the_list_has_names_headings_and_lists_for_a_screen_reader(chat, past, server):
    answered(server, "A question?")
    chat.reload()
    past.shows("A question?")
    expect(past.nav.get_by_role("heading", level=2, name="Conversations")).to_be_attached()
    expect(past.nav.get_by_role("list", name="Today").get_by_role("listitem")).to_have_count(1)
    expect(past.nav.get_by_role("search")).to_be_visible()
    chat.page.evaluate("document.querySelector('.past-more').click()")
    expect(past.menu).to_have_accessible_name("More for “A question?”")


@pytest.mark.parametrize("options", [{}, {"viewport": NARROW, "has_touch": True}], ids=["wide", "narrow"])
def test_every_target_is_large_enough_for_a_finger(new_context, server, options):
    answered(server, "A question?")
    chat = ChatPage(new_context(**options).new_page()).open(server.url)
    past = HistoryPage(chat.page)
    if options:
        past.toggle.click()
    past.link("A question?").focus()
    past.choose("A question?", "Delete")
    expect(past.toast).to_be_visible()
    past.undo.click()
    past.link("A question?").hover()
    past.more("A question?").click()
    small = "a, button, input"
    script = """(elements, least) => elements
      .filter((element) => element.checkVisibility() && !element.closest('.skip, .dock'))
      .map((element) => [element.className || element.id, element.getBoundingClientRect()])
      .filter(([, box]) => box.width < least || box.height < least)
      .map(([name, box]) => `${name} ${box.width} by ${box.height}`)"""
    assert chat.page.locator(small).evaluate_all(script, LEAST_TARGET_PX) == []


def test_nothing_moves_for_who_asked_for_reduced_motion(new_context, server):
    chat = ChatPage(new_context(viewport=NARROW).new_page()).open(server.url)
    past = HistoryPage(chat.page)
    chat.ask("A question?")
    server.model.asked()
    past.toggle.click()
    expect(past.running).to_have_count(1)
    assert chat.page.evaluate("document.getAnimations().length") == 0
    past.choose("A question?", "Delete")
    expect(past.toast).to_be_visible()
    assert chat.page.evaluate("document.getAnimations().length") == 0


def test_forced_colours_leave_every_sign_visible(new_context, server):
    answered(server, "A question?")
    chat = ChatPage(new_context(forced_colors="active").new_page()).open(server.url)
    past = HistoryPage(chat.page)
    past.link("A question?").click()
    chat.has_ended()
    expect(past.current).to_be_visible()
    style = "element => { const s = getComputedStyle(element); return [s.backgroundColor, s.outlineStyle]; }"
    assert past.toggle.locator(".icon").evaluate(style)[0] != past.toggle.evaluate(style)[0]
    assert past.link("A question?").evaluate(style)[1] == "solid"


def test_an_address_with_an_answer_leads_to_it_and_stays_there(chat, server):
    long = "\n\n".join(f"Paragraph {n} of a long answer." for n in range(40))
    session = answered(server, "The first?", "The second?", "The third?", said=long)
    answers = [turn["answer_id"] for turn in call(server, "GET", f"/sessions/{session}")["turns"]]
    chat.open(f"{server.url}/c/{session}#a-{answers[1]}")
    expect(chat.answers.nth(1)).to_be_focused()
    expect(chat.questions.nth(1)).to_be_in_viewport()
    expect(chat.questions.nth(2)).not_to_be_in_viewport()
    chat.page.evaluate("id => { location.hash = `a-${id}`; }", answers[0])
    expect(chat.answers.nth(0)).to_be_focused()
    expect(chat.questions.nth(0)).to_be_in_viewport()
    chat.page.go_back()
    expect(chat.answers.nth(1)).to_be_focused()
    expect(chat.questions).to_have_count(3)


def test_every_answer_offers_its_link(new_context, server):
    chat = ChatPage(new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()).open(server.url)
    chat.ask("The first?")
    server.model.asked().finish()
    chat.has_ended()
    chat.ask("The second?")
    server.model.asked()
    chat.stop.click()
    chat.has_ended("cancelled")
    links = chat.page.get_by_role("button", name="Copy link to this answer")
    expect(links).to_have_count(2)
    chat.listen("#thread .tool")
    links.first.click()
    chat.hears("Copied")
    expect(chat.page.locator("#announcer")).to_have_text("Link copied.")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{chat.conversation}#{chat.answers.first.get_attribute('id')}"
    chat.page.goto("about:blank")
    chat.open(copied)
    expect(chat.answers.first).to_be_focused()


def test_where_nothing_can_be_copied_the_address_becomes_the_link(chat, server):
    chat.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    chat.ask("The question?")
    server.model.asked().finish()
    chat.has_ended()
    chat.page.get_by_role("button", name="Copy link to this answer").click()
    expect(chat.answer).to_be_focused()
    assert chat.conversation.endswith(f"#{chat.answer.get_attribute('id')}")


def test_the_address_of_an_older_version_shows_it(chat, server):
    session = answered(server, "The question?", said="The older answer.")
    older = call(server, "GET", f"/sessions/{session}")["turns"][0]["answer_id"]
    answered(server, "The question?", said="The newer answer.", session_id=session, replaces=older)
    chat.open(f"{server.url}/c/{session}")
    chat.shows("The newer answer.")
    chat.page.evaluate("id => { location.hash = `a-${id}`; }", older)
    chat.shows("The older answer.")
    expect(chat.answer).to_be_focused()


@pytest.mark.console("Failed to load resource")
def test_a_conversation_that_is_not_there_is_said_to_be_gone_and_a_new_one_is_offered(chat, past, server):
    chat.open(f"{server.url}/c/00000000-0000-4000-8000-000000000000")
    expect(chat.page.locator(".notice")).to_contain_text("no longer on the server, or is not yours")
    expect(chat.page.locator("#welcome")).to_be_hidden()
    expect(past.current).to_have_count(0)
    chat.page.locator(".notice").get_by_role("button", name="New conversation").click()
    expect(chat.page.locator("#welcome")).to_be_visible()
    expect(chat.page).to_have_url(f"{server.url}/")
    expect(chat.query).to_be_focused()

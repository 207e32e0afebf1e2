"""A bad network: the answer is taken up again with not one character lost or doubled."""

import re

import pytest
from chat_page import ChatPage
from playwright.sync_api import expect

from footnote.answers.markdown import render

LOST = "Failed to load resource"
PARAGRAPHS = [f"Paragraph {n} **is** set in *words* [1].\n\n" for n in range(6)]
TEXT = "".join(PARAGRAPHS) + "- one\n- two\n\nAnd the end."
STREAM = rb"text/event-stream.*?\r\n\r\n.*?"

pytestmark = pytest.mark.console(LOST, "ERR_")


def _pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _is_whole(chat: ChatPage, text: str = TEXT) -> None:
    chat.has_ended()
    assert chat.blocks() == chat.as_held(render(text))
    assert chat.answer.locator(".tail").text_content() == ""


CUTS = {
    "before the first event": [rb"text/event-stream.*?\r\n\r\n"],
    "between a token and the block that it finishes": [STREAM + rb'"type":"token"[^\n]*\\n\\n[^\n]*\ndata:\n\n'],
    "inside a token": [STREAM + rb'(?:"type":"token".*?){3}"content":".'],
    "inside a block": [STREAM + rb'(?:"type":"html".*?){2}"html":"<p'],
    "behind a block": [STREAM + rb'"type":"html"[^\n]*\ndata:\n\n'],
    "inside the citations": [STREAM + rb'"type":"citations".*?"excerpt"'],
    "between the citations and the end": [STREAM + rb'"type":"citations"[^\n]*\ndata:\n\n'],
    "again and again": [STREAM + rb'"type":"token".*?"content"', STREAM + rb'"type":"html"', STREAM + rb'"html"'],
}


def test_a_dropped_connection_is_taken_up_to_the_letter_wherever_it_drops(far_chat, proxy, model):
    for n, (where, cuts) in enumerate(CUTS.items(), 1):
        proxy.cut_at(*cuts)
        far_chat.ask(f"What if it drops {where}?")
        expect(far_chat.answers).to_have_count(n)
        writing = model.asked()
        writing.say(*_pieces(TEXT, 7), every_s=0.003)
        writing.finish()
        _is_whole(far_chat)
        assert proxy.cuts == len(cuts), where
        proxy.cuts = 0


def test_connections_reset_in_mid_answer_are_told_of_and_taken_up(far_chat, proxy, model):
    """What came stays on the page meanwhile."""
    far_chat.ask()
    writing = model.asked()
    writing.say(*PARAGRAPHS[:3], "And ha")
    far_chat.shows("And ha")
    with proxy.refusing(reset=True):
        expect(far_chat.stage).to_have_text("Connection lost. Taking it up again…")
        far_chat.is_streaming()
        assert far_chat.shown().endswith("And ha")
    writing.say("lf.")
    far_chat.shows("And half.")
    expect(far_chat.stage).to_contain_text("Searched")
    writing.finish()
    _is_whole(far_chat, "".join(PARAGRAPHS[:3]) + "And half.")


@pytest.fixture
def timed(context, proxy) -> ChatPage:
    """The page through the proxy, with a clock that the test can turn forward."""
    page = context.new_page()
    page.clock.install()
    return ChatPage(page).open(proxy.url)


def test_a_silence_of_25_s_is_taken_up_again(timed, proxy, model, watch):
    """The connection is there, and nothing comes through it."""
    timed.ask()
    writing = model.asked()
    writing.say("Before ")
    timed.shows("Before")
    proxy.fall_silent()
    writing.say("and behind.")
    timed.page.clock.run_for(20_000)
    timed.is_streaming()
    expect(timed.stage).to_contain_text("Searched")
    timed.page.clock.run_for(7_000)
    expect(timed.stage).to_contain_text("Connection lost")
    proxy.let_through()
    timed.page.clock.run_for(1_100)
    timed.shows("Before and behind.")
    writing.finish()
    timed.has_ended()
    assert watch.requests.count("POST /api/chat/answers") == 1


def test_a_server_that_is_away_is_asked_again_after_growing_waits_for_as_long_as_it_takes(timed, proxy, model):
    """The page says so, and when; a click asks at once, and the answer goes on to the letter."""
    timed.ask("Who?")
    writing = model.asked()
    writing.say("What came [1], ")
    timed.shows("What came")
    timed.page.evaluate(_COUNT_WAITS)
    timed.listen("#connection [role=status]")
    with proxy.refusing():
        for tries, most in enumerate((1_000, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000), 1):
            timed.page.wait_for_function("tries => window.waits.length >= tries", arg=tries)
            wait = timed.page.evaluate("tries => window.waits[tries - 1]", tries)
            assert 0.75 * most <= wait <= most
            expect(timed.stage).to_contain_text("Connection lost")
            if tries > 1:
                expect(timed.connection_says).to_contain_text("The server can't be reached")
                expect(timed.connection).to_contain_text(re.compile(r"Next try in \d+ s"))
            timed.page.clock.run_for(wait + 1)
        timed.page.wait_for_function("() => window.waits.length >= 8")
        timed.is_streaming()
        assert timed.shown() == "What came 1,"
    writing.say("and went on.")
    writing.finish()
    timed.connection.get_by_role("button", name="Try now").click()
    timed.has_ended()
    assert timed.shown() == "What came 1, and went on."
    timed.hears("The server can be reached again.")
    timed.page.clock.run_for(5_000)
    expect(timed.connection_says).to_have_text("")
    assert model.was_asked() == 1


# A wait for the server is never a round number: not all pages come back at the same moment.
_COUNT_WAITS = """() => {
  window.waits = [];
  const set = window.setTimeout;
  window.setTimeout = (then, ms, ...more) => {
    if (!Number.isInteger(ms ?? 0)) window.waits.push(ms);
    return set(then, ms, ...more);
  };
}"""


SIGN_IN = {
    "401": (401, "application/json", '{"code":"AUTH_ERROR","message":"You are not signed in.","retryable":false}'),
    "login page": (200, "text/html", "<!doctype html><title>Sign in</title>"),
    "forbidden": (403, "text/html", "<!doctype html><title>Forbidden</title>"),
    "redirection": (302, "text/html\r\nLocation: /sign-in", ""),
}


@pytest.mark.parametrize("answered", SIGN_IN.values(), ids=SIGN_IN)
def test_who_is_no_longer_signed_in_is_told_so_and_goes_on_after_signing_in(far_chat, proxy, model, answered):
    """The text, the question that waits and what is typed stay; nothing is loaded anew."""
    far_chat.ask()
    writing = model.asked()
    writing.say("What came.")
    far_chat.shows("What came.")
    far_chat.ask("The next?")
    expect(far_chat.queued).to_contain_text("The next?")
    far_chat.query.fill("Half a quest")
    far_chat.page.evaluate("window.same = true")
    proxy.answer_with(*answered)
    expect(far_chat.connection_says).to_contain_text(re.compile("sign in again|not signed in"))
    link = far_chat.connection.get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("target", "_blank")
    assert far_chat.shown() == "What came."
    far_chat.is_streaming()
    far_chat.listen("#connection [role=status]")
    proxy.let_through()
    writing.say(" And more.")
    writing.finish()
    far_chat.page.evaluate("window.dispatchEvent(new Event('focus'))")
    following = model.asked()
    expect(far_chat.answers.first).to_contain_text("What came. And more.")
    far_chat.hears("You are signed in again.")
    following.finish()
    far_chat.has_ended()
    expect(far_chat.query).to_have_value("Half a quest")
    assert far_chat.page.evaluate("window.same")
    assert model.was_asked() == 2


def test_a_login_page_in_the_streams_place_is_no_answer(far_chat, proxy, model):
    """From the first request on: the question was taken, the stream was not."""
    far_chat.page.route(
        "**/api/chat/stream*",
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Sign in</h1>"),
        times=1,
    )
    far_chat.ask()
    writing = model.asked()
    writing.say("Words.")
    far_chat.shows("Words.")
    writing.finish()
    far_chat.has_ended()
    assert far_chat.shown() == "Words."


def test_a_question_that_does_not_reach_the_server_says_so_and_is_asked_once_it_can_be(far_chat, proxy, model):
    with proxy.refusing():
        far_chat.ask("Who?")
        expect(far_chat.stage).to_contain_text("Not sent yet: the server can't be reached")
        expect(far_chat.connection_says).to_contain_text("The server can't be reached")
    writing = model.asked()
    writing.say("Now.")
    writing.finish()
    far_chat.has_ended()
    assert far_chat.shown() == "Now."
    assert model.was_asked() == 1


def test_a_question_that_was_not_sent_yet_can_be_called_off_and_asked_later(far_chat, proxy, model):
    with proxy.refusing():
        far_chat.ask("Who?")
        expect(far_chat.stage).to_contain_text("Not sent yet")
        far_chat.stop.click()
        far_chat.has_ended("error")
        expect(far_chat.problem).to_contain_text("The question was not sent")
        expect(far_chat.connection_says).to_have_text("")
    far_chat.retry.click()
    model.asked().finish()
    far_chat.has_ended()
    expect(far_chat.questions).to_have_text(["Who?"])
    assert model.was_asked() == 1


def test_a_question_whose_answer_was_lost_on_the_way_back_is_not_asked_twice(far_chat, proxy, model):
    """The connection ends behind the 201's first line; asking again with the same id is the same answer."""
    proxy.cut_at(rb"HTTP/1.1 201[^\n]*\n")
    far_chat.ask()
    writing = model.asked()
    writing.say("Once.")
    writing.finish()
    far_chat.has_ended()
    assert proxy.cuts == 1
    assert model.was_asked() == 1
    assert far_chat.shown() == "Once."


def test_an_answer_longer_than_one_response_carries_comes_whole(chat, model, watch):
    """The server ends a response at 32 KB; the page goes on from there without a word of it."""
    text = "".join(f"Paragraph {n} of many, with **some** words to fill it up [1].\n\n" for n in range(500))
    chat.ask()
    writing = model.asked()
    writing.say(*_pieces(text, 500))
    writing.finish()
    _is_whole(chat, text)
    assert watch.requests.count("POST /api/chat/stream") > 1

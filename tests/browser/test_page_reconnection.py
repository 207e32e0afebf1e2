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
    proxy.cut_all(reset=True)
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
    timed.page.clock.fast_forward(20_000)
    timed.is_streaming()
    expect(timed.stage).to_contain_text("Searched")
    timed.page.clock.fast_forward(7_000)
    expect(timed.stage).to_contain_text("Connection lost")
    proxy.let_through()
    timed.page.clock.fast_forward(1_100)
    timed.shows("Before and behind.")
    writing.finish()
    timed.has_ended()
    assert watch.requests.count("POST /api/chat/answers") == 1


def test_it_gives_up_after_1_2_and_4_s_keeps_the_text_and_offers_retry(timed, proxy, model, watch):
    timed.ask("Who?")
    writing = model.asked()
    writing.say("What came [1].")
    timed.shows("What came")
    answer = timed.answer.get_attribute("id").removeprefix("a-")
    timed.page.evaluate(_COUNT_WAITS)
    with proxy.refusing():
        for tries, wait in enumerate((1_000, 2_000, 4_000), 1):
            timed.page.wait_for_function("tries => window.waits.length === tries", arg=tries)
            expect(timed.stage).to_contain_text("Connection lost")
            timed.is_streaming()
            timed.page.clock.fast_forward(wait)
        timed.has_ended("error")
    assert timed.page.evaluate("window.waits") == [1_000, 2_000, 4_000]
    assert watch.requests.count(f"GET /api/chat/answers/{answer}") == 3
    assert timed.shown() == "What came 1."
    expect(timed.problem).to_contain_text("connection was lost")
    expect(timed.retry).to_be_enabled()
    writing.finish()
    timed.retry.click()
    again = model.asked()
    again.say("Whole.")
    again.finish()
    timed.has_ended()
    assert timed.shown() == "Whole."


_COUNT_WAITS = """() => {
  window.waits = [];
  const set = window.setTimeout;
  window.setTimeout = (then, ms, ...more) => {
    if ([1000, 2000, 4000].includes(ms)) window.waits.push(ms);
    return set(then, ms, ...more);
  };
}"""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, '{"code":"AUTH_ERROR","message":"You are not signed in. Reload.","retryable":false}'),
        (200, "<!doctype html><title>Sign in</title>"),
    ],
    ids=["401", "login page"],
)
def test_who_is_no_longer_signed_in_is_told_so_and_keeps_the_text(far_chat, proxy, model, status, body):
    far_chat.ask()
    writing = model.asked()
    writing.say("What came.")
    far_chat.shows("What came.")
    proxy.answer_with(status, "application/json" if body.startswith("{") else "text/html", body)
    far_chat.has_ended("error")
    assert far_chat.shown() == "What came."
    expect(far_chat.problem).to_contain_text(re.compile("sign in again|not signed in"))
    proxy.let_through()
    writing.say(" And more.")
    writing.finish()
    far_chat.reload()
    far_chat.has_ended()
    assert far_chat.shown() == "What came. And more."


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


def test_a_question_that_does_not_reach_the_server_says_so_and_is_asked_once(far_chat, proxy, model):
    with proxy.refusing():
        far_chat.ask("Who?")
        far_chat.has_ended("error")
        expect(far_chat.problem).to_contain_text("did not reach the server")
    far_chat.retry.click()
    writing = model.asked()
    writing.say("Now.")
    writing.finish()
    far_chat.has_ended()
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

"""The page and its connection: what it says while there is none, and that everything goes on by itself."""

import json
import re
from dataclasses import replace

import pytest
from chat_page import ChatPage
from page_server import sample, served
from playwright.sync_api import expect

from footnote import errors

pytestmark = pytest.mark.console("Failed to load resource", "ERR_")

TEXT = "The **threshold** is set [1].\n\n- by *one*\n- by two\n\nAnd a tail of words."
WHOLE = "The threshold is set 1.\n\nby one\nby two\n\nAnd a tail of words."
CONNECTION = "#connection [role=status]"


@pytest.fixture
def timed(context, proxy) -> ChatPage:
    """The page through the proxy, with a clock that the test can turn forward."""
    page = context.new_page()
    page.clock.install()
    return ChatPage(page).open(proxy.url)


def test_a_page_that_is_offline_says_so_once_and_once_that_it_is_back(far_chat, context):
    far_chat.listen(CONNECTION)
    context.set_offline(True)
    expect(far_chat.connection_says).to_contain_text("You are offline")
    expect(far_chat.connection).to_be_visible()
    context.set_offline(False)
    far_chat.hears("You are back online.")
    expect(far_chat.connection_says).to_have_text("")
    told = far_chat.told()
    assert len(told) == 2, told


def test_a_minute_without_network_costs_not_a_letter(far_chat, context, proxy, model):
    far_chat.ask()
    writing = model.asked()
    writing.say(TEXT[:40])
    far_chat.shows("by one")
    context.set_offline(True)
    proxy.cut_all()
    expect(far_chat.connection_says).to_contain_text("You are offline")
    expect(far_chat.stage).to_contain_text("You are offline")
    writing.say(TEXT[40:])
    writing.finish()
    far_chat.is_streaming()
    context.set_offline(False)
    far_chat.has_ended()
    assert far_chat.body.inner_text().strip() == WHOLE
    assert model.was_asked() == 1


def test_a_question_asked_offline_is_sent_on_return_and_only_once(far_chat, context, model):
    context.set_offline(True)
    far_chat.ask("Who?")
    expect(far_chat.stage).to_contain_text("Not sent yet: you are offline")
    far_chat.ask("And then?")
    expect(far_chat.queued).to_contain_text("And then?")
    context.set_offline(False)
    model.asked().finish()
    model.asked().finish()
    expect(far_chat.questions).to_have_text(["Who?", "And then?"])
    far_chat.has_ended()
    assert model.was_asked() == 2


def test_a_question_that_was_not_sent_yet_outlives_a_reload(far_chat, model):
    far_chat.page.route("**/api/chat/answers", lambda route: route.abort())
    far_chat.ask("Who?")
    expect(far_chat.stage).to_contain_text("Not sent yet")
    far_chat.page.unroute("**/api/chat/answers")
    far_chat.reload()
    writing = model.asked()
    assert writing.prompt.question == "Who?"
    writing.say("One.")
    writing.finish()
    far_chat.has_ended()
    far_chat.reload()
    far_chat.has_ended()
    expect(far_chat.questions).to_have_text(["Who?"])
    assert model.was_asked() == 1


def test_an_hour_of_sleep_costs_not_a_letter(timed, proxy, model):
    """The connection died meanwhile without a word; the page looks at once, not when its patience ends."""
    timed.ask()
    writing = model.asked()
    writing.say(TEXT[:40])
    timed.shows("by one")
    proxy.fall_silent()
    writing.say(TEXT[40:])
    writing.finish()
    proxy.let_through()
    timed.page.clock.fast_forward(3_600_000)
    timed.has_ended()
    assert timed.body.inner_text().strip() == WHOLE
    assert model.was_asked() == 1


def test_a_tab_that_is_looked_at_again_looks_for_its_answer_at_once(timed, proxy, model):
    timed.ask()
    writing = model.asked()
    writing.say(TEXT[:40])
    timed.shows("by one")
    proxy.fall_silent()
    writing.say(TEXT[40:])
    writing.finish()
    timed.page.clock.run_for(13_000)
    timed.is_streaming()
    proxy.let_through()
    timed.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    timed.has_ended()
    assert timed.body.inner_text().strip() == WHOLE


def test_where_events_are_held_back_whole_answers_are_shown_and_it_is_said_once(timed, proxy, model, watch):
    timed.listen(CONNECTION)
    proxy.hold_back()
    with timed.page.expect_request("**/api/chat/stream*"):
        timed.ask("The first?")
    writing = model.asked()
    writing.say(TEXT)
    with timed.page.expect_response(re.compile("/answers/[0-9a-f-]{36}$")):
        timed.page.clock.run_for(12_500)
    timed.page.clock.run_for(1_500)
    expect(timed.stage).to_have_text(re.compile(r"Writing: 13 words so far"))
    assert timed.shown() == ""
    writing.finish()
    timed.page.clock.run_for(2_500)
    timed.has_ended()
    assert timed.body.inner_text().strip() == WHOLE
    streams = watch.requests.count("POST /api/chat/stream")
    timed.ask("The second?")
    second = model.asked()
    second.say("Second.")
    second.finish()
    timed.page.clock.run_for(3_000)
    timed.has_ended()
    assert timed.shown() == "Second."
    assert watch.requests.count("POST /api/chat/stream") == streams
    told = timed.told()
    assert len(told) == 1, told
    assert "shown once they are whole" in told[0]


def test_a_model_that_takes_its_time_is_no_reason_to_do_without_the_stream(timed, model, watch):
    timed.ask()
    writing = model.asked()
    expect(timed.stage).to_have_text("Writing…")
    timed.page.clock.run_for(20_000)
    writing.say("At last.")
    timed.shows("At last.")
    timed.is_streaming()
    writing.finish()
    timed.has_ended()
    assert watch.requests.count("POST /api/chat/stream") == 1


@pytest.fixture
def whole(new_context, tmp_path):
    """The page where answers are shown when they are whole, and its server."""
    made = sample(tmp_path)
    with served(replace(made, settings=made.settings.model_copy(update={"streaming": False}))) as server:
        yield ChatPage(new_context().new_page()).open(server.url), server.model


def test_without_streaming_an_answer_is_shown_when_it_is_whole(whole, watch):
    """Meanwhile how far it is; a reload and a stop work as ever."""
    chat, model = whole
    chat.ask()
    writing = model.asked()
    expect(chat.stage).to_contain_text("Writing…")
    writing.say(TEXT[:40])
    expect(chat.stage).to_contain_text(re.compile(r"Writing: \d+ words so far"))
    assert chat.shown() == ""
    chat.reload()
    expect(chat.stage).to_contain_text(re.compile(r"words so far · \d+ s"))
    writing.say(TEXT[40:])
    writing.finish()
    chat.has_ended()
    assert chat.body.inner_text().strip() == WHOLE
    expect(chat.sources.first).to_be_visible()
    chat.ask("The next?")
    model.asked().say("Half.")
    expect(chat.stage).to_contain_text("1 word so far")
    chat.stop.click()
    chat.has_ended("cancelled")
    assert chat.shown() == "Half."
    assert watch.requests.count("POST /api/chat/stream") == 0


def test_what_the_server_says_of_its_trouble_is_shown_and_the_answer_goes_on(far_chat, model):
    """An error with no place in the log ends nothing."""
    trouble = {"type": "error", "code": "UNAVAILABLE", "message": "The database is away.", "retryable": True}
    body = f"data: {json.dumps(trouble)}\ndata:\n\ndata: [DONE]\n\n"
    far_chat.page.route(
        "**/api/chat/stream*",
        lambda route: route.fulfill(status=200, content_type="text/event-stream", body=body),
        times=1,
    )
    far_chat.listen(".stage")
    far_chat.ask()
    writing = model.asked()
    far_chat.hears("The database is away.")
    expect(far_chat.page.locator("#alerts")).to_have_text("The database is away.")
    writing.say("It is back.")
    far_chat.shows("It is back.")
    writing.finish()
    far_chat.has_ended()


def test_a_busy_server_is_asked_again_and_what_it_says_is_shown(far_chat, proxy, model):
    far_chat.ask()
    writing = model.asked()
    writing.say("Before ")
    far_chat.shows("Before")
    busy = {"code": "UNAVAILABLE", "message": "The database is away.", "retryable": True, "retry_after_s": 1}
    proxy.answer_with(503, "application/json", json.dumps(busy))
    expect(far_chat.connection_says).to_have_text("The database is away.")
    expect(far_chat.stage).to_have_text("The database is away.")
    proxy.let_through()
    writing.say("and behind.")
    writing.finish()
    far_chat.has_ended()
    assert far_chat.shown() == "Before and behind."


def test_an_answer_that_was_deleted_elsewhere_is_told_to_be_gone(far_chat, proxy, model):
    far_chat.ask("Who?")
    writing = model.asked()
    writing.say("What came.")
    far_chat.shows("What came.")
    session = far_chat.conversation.rsplit("/", 1)[1]
    far_chat.page.evaluate("id => fetch(`/api/chat/sessions/${id}`, { method: 'DELETE' })", session)
    far_chat.has_ended("error")
    expect(far_chat.problem).to_contain_text("no longer has this answer")
    assert far_chat.shown() == "What came."
    expect(far_chat.go_on).to_have_count(0)
    far_chat.retry.click()
    again = model.asked()
    again.finish()
    far_chat.has_ended()
    expect(far_chat.versions).to_have_text("2 of 2")


def test_what_is_typed_outlives_a_reload(far_chat, model):
    far_chat.query.fill("Half a quest")
    far_chat.reload()
    expect(far_chat.query).to_have_value("Half a quest")
    far_chat.query.press("Enter")
    model.asked().finish()
    far_chat.has_ended()
    far_chat.reload()
    expect(far_chat.query).to_have_value("")


# --- limits ---------------------------------------------------------------------------------


@pytest.fixture
def limited(new_context, tmp_path):
    """Opens a server with these settings; gives its model, and what opens a page of it."""
    servers = []

    def open_(**settings):
        made = sample(tmp_path)
        server = served(replace(made, settings=made.settings.model_copy(update=settings)))
        servers.append(server)
        made = server.__enter__()
        return made.model, lambda: ChatPage(new_context().new_page()).open(made.url)

    yield open_
    for server in servers:
        server.__exit__(None, None, None)


def test_what_is_left_to_ask_is_shown_before_it_runs_out(limited):
    """Then the wait is counted down in the answer's place, and the question stays."""
    model, open_ = limited(rate_limit="2/hour")
    chat = open_()
    remaining = chat.page.locator("#remaining")
    for left in ("1 question left this hour", "No question left this hour"):
        chat.ask("Who?")
        model.asked().finish()
        chat.has_ended()
        expect(remaining).to_have_text(left)
    chat.ask("One more?")
    chat.has_ended("error")
    expect(chat.problem).to_contain_text(errors.TooManyQuestions.message)
    expect(chat.questions.last).to_have_text("One more?")
    expect(chat.retry).to_be_disabled()
    expect(chat.retry).to_have_text(re.compile(r"Try again in \d+ min"))


@pytest.mark.parametrize("by_itself", [False, True], ids=["by a click", "by itself"])
def test_a_question_over_the_limit_is_asked_again_as_the_same_one(timed, model, by_itself):
    asked = []

    def refuse(route) -> None:
        asked.append(route.request.post_data_json["answer_id"])
        if len(asked) > 1:
            return route.continue_()
        problem = {"code": "RATE_LIMIT", "message": "Too many questions.", "retryable": True, "retry_after_s": 60}
        return route.fulfill(status=429, content_type="application/json", body=json.dumps(problem))

    timed.page.route("**/api/chat/answers", refuse)
    timed.ask("Who?")
    timed.has_ended("error")
    told = timed.page.locator("#alerts").inner_text()
    timed.page.clock.run_for(20_000)
    expect(timed.retry).to_have_text(re.compile(r"Try again in (3\d|40) s"))
    assert timed.page.locator("#alerts").inner_text() == told
    if by_itself:
        timed.answer.get_by_label("Ask it for me then").check()
    timed.page.clock.run_for(41_000)
    if not by_itself:
        expect(timed.answer.get_by_label("Ask it for me then")).to_have_count(0)
        timed.retry.click()
    model.asked().finish()
    timed.has_ended()
    expect(timed.questions).to_have_text(["Who?"])
    assert asked[0] == asked[1]
    expect(timed.versions).to_be_hidden()


def test_too_many_streams_are_told_and_the_answer_comes_once_there_is_room(limited):
    model, open_ = limited(max_streams=1)
    first, second = open_(), open_()
    first.ask("The first?")
    writing = model.asked()
    writing.say("First.")
    first.shows("First.")
    second.ask("The second?")
    other = model.asked()
    other.say("Second.")
    expect(second.connection_says).to_have_text(errors.TooManyStreams.message)
    second.is_streaming()
    writing.finish()
    first.has_ended()
    second.page.evaluate("window.dispatchEvent(new Event('focus'))")  # who looks at it again need not wait
    second.shows("Second.")
    other.finish()
    second.has_ended()


def test_who_waits_for_a_place_is_told_how_many_are_before(limited):
    model, open_ = limited(max_running=1, max_waiting=4, workers=1)
    pages = [open_() for _ in range(3)]
    for n, chat in enumerate(pages):
        chat.ask(f"Question {n}?")
        expect(chat.stage).to_have_text(
            ("Writing…", "Waiting for a place: next in line", "Waiting for a place: number 2 in line")[n]
        )
    for n, chat in enumerate(pages):
        writing = model.asked()
        assert writing.prompt.question == f"Question {n}?"
        if n == 0:
            writing.finish()
            expect(pages[2].stage).to_have_text("Waiting for a place: next in line")
            continue
        writing.finish()
        chat.has_ended()


def test_a_model_that_is_asked_again_is_told_of_with_the_seconds(chat, model):
    chat.listen(".stage")
    chat.ask()
    model.asked().fail(errors.RateLimited(retry_after_s=3))
    chat.hears("The model is busy; asking again in 3 s")
    writing = model.asked()
    assert any(f"asking again in {seconds} s" in told for told in chat.told() for seconds in (1, 2))
    writing.say("Now.")
    chat.shows("Now.")
    writing.finish()
    chat.has_ended()

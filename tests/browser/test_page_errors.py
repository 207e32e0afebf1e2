"""What fails: the text stays, the page says what to do, and tries again where that makes sense."""

import json
import re
from dataclasses import replace

import pytest
from chat_page import ChatPage
from page_server import served
from playwright.sync_api import expect

from footnote import errors
from footnote.refusals import Why


def test_an_error_keeps_the_text_says_what_to_do_and_retry_asks_again(chat, model):
    chat.ask("Who?")
    writing = model.asked()
    writing.say("As far as it came [1]")
    chat.shows("As far as it came")
    writing.fail(errors.GenerationFailed())
    chat.has_ended("error")
    assert chat.shown() == "As far as it came 1"
    expect(chat.problem).to_contain_text(errors.GenerationFailed.message)
    expect(chat.problem).to_be_in_viewport()
    alerts = chat.page.locator("[role=alert]", has_text=errors.GenerationFailed.message)
    expect(alerts).to_have_count(1)
    expect(chat.sources.first).to_be_visible()
    expect(chat.retry).to_be_enabled()
    chat.retry.click()
    again = model.asked()
    assert again.prompt.question == "Who?"
    expect(chat.questions).to_have_text(["Who?"])
    again.say("Whole.")
    again.finish()
    chat.has_ended()
    assert chat.shown() == "Whole."
    expect(chat.versions).to_have_text("2 of 2")
    chat.versions.get_by_role("button", name="Previous version").click()
    expect(chat.body).to_contain_text("As far as it came")


def test_what_trying_again_would_not_mend_offers_no_retry(chat, model, form):
    refused = errors.AuthFailed(None if form == "embedded" else Why.permission_model.value)  # to the user, not the app
    for error in (refused, errors.ContextTooLong()):
        chat.ask(error.code)
        expect(chat.questions.last).to_have_text(error.code)
        model.asked().fail(error)
        chat.has_ended("error")
        expect(chat.problem).to_contain_text(error.message)
        expect(chat.retry).to_have_count(0)
        expect(chat.sources).to_have_count(0)


def test_where_the_server_named_a_wait_retry_counts_it_down(context, server):
    page = context.new_page()
    page.clock.install()
    chat = ChatPage(page).open(server.url)
    chat.ask()
    server.model.asked().fail(errors.RateLimited(retry_after_s=60))
    chat.has_ended("error")
    expect(chat.retry).to_be_disabled()
    assert 55 <= _seconds(chat) <= 60
    page.clock.fast_forward(30_000)
    expect(chat.retry).to_have_text(re.compile(r"in (2\d|30) s"))
    expect(chat.retry).to_be_disabled()
    page.clock.fast_forward(31_000)
    expect(chat.retry).to_be_enabled()
    expect(chat.retry).to_have_text("Try again")
    chat.retry.click()
    server.model.asked().finish()
    chat.has_ended()


def _seconds(chat: ChatPage) -> int:
    return int(re.search(r"(\d+) s", chat.retry.inner_text())[1])


def test_a_question_behind_a_failure_waits_for_a_word(chat, model):
    """It is not asked into the same failure, and not lost."""
    chat.ask("The first?")
    writing = model.asked()
    writing.say("Half")
    chat.shows("Half")
    chat.ask("The second?")
    writing.fail(errors.ModelUnavailable())
    chat.has_ended("error")
    expect(chat.queued).to_contain_text("The second?")
    assert model.was_asked() == 1
    chat.queued.get_by_role("button", name="Ask it now").click()
    expect(chat.queued).to_be_hidden()
    assert model.asked().prompt.question == "The second?"


def test_a_question_that_was_held_waits_again_where_another_answer_has_begun(chat, model):
    chat.ask("The first?")
    writing = model.asked()
    writing.say("Half")
    chat.shows("Half")
    chat.ask("The second?")
    writing.fail(errors.GenerationFailed())
    chat.has_ended("error")
    chat.retry.click()
    again = model.asked()
    again.say("Whole")
    chat.shows("Whole")
    chat.queued.get_by_role("button", name="Ask it now").click()
    expect(chat.queued.get_by_role("button", name="Ask it now")).to_have_count(0)
    expect(chat.queued).to_contain_text("The second?")
    again.finish()
    assert model.asked().prompt.question == "The second?"
    assert model.was_asked() == 3


REFUSALS = [
    (400, {"code": "INVALID_REQUEST", "message": "The request can't be used.", "retryable": False}),
    (429, {"code": "RATE_LIMIT", "message": "Too many questions.", "retryable": True, "retry_after_s": 30}),
    (503, {"code": "UNAVAILABLE", "message": "All places are taken.", "retryable": True}),
    (
        403,  # Footnote's own, and so no proxy's that wants a sign-in
        {"code": "AUTH_ERROR", "message": "Switch on user authorization.", "retryable": False, "reason": "no_token"},
    ),
]


@pytest.mark.console("Failed to load resource")
def test_a_refused_question_outlives_a_reload_and_is_asked_at_a_word(chat, model):
    """By itself it is asked no more: the reader may have thought better of it."""
    _, problem = REFUSALS[1]
    refusal = {"status": 429, "content_type": "application/json", "body": json.dumps(problem)}
    chat.page.route("**/api/chat/answers", lambda route: route.fulfill(**refusal))
    chat.ask("What of this?")
    chat.has_ended("error")
    chat.page.unroute("**/api/chat/answers")
    chat.reload()
    expect(chat.questions).to_have_text(["What of this?"])
    expect(chat.problem).to_contain_text("was not sent")
    assert model.was_asked() == 0
    chat.retry.click()
    assert model.asked().prompt.question == "What of this?"


@pytest.mark.console("Failed to load resource")
def test_a_refused_question_says_why_in_the_answers_place(chat):
    refusals = iter(REFUSALS)

    def refuse(route) -> None:
        status, problem = next(refusals)
        route.fulfill(status=status, content_type="application/json", body=json.dumps(problem))

    chat.page.route("**/api/chat/answers", refuse)
    for status, problem in REFUSALS:
        chat.ask(f"What about {status}?")
        expect(chat.questions.last).to_have_text(f"What about {status}?")
        chat.has_ended("error")
        expect(chat.problem).to_contain_text(problem["message"])
        expect(chat.retry).to_have_count(1 if problem["retryable"] else 0)
        expect(chat.page.locator("#alerts")).to_have_text(problem["message"])
        if "retry_after_s" in problem:
            expect(chat.retry).to_be_disabled()
        expect(chat.send).to_be_visible()


@pytest.mark.console("Failed to load resource")
def test_a_server_with_no_place_left_says_so_and_takes_the_question_later(new_context, shared_server):
    made = shared_server.parts
    made = replace(made, settings=made.settings.model_copy(update={"max_running": 1, "max_waiting": 0, "workers": 1}))
    with served(made) as server:
        first, second = (ChatPage(new_context().new_page()).open(server.url) for _ in range(2))
        first.ask("The first?")
        writing = server.model.asked()
        second.ask("The second?")
        second.has_ended("error")
        expect(second.problem).to_contain_text(errors.Unavailable.message)
        writing.finish()
        first.has_ended()
        expect(second.retry).to_be_enabled()
        second.retry.click()
        server.model.asked().finish()
        second.has_ended()

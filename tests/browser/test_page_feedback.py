"""What is said of an answer: thumbs, a wrong source, why; kept, changed, taken back, and told where it was not kept."""

import pytest
from playwright.sync_api import expect

from faults.cluster import until

STORE_S = 150
"""For MLflow's import in a process of its own, and its store's beginning, on a busy machine."""


@pytest.fixture
def answered(chat, model):
    chat.ask()
    writing = model.asked()
    writing.say("It was agreed [1].")
    writing.finish()
    chat.has_ended()
    return chat


def said(chat):
    """What the server has of the answer."""
    id = chat.answer.get_attribute("id").removeprefix("a-")
    answer = chat.page.evaluate("id => fetch(`/api/chat/answers/${id}`).then((response) => response.json())", id)
    return [{name: f[name] for name in f if name != "at"} for f in answer["feedback"]]


def press(chat, name, within=None):
    (within or chat.answer).get_by_role("button", name=name, exact=True).click()


def is_pressed(chat, name, pressed=True, within=None):
    button = (within or chat.answer).get_by_role("button", name=name, exact=True)
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


def test_an_opinion_is_given_explained_changed_and_taken_back(answered):
    chat, told = answered, answered.page.locator("#announcer")
    press(chat, "Poor answer")
    is_pressed(chat, "Poor answer")
    expect(told).to_have_text("Saved. You can say why, just below.")
    assert said(chat) == [{"verdict": "down"}]
    form = chat.answer.get_by_role("form", name="What is wrong with it?")
    press(chat, "Something is missing", form)
    form.get_by_role("textbox").fill("Who owns it?")
    press(chat, "Save", form)
    expect(told).to_have_text("Saved. Thank you.")
    expect(form).to_be_hidden()
    expect(chat.answer.get_by_role("button", name="Poor answer")).to_be_focused()
    assert said(chat) == [{"verdict": "down", "reason": "incomplete", "comment": "Who owns it?"}]
    chat.reload()
    is_pressed(chat, "Poor answer")
    press(chat, "Change what you said")
    is_pressed(chat, "Something is missing", within=form)
    expect(form.get_by_role("textbox")).to_have_value("Who owns it?")
    chat.page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    press(chat, "Good answer")
    is_pressed(chat, "Good answer")
    is_pressed(chat, "Poor answer", pressed=False)
    expect(told).to_have_text("Saved. You can say why, just below.")
    assert said(chat) == [{"verdict": "up"}]
    press(chat, "Good answer")
    is_pressed(chat, "Good answer", pressed=False)
    expect(told).to_have_text("Taken back.")
    assert said(chat) == []


def test_a_wrong_source_is_told_at_its_card_and_stands_in_the_list_too(answered):
    chat = answered
    card, item = chat.page.locator("#card"), chat.sources.first
    chat.body.locator(".cite").hover()
    press(chat, "Wrong source", card)
    is_pressed(chat, "Wrong source", within=card)
    is_pressed(chat, "Wrong source", within=item)
    chat.page.mouse.move(1, 1)
    form = card.get_by_role("form", name="Why is this the wrong source?")
    press(chat, "Out of context", form)
    press(chat, "Save", form)
    expect(form).to_be_hidden()
    assert said(chat) == [{"verdict": "wrong_source", "n": 1, "reason": "out_of_context"}]
    chat.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    press(chat, "Wrong source", item)
    is_pressed(chat, "Wrong source", pressed=False, within=item)
    expect(chat.page.locator("#announcer")).to_have_text("Taken back.")
    assert said(chat) == []
    expect(chat.page.locator("#panel")).to_be_hidden()


@pytest.mark.console("Failed to load resource")
def test_what_was_not_kept_is_told_and_stands_there_no_more(answered):
    chat = answered
    press(chat, "Good answer")
    expect(chat.page.locator("#announcer")).to_contain_text("Saved.")
    chat.page.route("**/feedback", lambda route: route.abort())
    form = chat.answer.get_by_role("form")
    form.get_by_role("textbox").fill("Well said.")
    press(chat, "Save", form)
    expect(form.locator(".why-failed")).to_contain_text("was not saved")
    expect(form.get_by_role("textbox")).to_have_value("Well said.")
    press(chat, "Poor answer")
    is_pressed(chat, "Good answer")
    is_pressed(chat, "Poor answer", pressed=False)
    expect(chat.answer.locator(".why-failed")).to_contain_text("was not saved")
    assert said(chat) == [{"verdict": "up"}]


@pytest.mark.databricks_only
@pytest.mark.filterwarnings("ignore")  # MLflow's own
def test_a_thumb_becomes_an_assessment_on_the_trace_of_the_answer(answered, server):
    from mlflow.exceptions import MlflowException

    chat = answered
    ended = server.parts.log.read(chat.answer.get_attribute("id").removeprefix("a-"))[-1].event

    def assessed():
        try:
            given = server.traces.get_trace_info(ended.trace_id).assessments
        except MlflowException:  # it is still on its way
            return None
        return [(one.feedback.value, one.source.source_type, one.source.source_id) for one in given if one.valid]

    press(chat, "Poor answer")
    until(lambda: assessed() == [(False, "HUMAN", server.user)], STORE_S, "the thumb on the trace")
    press(chat, "Good answer")
    until(lambda: assessed() == [(True, "HUMAN", server.user)], STORE_S, "the other one in its place")

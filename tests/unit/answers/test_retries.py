"""What is tried again before the first word, how often, and that nothing ever is behind it."""

import threading
import time

import pytest

from fakes import PATIENCE_S, SOON_S, STOP, ListRetriever, ScriptedModel, passage
from footnote.answers import search, trying
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.answers.trying import LONGEST_WAIT_S, WAITS_S
from footnote.chat import Cancellation, CancelReason, Chunk, FinishReason, Usage
from footnote.errors import (
    AnswerTimeout,
    AuthFailed,
    ContextTooLong,
    GenerationFailed,
    InternalError,
    ModelUnavailable,
    RateLimited,
    RetrievalFailed,
    Truncated,
)
from footnote.events import Done, Error, Retrying, Stopped, Token
from footnote.left_behind import LeftBehind
from workspace.request import wait_until

AGAIN = [RateLimited(), RateLimited(retry_after_s=0.01), ModelUnavailable(), GenerationFailed(), Truncated()]
NOT_AGAIN = [
    AnswerTimeout(),
    AuthFailed(),
    ContextTooLong(),
    InternalError(),
    ValueError("unforeseen"),
    RateLimited(retry_after_s=LONGEST_WAIT_S + 1),
    ModelUnavailable(retryable=False),
    GenerationFailed(retryable=False),
]


class FailingModel(ScriptedModel):
    """Follows one script a call; the last one again and again."""

    def __init__(self, *scripts):
        super().__init__()
        self.scripts = list(scripts)

    def stream(self, prompt, cancellation):
        self.script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        return super().stream(prompt, cancellation)


@pytest.fixture
def waits(monkeypatch):
    """No test waits for what it doesn't look at."""
    monkeypatch.setattr(trying, "WAITS_S", (0.0, 0.0))


def answered(model, retriever=None, **options):
    retriever = retriever or ListRetriever(passage("a", "It was decided to open the pier."))
    return list(stream_rag_response(Question("What was decided?"), retriever=retriever, model=model, **options))


def retries(events):
    return [e for e in events if isinstance(e, Retrying)]


def text(events):
    return "".join(e.content for e in events if isinstance(e, Token))


@pytest.mark.parametrize("failure", AGAIN, ids=repr)
def test_what_may_pass_is_tried_twice_again_and_told_each_time(waits, failure):
    model = FailingModel([failure])
    events = answered(model)
    assert len(model.prompts) == 3
    assert [(e.code, e.attempt) for e in retries(events)] == [(failure.code, 2), (failure.code, 3)]
    assert events[-1].code == failure.code
    assert text(events) == ""


@pytest.mark.parametrize("failure", NOT_AGAIN, ids=repr)
def test_what_the_same_call_would_meet_again_is_asked_once(waits, failure):
    model = FailingModel([failure])
    events = answered(model)
    assert len(model.prompts) == 1
    assert retries(events) == []
    assert isinstance(events[-1], Error)


@pytest.mark.parametrize("failure", AGAIN, ids=repr)
@pytest.mark.parametrize("said", ["So", " ", "[1"], ids=["a word", "a blank", "what is held back"])
def test_behind_the_model_s_first_character_nothing_is_tried_again(waits, failure, said):
    model = FailingModel([said, failure])
    events = answered(model)
    assert len(model.prompts) == 1
    assert events[-1].code == failure.code
    assert text(events) == said


def test_a_second_try_that_succeeds_is_a_whole_answer(waits):
    model = FailingModel([ModelUnavailable()], ["To open it [1].", STOP])
    events = answered(model)
    assert text(events) == "To open it [1]."
    assert [e.type for e in events if not isinstance(e, Token)] == [
        "stage", "stage", "retrieved", "stage", "retrying", "stage", "citations", "done",
    ]  # fmt: skip
    assert len(model.prompts) == 2
    assert model.prompts[0] == model.prompts[1]


def test_nothing_of_a_failed_try_counts(waits):
    """Its reason to end and its counts were of an answer that nobody got."""
    failed = [Chunk(finish=FinishReason.LENGTH, usage=Usage(9, 9)), GenerationFailed()]
    events = answered(FailingModel(failed, ["So.", Chunk(finish=FinishReason.STOP)]))
    assert events[-1].finish_reason is FinishReason.STOP
    assert (events[-1].usage.input_tokens, events[-1].usage.output_tokens) == (None, None)
    events = answered(FailingModel(failed, ["So"]))
    assert events[-1].code == "TRUNCATED"


def test_a_search_is_tried_again_too_and_the_model_asked_once(waits):
    class Recovering(ListRetriever):
        def search(self, *arguments, **options):
            try:
                return super().search(*arguments, **options)
            finally:
                self.fails = None

    retriever = Recovering(passage("a", "It was decided to open the pier."), fails=RetrievalFailed())
    model = FailingModel(["So.", STOP])
    events = answered(model, retriever)
    assert [e.code for e in retries(events)] == ["RETRIEVAL_FAILED"]
    assert isinstance(events[-1], Done)
    assert (len(retriever.queries), len(model.prompts)) == (2, 1)


def test_what_would_be_searched_is_asked_for_again_too(waits):
    class Hiccup(ListRetriever):
        looked = 0

        def scope(self, filter):
            self.looked += 1
            if self.looked == 1:
                raise RetrievalFailed
            return super().scope(filter)

    events = answered(FailingModel(["So.", STOP]), Hiccup(passage("a", "It was decided to open the pier.")))
    assert [e.type for e in events[:4]] == ["retrying", "stage", "stage", "retrieved"]
    assert isinstance(events[-1], Done)


@pytest.mark.parametrize("place", ["scope", "search"])
def test_a_stop_does_not_wait_for_an_index_that_says_nothing(place):
    asked, says = threading.Event(), threading.Event()

    class Silent(ListRetriever):
        def scope(self, filter):
            return self.silent("scope") or super().scope(filter)

        def search(self, query, **options):
            return self.silent("search") or super().search(query, **options)

        def silent(self, here):
            if here == place:
                asked.set()
                assert says.wait(PATIENCE_S)

    cancellation, model = Cancellation(), FailingModel(["So.", STOP])
    stopping = threading.Thread(target=lambda: asked.wait(PATIENCE_S) and cancellation.request(CancelReason.STOPPED))
    stopping.start()
    assert answered(model, Silent(), cancellation=cancellation)[-1] == Stopped()
    stopping.join()
    assert model.prompts == []
    says.set()
    wait_until(lambda: search.LEFT.count == 0, PATIENCE_S)


def test_while_too_many_searches_hang_none_is_begun_and_the_log_says_why(waits, monkeypatch, caplog):
    monkeypatch.setattr(search, "LEFT", LeftBehind(0, full=RetrievalFailed))
    assert answered(FailingModel(["So.", STOP]))[-1].code == "RETRIEVAL_FAILED"
    assert "that were called off have not ended" in caplog.text


def test_a_search_that_stays_broken_is_tried_three_times(waits):
    retriever, model = ListRetriever(fails=RetrievalFailed()), FailingModel(["So.", STOP])
    assert answered(model, retriever)[-1].code == "RETRIEVAL_FAILED"
    assert (len(retriever.queries), len(model.prompts)) == (3, 0)


def test_a_search_and_a_model_that_both_falter_are_each_tried_again(waits):
    retriever = ListRetriever(passage("a", "It was decided."))
    model = FailingModel([Truncated()], [ModelUnavailable()], ["So.", STOP])
    assert isinstance(answered(model, retriever)[-1], Done)
    assert len(model.prompts) == 3


@pytest.mark.parametrize(("asked_for", "waited"), [(None, 0.5), (3.0, 3.0), (0.0, 0.0), (LONGEST_WAIT_S, 10.0)])
def test_it_waits_as_long_as_the_model_asks_for_or_else_half_a_second_and_then_one(monkeypatch, asked_for, waited):
    pauses = []
    monkeypatch.setattr(trying, "_pause", lambda wait_s, *_: pauses.append(wait_s))
    events = answered(FailingModel([RateLimited(retry_after_s=asked_for)], [ModelUnavailable()], ["So.", STOP]))
    assert pauses == [waited, WAITS_S[1]] == [e.wait_s for e in retries(events)]


def test_an_error_is_told_within_two_seconds_of_its_cause_though_it_is_tried_again():
    assert sum(WAITS_S) < 2


def test_the_wait_is_no_idleness(monkeypatch):
    monkeypatch.setattr(trying, "WAITS_S", (0.05, 0.0))
    monkeypatch.setattr(trying, "BREATH_S", 0.005)
    heard = []
    answered(FailingModel([ModelUnavailable()], ["So.", STOP]), heard=lambda: heard.append(1))
    assert len(heard) > 3  # more than for its two chunks


@pytest.mark.parametrize("place", ["search", "model"])
def test_a_stop_ends_the_wait_at_once_and_asks_nobody_again(monkeypatch, place):
    monkeypatch.setattr(trying, "WAITS_S", (LONGEST_WAIT_S, LONGEST_WAIT_S))
    cancellation, retrying, events = Cancellation(), threading.Event(), []
    model = FailingModel([ModelUnavailable()])
    fails = RetrievalFailed() if place == "search" else None
    retriever = ListRetriever(passage("a", "It was decided."), fails=fails)

    def collect():
        for event in stream_rag_response(
            Question("What was decided?"), retriever=retriever, model=model, cancellation=cancellation
        ):
            events.append(event)
            if isinstance(event, Retrying):
                retrying.set()

    thread = threading.Thread(target=collect)
    thread.start()
    assert retrying.wait(PATIENCE_S)
    began = time.monotonic()
    cancellation.request(CancelReason.STOPPED)
    thread.join(PATIENCE_S)
    assert time.monotonic() - began < SOON_S
    assert events[-1] == Stopped()
    assert len(model.prompts) + len(retriever.queries) == (1 if place == "search" else 2)

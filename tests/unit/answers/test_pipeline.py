"""From a question to its events: their order, and one end whatever happens."""

import logging
import threading

import pytest

from fakes import STOP, ListRetriever, ScriptedModel, passage
from footnote.answers import pipeline, trying
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.chat import Cancellation, Cancelled, CancelReason, Chunk, FinishReason, Turn, Usage
from footnote.errors import (
    AnswerTimeout,
    AuthFailed,
    ContextTooLong,
    GenerationFailed,
    ModelUnavailable,
    RateLimited,
    RetrievalFailed,
    Truncated,
)
from footnote.events import Citations, Done, Error, Stage, Stopped, Token
from footnote.passages import Filter

PASSAGES = [passage("a", "It was decided to open the pier."), passage("b", "It was decided to wait.")]
QUESTION = Question("What was decided?")


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """What is tried again is tried again at once."""
    monkeypatch.setattr(trying, "WAITS_S", (0.0, 0.0))


def answered(*script, retriever=None, question=QUESTION, cancellation=None, passages=8):
    retriever = retriever or ListRetriever(*PASSAGES)
    model = ScriptedModel(*script)
    return list(
        stream_rag_response(question, retriever=retriever, model=model, passages=passages, cancellation=cancellation)
    )


def kinds(events):
    return [f"{e.stage} {e.status}" if isinstance(e, Stage) else e.type for e in events]


def text(events):
    return "".join(e.content for e in events if isinstance(e, Token))


STAGES = ["retrieval start", "retrieval complete", "retrieved", "generation start"]


def test_a_whole_answer_has_its_stages_tokens_citations_and_end_in_this_order():
    events = answered("To open", " the pier [1].", STOP)
    assert kinds(events) == [*STAGES, "token", "token", "generation complete", "citations", "done"]
    assert text(events) == "To open the pier [1]."
    assert [(c.n, c.cited) for c in events[-2].citations] == [(1, True), (2, False)]
    assert events[-1].finish_reason is FinishReason.STOP


def test_the_search_tells_how_much_it_searched_and_found():
    begins, ends = answered("So.", STOP)[:2]
    assert (begins.searched, begins.found) == (2, None)
    assert (ends.searched, ends.found) == (2, 2)


def test_only_the_documents_asked_for_are_searched_and_only_so_many_passages_given():
    filtered = answered("So.", STOP, question=Question("decided", Filter.of(["b"])))
    assert filtered[0].searched == 1
    assert [c.recording_id for c in filtered[-2].citations] == ["b"]
    assert len(answered("So.", STOP, passages=1)[-2].citations) == 1


def test_nothing_found_is_still_answered():
    events = answered("Nothing fits.", STOP, question=Question("zebra"))
    assert events[1].found == 0
    assert events[-2] == Citations(())
    assert isinstance(events[-1], Done)


def test_earlier_turns_reach_both_the_search_and_the_prompt():
    retriever, model = ListRetriever(*PASSAGES), ScriptedModel("So.", STOP)
    question = Question("And why?", turns=[Turn("What about the pier?", "It opens [9].")])
    list(stream_rag_response(question, retriever=retriever, model=model))
    assert retriever.queries == ["And why?", "What about the pier?\nAnd why?"]
    assert [m.content for m in model.prompts[0].messages[1:3]] == ["What about the pier?", "It opens."]


def test_a_marker_of_no_source_is_not_shown_also_when_cut_between_chunks():
    events = answered("Open [", "7", "] the [1", "].", STOP)
    assert text(events) == "Open the [1]."


def test_what_was_held_back_at_the_end_is_sent_before_the_stage_ends():
    events = answered("see [1", STOP)
    assert text(events) == "see [1"
    assert kinds(events)[-4:] == ["token", "generation complete", "citations", "done"]


def test_no_token_is_empty():
    events = answered("", "So", "\x00", Chunk(""), " it is.", STOP)
    assert text(events) == "So it is."
    assert all(e.content for e in events if isinstance(e, Token))


@pytest.mark.parametrize("reason", FinishReason)
def test_the_models_reason_and_counts_are_told(reason):
    events = answered("So.", Chunk(usage=Usage(1, 1)), Chunk(finish=reason), Chunk(usage=Usage(20, None)))
    assert events[-1].finish_reason is reason
    assert (events[-1].usage.input_tokens, events[-1].usage.output_tokens) == (20, None)


def test_times_are_told_in_whole_milliseconds_and_add_up():
    timings = answered("So.", STOP)[-1].timings
    assert 0 <= timings.retrieval_ms <= timings.first_token_ms <= timings.total_ms
    assert timings.generation_ms <= timings.total_ms
    assert timings.reranking_ms is None


def test_an_answer_without_a_word_has_citations_and_no_first_token_time():
    events = answered(STOP)
    assert kinds(events) == [*STAGES, "generation complete", "citations", "done"]
    assert events[-1].timings.first_token_ms is None


def test_an_endless_answer_ends_at_its_length_and_closes_the_model(monkeypatch):
    monkeypatch.setattr(pipeline, "MOST_CHARACTERS", 50)
    model = ScriptedModel(*["0123456789"] * 1000)
    events = list(stream_rag_response(QUESTION, retriever=ListRetriever(*PASSAGES), model=model))
    assert text(events) == "0123456789" * 5
    assert events[-1].finish_reason is FinishReason.LENGTH
    assert model.closed.is_set()


FAILURES = [
    (GenerationFailed(), "GENERATION_FAILED", True),
    (AnswerTimeout(), "TIMEOUT", True),
    (RateLimited(retry_after_s=70), "RATE_LIMIT", True),
    (AuthFailed(), "AUTH_ERROR", False),
    (ModelUnavailable(), "MODEL_UNAVAILABLE", True),
    (ContextTooLong(), "CONTEXT_TOO_LONG", False),
    (Truncated(), "TRUNCATED", True),
]


@pytest.mark.parametrize(("error", "code", "retryable"), FAILURES, ids=lambda v: v if isinstance(v, str) else "")
@pytest.mark.parametrize("said", [(), ("It was ", "decided [1")], ids=["at once", "after text"])
def test_a_models_failure_ends_with_its_code_and_keeps_the_text(error, code, retryable, said):
    """Citations come before the error exactly where any text was sent."""
    events = answered(*said, error)
    end = events[-1]
    assert (end.code, end.retryable, end.message) == (code, retryable, error.message)
    assert end.retry_after_s == error.retry_after_s
    assert text(events) == "".join(said)
    assert ("citations" in kinds(events)) == bool(said)


def test_a_failed_search_ends_with_its_code_and_asks_no_model():
    model = ScriptedModel("So.", STOP)
    events = list(stream_rag_response(QUESTION, retriever=ListRetriever(fails=RetrievalFailed()), model=model))
    assert kinds(events) == ["retrieval start", "retrying", "retrying", "error"]
    assert events[-1].code == "RETRIEVAL_FAILED"
    assert model.prompts == []


def test_a_stream_that_just_stops_is_truncated():
    events = answered("It was de")
    assert kinds(events) == [*STAGES, "token", "citations", "error"]
    assert events[-1].code == "TRUNCATED"


@pytest.mark.parametrize("place", ["model", "retriever"])
def test_what_nobody_foresaw_is_logged_and_told_without_its_words(place, caplog):
    secret = ValueError("password of db.internal:5432 is hunter2")
    with caplog.at_level(logging.ERROR):
        if place == "model":
            events = answered("Some text", secret)
        else:
            events = answered(retriever=ListRetriever(*PASSAGES, fails=secret))
    assert events[-1].code == "INTERNAL_ERROR"
    assert "hunter2" not in str(events)
    assert "hunter2" in caplog.text


def test_a_failures_cause_is_for_the_log_alone(caplog):
    error = GenerationFailed()
    error.__cause__ = ConnectionError("https://host.internal/secret")
    events = answered(error)
    assert "host.internal" not in str(events)
    assert "host.internal" in caplog.text


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        (CancelReason.STOPPED, Stopped()),
        (CancelReason.TIMEOUT, "TIMEOUT"),
        (CancelReason.SHUTDOWN, "INTERRUPTED"),
        (CancelReason.STORAGE, "INTERNAL_ERROR"),
    ],
)
@pytest.mark.parametrize("failure", [None, Cancelled(), GenerationFailed(), OSError("closed")], ids=repr)
def test_an_answer_called_off_ends_as_its_reason_says_whatever_the_model_raises(reason, end, failure):
    """A connection that was closed by a stop may fail in any way; the stop is what happened."""
    cancellation = Cancellation()

    class CalledOff(ScriptedModel):
        def stream(self, prompt, cancellation):
            yield Chunk("It was decided [1")
            cancellation.request(reason)
            if failure:
                raise failure
            yield Chunk("]")

    events = list(
        stream_rag_response(QUESTION, retriever=ListRetriever(*PASSAGES), model=CalledOff(), cancellation=cancellation)
    )
    assert text(events).startswith("It was decided [1")
    assert kinds(events)[-2] == "citations"
    assert (events[-1].code if isinstance(events[-1], Error) else events[-1]) == end


def test_an_answer_called_off_before_its_search_asks_nobody():
    cancellation = Cancellation()
    cancellation.request(CancelReason.STOPPED)
    retriever = ListRetriever(*PASSAGES)
    events = answered("So.", STOP, retriever=retriever, cancellation=cancellation)
    assert kinds(events) == ["cancelled"]
    assert retriever.queries == []


def test_an_answer_called_off_during_its_search_asks_no_model():
    cancellation = Cancellation()
    model = ScriptedModel("So.", STOP)
    events = stream_rag_response(QUESTION, retriever=ListRetriever(*PASSAGES), model=model, cancellation=cancellation)
    seen = [next(events), next(events)]
    cancellation.request(CancelReason.STOPPED)
    assert kinds([*seen, *events]) == [*STAGES, "cancelled"]
    assert model.prompts == []


def test_a_stop_wakes_a_model_that_waits():
    cancellation, gate = Cancellation(), threading.Event()
    model = ScriptedModel("First", gate, "never", STOP)
    events = []

    def collect():
        events.extend(
            stream_rag_response(QUESTION, retriever=ListRetriever(*PASSAGES), model=model, cancellation=cancellation)
        )

    thread = threading.Thread(target=collect)
    thread.start()
    assert model.started.wait(10)
    assert cancellation.request(CancelReason.STOPPED)
    assert not cancellation.request(CancelReason.TIMEOUT)
    thread.join(10)
    assert events[-1] == Stopped()
    assert model.closed.is_set()


def test_an_answer_that_nobody_reads_to_its_end_closes_the_model():
    model = ScriptedModel("a", "b", STOP)
    events = stream_rag_response(QUESTION, retriever=ListRetriever(*PASSAGES), model=model)
    while not isinstance(next(events), Token):
        pass
    events.close()
    assert model.closed.is_set()


def test_a_broken_excerpt_still_ends_the_answer(monkeypatch):
    """Nothing is raised out of an answer, or its reader would wait for ever."""

    def broken(*_args):
        raise IndexError("no such sentence")

    monkeypatch.setattr(pipeline, "cite", broken)
    for script in (("So [1].", STOP), ("So [1].", GenerationFailed())):
        events = answered(*script)
        assert isinstance(events[-1], Error)
        assert text(events) == "So [1]."

"""What an ended answer comes to in figures."""

from datetime import UTC, datetime, timedelta

import pytest

from footnote.chat import FinishReason
from footnote.contexts import document_id
from footnote.errors import Code
from footnote.events import (
    Asks,
    Citation,
    Citations,
    Done,
    Error,
    Found,
    Retrieved,
    Retrying,
    Stage,
    StageName,
    StageStatus,
    Statement,
    Stopped,
    Timings,
    Token,
    TokenCounts,
    Verdict,
)
from footnote.models.quoting import NOTHING_FITS, NOTHING_LEFT, NOTHING_THERE
from footnote.outcomes import outcome_of

ASKED = datetime(2026, 3, 12, 9, tzinfo=UTC)
DONE = Done(FinishReason.STOP, TokenCounts(900, 40), Timings(2100, first_token_ms=400))


def citation(n, document, *, cited=True):
    return Citation(n, f"{document}#{n}", document, document.title(), "So it is.", cited)


def found(*documents):
    return Retrieved(("who?",), tuple(Found(f"{d}#{n}", d, d, 1.0, n) for n, d in enumerate(documents, 1)))


def stage(name, *elapsed):
    return [Stage(name, status, at) for status, at in zip(StageStatus, elapsed, strict=False)]


def came_to(*events, took_s=3.0):
    return outcome_of(events, model="fast", asked_at=ASKED, ended_at=ASKED + timedelta(seconds=took_s))


def test_a_whole_answer():
    statements = tuple(Statement(n, n + 1, verdict) for n, verdict in enumerate(Verdict))
    dropped = Found("d#9", "dropped", "Dropped", 0.1)
    search = found("pier", "logbook", "pier")
    outcome = came_to(
        *stage(StageName.RETRIEVAL, 5, 45),
        Retrieved(search.queries, (*search.passages, dropped)),
        *stage(StageName.GENERATION, 50, 2100),
        Retrying(Code.RATE_LIMIT, 1, 0.5),
        Token("Ann "),
        Token("does. [3][2]"),
        Citations((citation(3, "pier"), citation(2, "logbook"), citation(1, "pier", cited=False)), statements),
        DONE,
    )
    assert (outcome.end, outcome.code, outcome.unanswered, outcome.retries) == ("done", None, False, 1)
    assert (outcome.total_ms, outcome.first_token_ms) == (2100, 400)
    assert outcome.stages_ms == ((StageName.RETRIEVAL, 40), (StageName.GENERATION, 2050))
    assert (outcome.input_tokens, outcome.output_tokens) == (900, 40)
    assert (outcome.found, outcome.retrieved, outcome.cited) == (3, ("pier", "logbook"), ("logbook", "pier"))
    assert (outcome.statements, outcome.supported) == (4, 2)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (Error(Code.TIMEOUT, "Too slow.", retryable=True), ("error", "TIMEOUT")),
        (Stopped(), ("cancelled", None)),
    ],
)
def test_what_did_not_become_whole_took_as_long_as_it_was_waited_for(end, said):
    outcome = came_to(*stage(StageName.RETRIEVAL, 5), end)
    assert (outcome.end, outcome.code) == said
    assert (outcome.total_ms, outcome.first_token_ms, outcome.stages_ms) == (3000, None, ())
    assert not outcome.unanswered
    assert came_to(end, took_s=-1).total_ms == 0
    assert outcome_of([end], model="fast", asked_at=ASKED).total_ms is None


def test_a_log_without_its_end_comes_to_nothing_yet():
    for events in ([], [Token("Ann")]):
        with pytest.raises(ValueError, match="no end"):
            came_to(*events)


def test_a_stage_that_is_gone_through_twice_took_both_times():
    outcome = came_to(*stage(StageName.RETRIEVAL, 0, 10), *stage(StageName.RETRIEVAL, 30, 70), DONE)
    assert outcome.stages_ms == ((StageName.RETRIEVAL, 50),)


def test_what_was_looked_at_while_asking_is_no_document():
    shown = document_id("c56a4180-65aa-42ec-a945-5fd21dec0538")
    outcome = came_to(found(shown, "pier"), Citations((citation(1, shown), citation(2, "pier"))), DONE)
    assert (outcome.found, outcome.retrieved, outcome.cited) == (2, ("pier",), ("pier",))


@pytest.mark.parametrize(
    "says",
    [
        NOTHING_FITS,
        NOTHING_LEFT,
        NOTHING_THERE,
        "The passages do not say who paid for it. They tell of the pier.",
        "Dazu steht nichts in den Quellen.",
        "I couldn't find any information about that.",
    ],
)
def test_an_answer_that_cites_nothing_and_says_so_is_none(says):
    assert came_to(found("pier"), *map(Token, says), Citations((citation(1, "pier", cited=False),)), DONE).unanswered


def test_where_nothing_was_found_nothing_is_answered_whatever_is_said():
    assert came_to(found(), Token("Paris is lovely."), Citations(()), DONE).unanswered


@pytest.mark.parametrize(
    "events",
    [
        (
            found("pier"),
            Token("Not in the documents of 2019, but here: Ann. [1]"),
            Citations((citation(1, "pier"),)),
        ),
        (found("pier"), Token("Ann paid for it."), Citations((citation(1, "pier", cited=False),))),
        (Token("Ann paid for it."), Citations(())),
        (found("pier"), Token("Ann paid for it. " * 60 + "Nothing was found of Ben."), Citations(())),
        (Asks("role"), Token("There is no information about you yet. Who are you?"), Citations(())),
    ],
)
def test_whoever_has_something_to_say_has_answered(events):
    assert not came_to(*events, DONE).unanswered


def test_what_failed_is_no_question_without_an_answer():
    assert not came_to(found(), Error(Code.TIMEOUT, "Too slow.", retryable=True)).unanswered

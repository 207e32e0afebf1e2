"""One answer's figures, by what was expected of it."""

from __future__ import annotations

import pytest

from footnote.chat import FinishReason
from footnote.conversations import Outcome, Status
from footnote.evaluation.cases import Case, Expected
from footnote.evaluation.judging import judged
from footnote.events import Citation, Done, Error, Found, Retrieved, Statement, Timings, TokenCounts, Verdict

DONE = Done(FinishReason.STOP, TokenCounts(100, 20), Timings(900, first_token_ms=300))
FOUND = Retrieved(("Q",), tuple(Found(id, id[0], id[0].upper(), 1.0) for id in ("a#1", "a#2", "b#1", "c#1")))


def cited(*ids: str) -> tuple[Citation, ...]:
    return tuple(Citation(n, id, id[0], id[0].upper(), "", cited=True) for n, id in enumerate(ids, 1))


def answer(text: str = "It is so [1].", *citations: str, **fields) -> Outcome:
    statements = (Statement(0, 5, Verdict.SUPPORTED), Statement(6, 9, Verdict.WEAK))
    usual = {"done": DONE, "retrieved": FOUND, "statements": statements}
    return Outcome(Status.COMPLETE, text, cited(*citations), **usual | fields)


def figures(expected: Expected, came_to: Outcome) -> dict[str, float]:
    return dict(judged(Case("q", "Q", expected=expected), came_to).figures)


def test_passages_are_looked_for_where_passages_are_expected():
    made = figures(Expected(passages=frozenset({"a#2", "x"})), answer("It is so.", "a#1", "a#2"))
    assert {name: made[name] for name in ("recall@1", "recall@5", "found@5", "mrr")} == {
        "recall@1": 0,
        "recall@5": 0.5,
        "found@5": 1,
        "mrr": 0.5,
    }
    assert (made["citation_precision"], made["citation_recall"]) == (0.5, 0.5)


def test_documents_count_once_each_at_their_first_place():
    """The ranking of documents is a, b, c: the third passage found is the second document."""
    made = figures(Expected(documents=frozenset({"b"})), answer("It is so.", "b#1", "b#2", "a#1"))
    assert (made["mrr"], made["recall@1"], made["recall@5"]) == (0.5, 0, 1)
    assert (made["citation_precision"], made["citation_recall"]) == (0.5, 1)


def test_an_answer_that_cites_nothing_has_no_precision():
    made = figures(Expected(documents=frozenset({"b"})), answer())
    assert "citation_precision" not in made
    assert made["citation_recall"] == 0


def test_statements_facts_and_wrong_sources():
    expected = Expected(wrong_passages=frozenset({"a#1"}), facts=(("so", "thus"), ("4 doors",)))
    result = judged(Case("q", "Q", expected=expected), answer("It is thus [1].", "a#1"))
    assert result.figures == {"wrong_sources": 1, "facts": 0.5, "wrongly_not_found": 0, "supported": 0.5}
    assert result.missing_facts == ("4 doors",)
    assert result.statements == {"supported": 1, "weak": 1}
    assert (result.first_token_ms, result.total_ms, result.input_tokens, result.output_tokens) == (300, 900, 100, 20)


NO = "The passages do not say who won. They tell of the final [1]."


@pytest.mark.parametrize(
    ("text", "says_so"),
    [
        (NO, True),
        ("Nothing in the documents searched answers this question. Try other words.", True),
        ("No document was searched: the library is empty.", True),
        ("In den Unterlagen steht dazu nichts.", True),
        ("Sure, let me look. None of the sources mentions it.", True),
        ("Ann won [1]. The passages do not say when.", False),
        ("The answer is not known, it is believed. [1]", False),
        ("Ann won [1].", False),
        ("", False),
    ],
)
def test_that_nothing_was_found_is_said_in_words(text, says_so):
    """By an answer without a source, or by the first sentence of one that tells what stands there instead."""
    given = answer(text, *(["a#1"] if "[1]" in text else []), statements=())
    assert figures(Expected(not_found=True), given) == {"rightly_not_found": float(says_so)}
    assert figures(Expected(not_found=False), given) == {"wrongly_not_found": float(says_so)}


def test_a_failed_answer_makes_no_figure_better():
    """What it had written counts for nothing, not even as a rightful 'not found'; what was found was found."""
    failed = Outcome(Status.ERROR, NO, cited("a#1"), retrieved=FOUND, error=Error("TIMEOUT", "Late.", retryable=True))
    made = figures(Expected(documents=frozenset({"a"}), facts=(("final",),)), failed)
    assert (made["recall@1"], made["citation_recall"], made["facts"]) == (1, 0, 0)
    assert "supported" not in made
    assert figures(Expected(not_found=True), failed) == {"rightly_not_found": 0}
    assert figures(Expected(wrong_documents=frozenset({"b"}), not_found=False), failed) == {}, "0 is best there"
    result = judged(Case("q", "Q"), failed)
    assert (result.failed, result.error, result.text) == (True, "TIMEOUT", NO)

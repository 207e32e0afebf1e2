"""Answers to export, as values."""

from __future__ import annotations

from datetime import UTC, datetime

from fakes import an_answer
from footnote.answers.export.manuscript import Manuscript, turns_of
from footnote.conversations import Outcome, Status
from footnote.events import Citation
from footnote.page.texts import Texts

ENGLISH = Texts()
ASKED = datetime(2026, 3, 26, 10, 0, tzinfo=UTC)


def citation(n, **fields):
    usual = {"passage_id": f"p{n}", "recording_id": f"d{n}", "recording_title": f"Talk *{n}*", "cited": True}
    return Citation(**({"n": n, "excerpt": f"Words {n}.\nAnd more."} | usual | fields))


def answered(text="In **May** [2].", *citations, query="When?", status=Status.COMPLETE, error=None, **asked):
    """An answer and what its log comes to."""
    given = citations or (citation(1), citation(2, speaker="Ann", start_s=61.5, end_s=64.0))
    answer = an_answer(**({"query": query, "created_at": ASKED, "model": "extractive"} | asked))
    return answer, Outcome(status, text, given, error=error)


def manuscript(*answers, title="Moving", bare=False):
    return Manuscript(title, turns_of(answers), bare)

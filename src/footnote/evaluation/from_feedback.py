"""A set made of what users said: a question for each answer that was judged, and what that tells of its sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from footnote.answers import history
from footnote.conversations import Answer, AnswerLog, Outcome, Status, outcome
from footnote.events import Citation
from footnote.feedback import Feedback, FeedbackStore, Opinion
from footnote.unanswered import says_not_found
from footnote.wire import fields_of, one_line


def lines(store: FeedbackStore, log: AnswerLog) -> Iterator[str]:
    """A line of a set for each answer that somebody said something of, the earliest judged first.

    Left out: what was deleted, what began with a chart (a set can't carry it), and what the interviewer asked.
    """
    said: dict[str, list[Feedback]] = {}
    for feedback in store.everything():
        said.setdefault(feedback.answer_id, []).append(feedback)
    for id, each in said.items():
        answer = log.answer(id)
        if answer is not None and answer.context is None and answer.profile is None:
            case = _case(answer, each, outcome(log.read(id)), log)
            yield one_line(json.dumps(case, ensure_ascii=False))


def _case(answer: Answer, said: Sequence[Feedback], came_to: Outcome, log: AnswerLog) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": answer.id, "question": answer.query}
    if limits := _limits(answer):
        fields["filter"] = limits
    if turns := history.turns(log, answer):
        fields["turns"] = [{"question": turn.question, "answer": turn.answer} for turn in turns]
    return fields | {"expected": _expected(said, came_to), "note": "; ".join(map(_told, said))}


def _limits(answer: Answer) -> dict[str, Any]:
    conditions = {n: sorted(v) if isinstance(v, frozenset) else v for n, v in fields_of(answer.criteria).items() if v}
    return ({"documents": list(answer.recording_filter)} if answer.recording_filter else {}) | conditions


def _expected(said: Sequence[Feedback], came_to: Outcome) -> dict[str, Any]:
    """Thumbs up: what is cited, or that nothing was found. Thumbs down: not that. A wrong source: not that passage."""
    of_answer = next((feedback.verdict for feedback in said if feedback.n is None), None)
    wrong_numbers = {feedback.n for feedback in said if feedback.verdict is Opinion.WRONG_SOURCE}
    wrong = [citation.passage_id for citation in came_to.citations if citation.n in wrong_numbers]
    right = [one for one in came_to.citations if one.cited and one.n not in wrong_numbers]
    expected: dict[str, Any] = {"wrong_passages": sorted(wrong)} if wrong else {}
    if came_to.status is Status.COMPLETE and of_answer is not None:
        not_found = says_not_found(came_to.text, cites=any(one.cited for one in came_to.citations))
        if of_answer is Opinion.UP:
            expected |= {"not_found": True} if not_found else _documents(right)
        elif not_found:
            expected["not_found"] = False
    return expected


def _documents(right: Sequence[Citation]) -> dict[str, Any]:
    return {"documents": sorted({citation.recording_id for citation in right})} if right else {}


def _told(feedback: Feedback) -> str:
    of = "" if feedback.n is None else f" [{feedback.n}]"
    reason = f", {feedback.reason.value}" if feedback.reason else ""
    return f"{feedback.verdict.value}{of}{reason}{f': {feedback.comment}' if feedback.comment else ''}"

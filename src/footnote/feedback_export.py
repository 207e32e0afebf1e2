"""All that users said of answers as a file: each with the question, the answer and the source that it is about.

Written so that it can become a test case: the question with its filter can be asked again, the answer and the
passages that it cited can be compared, and the verdict says whether they were right.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from footnote.conversations import Answer, AnswerLog, Outcome, outcome
from footnote.events import Citation
from footnote.feedback import Feedback, FeedbackStore
from footnote.wire import fields_of

COLUMNS = (
    "at",
    "verdict",
    "reason",
    "comment",
    "question",
    "answer",
    "status",
    "n",
    "passage_id",
    "document_id",
    "excerpt",
    "cited",
    "documents",
    "filter",
    "model",
    "asked_at",
    "answer_id",
    "user",
)
"""The fields of a record in their order; ``user`` only where users are asked for."""

_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r])")
"""Where a cell, or a part that a spreadsheet with another separator takes for one, would begin as a formula."""


def records(store: FeedbackStore, log: AnswerLog, *, with_users: bool = False) -> Iterator[dict[str, Any]]:
    """A record for each thing said, the earliest first; what was deleted meanwhile is left out."""
    for feedback in store.everything():
        answer = log.answer(feedback.answer_id)
        if answer is not None:
            record = _record(feedback, answer, outcome(log.read(answer.id)))
            yield record | {"user": feedback.user} if with_users else record


def write_jsonl(made: Iterable[dict[str, Any]], file: TextIO) -> int:
    """One record a line; how many."""
    count = 0
    for record in made:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(made: Iterable[dict[str, Any]], file: TextIO, *, with_users: bool = False) -> int:
    """A table, with lists and filters as JSON; how many records. No cell can be taken for a formula."""
    writer = csv.writer(file, lineterminator="\n")
    columns = [name for name in COLUMNS if with_users or name != "user"]
    writer.writerow(columns)
    count = 0
    for record in made:
        writer.writerow([_cell(record[name]) for name in columns])
        count += 1
    return count


def _record(feedback: Feedback, answer: Answer, came_to: Outcome) -> dict[str, Any]:
    about = next((citation for citation in came_to.citations if citation.n == feedback.n), None)
    conditions = fields_of(answer.criteria)
    return {
        "at": feedback.at.isoformat(timespec="seconds"),
        "verdict": feedback.verdict.value,
        "reason": feedback.reason.value if feedback.reason else None,
        "comment": feedback.comment,
        "question": answer.query,
        "answer": came_to.text,
        "status": came_to.status.value,
        "n": feedback.n,
        "passage_id": about.passage_id if about else None,
        "document_id": about.recording_id if about else None,
        "excerpt": about.excerpt if about else None,
        "cited": [_cited(citation) for citation in came_to.citations if citation.cited],
        "documents": list(answer.recording_filter),
        "filter": {name: sorted(v) if isinstance(v, frozenset) else v for name, v in conditions.items() if v},
        "model": answer.model,
        "asked_at": answer.created_at.isoformat(timespec="seconds"),
        "answer_id": answer.id,
    }


def _cited(citation: Citation) -> dict[str, Any]:
    return {"n": citation.n, "passage_id": citation.passage_id, "document_id": citation.recording_id}


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _FORMULA.sub("'", text)

"""A line in the log as an answer begins, and one as it ends: who, which, how it ended, and what it took."""

from __future__ import annotations

import logging
from typing import Any

from footnote.answers.observing import Observer
from footnote.answers.recording import Recording
from footnote.conversations import Answer
from footnote.events import Done
from footnote.monitoring.logs import FIELDS
from footnote.monitoring.pseudonyms import Pseudonyms

MOST_TEXT = 20_000
"""Characters of an answer in the log, where texts are told at all."""

log = logging.getLogger("footnote.answers")

Fields = dict[str, Any]


class Lines(Observer):
    """Two lines an answer; what was asked and answered stands in them only with ``texts``."""

    def __init__(self, pseudonyms: Pseudonyms, *, texts: bool = False) -> None:
        self._pseudonyms = pseudonyms
        self._texts = texts

    def started(self, answer: Answer) -> None:
        fields = self._of(answer) | {
            "replaces": answer.replaces,
            "continues": answer.continues or None,
            "documents": len(answer.recording_filter) or None,
            "question_length": len(answer.query),
        }
        if self._texts:
            fields["question"] = answer.query
        _tell("an answer begins", fields)

    def ended(self, recording: Recording) -> None:
        fields = self._of(recording.answer) | figures(recording)
        if self._texts:
            fields["text"] = recording.text[:MOST_TEXT]
        _tell("an answer has ended", fields)

    def _of(self, answer: Answer) -> Fields:
        return {
            "answer_id": answer.id,
            "session_id": answer.session_id,
            "user": self._pseudonyms.of(answer.user),
            "model": answer.profile or answer.model,
        }


def figures(recording: Recording) -> Fields:
    """How an answer ended and what it took; None for what is not known."""
    came_to = recording.outcome
    first_ns, end = recording.first_token_ns, recording.end
    return {
        "end": came_to.end,
        "code": came_to.code,
        "finish": str(end.finish_reason) if isinstance(end, Done) else None,
        "queued_ms": recording.queued_ms or None,
        **{f"{stage}_ms": took for stage, took in came_to.stages_ms},
        "first_token_ms": None if first_ns is None else (first_ns - recording.began_ns) // 1_000_000,
        "total_ms": (recording.ended_ns - recording.began_ns) // 1_000_000,
        "input_tokens": came_to.input_tokens,
        "output_tokens": came_to.output_tokens,
        "found": came_to.found,
        "cited": len(came_to.cited),
        "statements": came_to.statements,
        "supported": came_to.supported,
        "unanswered": came_to.unanswered or None,
        "retries": came_to.retries,
        "length": len(recording.text),
    }


def _tell(what: str, fields: Fields) -> None:
    log.info(what, extra={FIELDS: {name: value for name, value in fields.items() if value is not None}})

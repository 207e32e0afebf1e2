"""Feedback that becomes an assessment of its answer's trace, wherever it is kept otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from footnote.feedback import Feedback, FeedbackStore


class AssessedFeedback:
    """A ``FeedbackStore`` that tells which answers are spoken of, once what is said is kept in ``kept``."""

    def __init__(self, kept: FeedbackStore, said_of: Callable[[str], None]) -> None:
        self._kept = kept
        self._said_of = said_of

    def put(self, feedback: Feedback) -> None:
        self._kept.put(feedback)
        self._said_of(feedback.answer_id)

    def remove(self, answer_id: str, n: int | None = None) -> None:
        self._kept.remove(answer_id, n)
        self._said_of(answer_id)

    def of(self, answer_ids: Sequence[str]) -> Mapping[str, Sequence[Feedback]]:
        return self._kept.of(answer_ids)

    def everything(self) -> Sequence[Feedback]:
        return self._kept.everything()

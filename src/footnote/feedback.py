"""What users say of answers and of their citations: values, and the protocol of what keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

COMMENT_LENGTH = 2000
"""Characters of a comment, at most."""


class Opinion(StrEnum):
    """What is said: of an answer that it is good or not, of a citation that it is the wrong source."""

    UP = "up"
    DOWN = "down"
    WRONG_SOURCE = "wrong_source"


class Reason(StrEnum):
    """Why it is said."""

    ACCURATE = "accurate"
    COMPLETE = "complete"
    WELL_SOURCED = "well_sourced"
    CLEAR = "clear"
    INCORRECT = "incorrect"
    INCOMPLETE = "incomplete"
    UNSUPPORTED = "unsupported"
    OFF_TOPIC = "off_topic"
    OUTDATED = "outdated"
    NOT_SAID = "not_said"
    OUT_OF_CONTEXT = "out_of_context"
    BETTER_SOURCE = "better_source"
    OTHER = "other"


REASONS: Mapping[Opinion, tuple[Reason, ...]] = {
    Opinion.UP: (Reason.ACCURATE, Reason.COMPLETE, Reason.WELL_SOURCED, Reason.CLEAR, Reason.OTHER),
    Opinion.DOWN: (
        Reason.INCORRECT,
        Reason.INCOMPLETE,
        Reason.UNSUPPORTED,
        Reason.OFF_TOPIC,
        Reason.OUTDATED,
        Reason.OTHER,
    ),
    Opinion.WRONG_SOURCE: (
        Reason.NOT_SAID,
        Reason.OUT_OF_CONTEXT,
        Reason.OUTDATED,
        Reason.BETTER_SOURCE,
        Reason.OTHER,
    ),
}
"""The reasons that can be given for each."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a user says of one of their answers or, where ``n`` is given, of its citation with that number."""

    answer_id: str
    user: str
    verdict: Opinion
    at: datetime
    n: int | None = None
    reason: Reason | None = None
    comment: str | None = None


class FeedbackStore(Protocol):
    """Keeps feedback, one of an answer and one of each of its citations. Safe to use from any thread.

    What is said of an answer is deleted with it. Every method may raise ``StorageFailed``.
    """

    def put(self, feedback: Feedback) -> None:
        """Keep it in place of what was said before; raises ``NotFound`` where the answer is gone."""

    def remove(self, answer_id: str, n: int | None = None) -> None:
        """Take back what was said of an answer, or of its citation ``n``; nothing happens where nothing was."""

    def of(self, answer_ids: Sequence[str]) -> Mapping[str, Sequence[Feedback]]:
        """What was said of these answers, by their ids, of the whole before its citations: one read of them all."""

    def everything(self) -> Sequence[Feedback]:
        """All that was said by anyone, the earliest first."""

"""What a user says of an answer, as MLflow has assessments."""

from __future__ import annotations

from footnote.feedback import Feedback, Opinion
from footnote.tracing.spans import Json

OF = "footnote.of"
"""The metadata that says what an assessment is of, ``answer`` or a citation's number; it marks those that are ours."""


def assessment(feedback: Feedback, *, texts: bool = True) -> Json:
    """The name, value, rationale, source and metadata of an assessment."""
    told = [str(feedback.reason or ""), (feedback.comment or "") if texts else ""]
    return {
        "name": "wrong_source" if feedback.verdict is Opinion.WRONG_SOURCE else "thumbs_up",
        "value": feedback.verdict is not Opinion.DOWN,
        "rationale": ": ".join(filter(None, told)),
        "user": feedback.user,
        "metadata": {OF: "answer" if feedback.n is None else str(feedback.n)},
    }

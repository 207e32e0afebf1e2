"""The bodies of what is said of an answer and of its citations."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.config import JsonDict

from footnote.feedback import COMMENT_LENGTH, REASONS, Opinion, Reason
from footnote.web.requests.fields import Strict, of_characters

_SOURCES = 1000


def _reasons_of(opinion: Opinion) -> JsonDict:
    """What else the body holds where that is what it says."""
    says: JsonDict = {"properties": {"verdict": {"const": opinion.value}}}
    reason: JsonDict = {"enum": [None, *(reason.value for reason in REASONS[opinion])]}
    if opinion is Opinion.WRONG_SOURCE:
        return {"if": says, "then": {"properties": {"reason": reason, "n": {"type": "integer"}}, "required": ["n"]}}
    return {"if": says, "then": {"properties": {"reason": reason, "n": {"type": "null"}}}}


class FeedbackBody(Strict):
    """``PUT /answers/{answer_id}/feedback``: of the whole answer, or that its citation ``n`` is the wrong source."""

    model_config = ConfigDict(json_schema_extra={"allOf": [_reasons_of(opinion) for opinion in Opinion]})

    verdict: Annotated[Opinion, Field(strict=False)]
    n: int | None = Field(None, ge=1, le=_SOURCES)
    reason: Annotated[Reason, Field(strict=False)] | None = None
    comment: str | None = Field(None, max_length=COMMENT_LENGTH)

    @field_validator("n")
    @classmethod
    def _names_a_source_where_one_is_meant(cls, value: int | None, others: ValidationInfo) -> int | None:
        is_source = others.data.get("verdict") is Opinion.WRONG_SOURCE
        if value is not None and "verdict" in others.data and not is_source:
            raise ValueError("goes with wrong_source only")
        return value

    @field_validator("reason")
    @classmethod
    def _fits(cls, value: Reason | None, others: ValidationInfo) -> Reason | None:
        opinion = others.data.get("verdict")
        if value is not None and opinion is not None and value not in REASONS[opinion]:
            raise ValueError(f"has to be one of {', '.join(REASONS[opinion])}")
        return value

    @field_validator("comment")
    @classmethod
    def _comment(cls, value: str | None) -> str | None:
        return of_characters(value).strip() if value is not None else None

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.verdict is Opinion.WRONG_SOURCE and self.n is None:
            raise ValueError("n: which citation is the wrong source")
        return self


class FeedbackOf(Strict):
    """``DELETE /answers/{answer_id}/feedback``: of the whole answer, or of its citation ``n``."""

    n: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")] | None = None

    @property
    def number(self) -> int | None:
        """The citation's number."""
        return None if self.n is None else int(self.n)

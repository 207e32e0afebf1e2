"""The bodies of requests that ask, and that take an answer up again."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import uuid4

from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict

from footnote.conversations import QUERY_LENGTH
from footnote.passages import Filter, Kind
from footnote.web.requests.context import ContextBody
from footnote.web.requests.fields import MOST_FILTERED, SAYS_SOMETHING, Day, Names, Strict, Uuid, of_characters

MOST_EVENTS = 2**31 - 1
"""Of one log: what its number's column holds."""

GOES_ON_FROM_SOMETHING: JsonDict = {
    "if": {"properties": {"continues": {"const": True}}, "required": ["continues"]},
    "then": {"properties": {"replaces": {"type": "string"}}, "required": ["replaces"]},
}


class FilterBody(Strict):
    """What limits the documents of a question beside ``recording_filter``; of several in a list, one is enough.

    ``without`` lists passages, ``without_documents`` documents that are left out of what that leaves. What is not in
    the library is met by nothing, and so leaves nothing to search: an answer that says so, and no problem.
    """

    kinds: list[Literal["recording", "text", "pdf", "table"]] = Field(default=[], max_length=len(Kind))
    tags: Names = Field(default=[])
    speakers: Names = Field(default=[])
    since: Day | None = None
    until: Day | None = None
    without: Names = Field(default=[])
    without_documents: Names = Field(default=[])

    def filter(self) -> Filter:
        """The value of it."""
        return Filter(
            kinds=frozenset(map(Kind, self.kinds)),
            tags=frozenset(self.tags),
            speakers=frozenset(self.speakers),
            since=self.since,
            until=self.until,
            without=frozenset(self.without),
            without_documents=frozenset(self.without_documents),
        )


class AskBody(Strict):
    """A question: ``POST /answers``, and ``POST /stream`` where it asks and streams in one."""

    model_config = ConfigDict(json_schema_extra=GOES_ON_FROM_SOMETHING)

    query: str = Field(min_length=1, max_length=QUERY_LENGTH, json_schema_extra=SAYS_SOMETHING)
    session_id: Uuid
    answer_id: Uuid = Field(default_factory=lambda: str(uuid4()))
    recording_filter: list[Annotated[str, Field(min_length=1, max_length=1024)]] | None = Field(
        None, max_length=MOST_FILTERED
    )
    model: str | None = Field(None, max_length=200)
    render: Literal["html"] | None = None
    replaces: Uuid | None = None
    continues: bool = False
    filter: FilterBody = Field(default_factory=FilterBody)
    profile: Literal["onboarding"] | None = None
    context: ContextBody | None = None

    @field_validator("continues")
    @classmethod
    def _goes_on_from_something(cls, value: bool, others: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's
        if value and others.data.get("replaces") is None:
            raise ValueError("needs replaces, the answer to go on from")
        return value

    @field_validator("query")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("has to say something")
        return of_characters(value)


class ContinueBody(Strict):
    """A cursor: ``POST /stream`` for an answer that was asked for already."""

    answer_id: Uuid
    after: int = Field(0, ge=0, le=MOST_EVENTS)
    render: Literal["html"] | None = None


class After(Strict):
    """``GET /suggestions``: what may be asked after an answer, or first where none is named."""

    after: Uuid | None = None

"""The bodies of the contract's requests, checked in one place; a problem names the field."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID, uuid4

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict

from footnote.conversations import QUERY_LENGTH
from footnote.errors import InvalidRequest
from footnote.feedback import COMMENT_LENGTH, REASONS, Opinion, Reason
from footnote.passages import Filter, Kind
from footnote.profiles import MOST_TOPICS, ROLE_LENGTH, TOPIC_LENGTH, Step, Style

MOST_FILTERED = 1000
SEARCH_LENGTH = 200
MOST_TAGS = 20
TAG_LENGTH = 60
MOST_PAGES = 5_000
MOST_EVENTS = 2**31 - 1
"""Of one log: what its number's column holds."""
Body = TypeVar("Body", bound=BaseModel)


def _uuid(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("has to be a uuid")
    try:
        return str(UUID(value))
    except ValueError:
        raise ValueError("has to be a uuid") from None


def _of_characters(value: str) -> str:
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError("holds a character that is none")
    return value


def _line(value: str) -> str:
    if not (line := " ".join(value.split())):
        raise ValueError("has to say something")
    return _of_characters(line)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("has to be a day, such as 2026-03-12") from None


Uuid = Annotated[str, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
GOES_ON_FROM_SOMETHING: JsonDict = {
    "if": {"properties": {"continues": {"const": True}}, "required": ["continues"]},
    "then": {"properties": {"replaces": {"type": "string"}}, "required": ["replaces"]},
}
SAYS_SOMETHING: JsonDict = {"pattern": r"\S"}


class _Strict(BaseModel):
    # A field that isn't known is ignored: the contract grows by added fields.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


_Name = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(_of_characters)]
_Names = Annotated[list[_Name], Field(max_length=MOST_FILTERED)]
_Day = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$"),
    AfterValidator(_day),
    WithJsonSchema({"type": "string", "format": "date"}),
]


class FilterBody(_Strict):
    """What limits the documents of a question beside ``recording_filter``; of several in a list, one is enough.

    ``without`` lists passages, ``without_documents`` documents that are left out of what that leaves. What is not in
    the library is met by nothing, and so leaves nothing to search: an answer that says so, and no problem.
    """

    kinds: list[Literal["recording", "text", "pdf", "table"]] = Field(default=[], max_length=len(Kind))
    tags: _Names = []
    speakers: _Names = []
    since: _Day | None = None
    until: _Day | None = None
    without: _Names = []
    without_documents: _Names = []

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


class SourcesBody(_Strict):
    """Usual sources, in the words of a question's body."""

    recording_filter: _Names = []
    filter: FilterBody = Field(default_factory=FilterBody)

    def value(self) -> Filter:
        """The value of it."""
        ids = frozenset(self.recording_filter) if self.recording_filter else None
        return replace(self.filter.filter(), document_ids=ids, without=frozenset())


_Topic = Annotated[str, Field(min_length=1, max_length=TOPIC_LENGTH), AfterValidator(_line)]


class ProfileBody(_Strict):
    """``PATCH /profile``: what is named is changed, and what is null is forgotten."""

    role: Annotated[str, Field(min_length=1, max_length=ROLE_LENGTH), AfterValidator(_line)] | None = None
    topics: list[_Topic] = Field(default=[], max_length=MOST_TOPICS)
    sources: SourcesBody = Field(default_factory=SourcesBody)
    style: Literal["short", "detailed", "bullets"] | None = None
    step: Literal["role", "topics", "sources", "style", "done", "skipped"] = "role"

    def changes(self) -> dict[str, Any]:
        """The fields of a ``Profile`` that are to be changed."""
        made = {
            "role": self.role,
            "topics": tuple(dict.fromkeys(self.topics)),
            "sources": self.sources.value(),
            "style": Style(self.style) if self.style else None,
            "step": Step(self.step),
        }
        return {name: value for name, value in made.items() if name in self.model_fields_set}


class After(_Strict):
    """``GET /suggestions``: what may be asked after an answer, or first where none is named."""

    after: Uuid | None = None


class AskBody(_Strict):
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
        return _of_characters(value)


class ContinueBody(_Strict):
    """A cursor: ``POST /stream`` for an answer that was asked for already."""

    answer_id: Uuid
    after: int = Field(0, ge=0, le=MOST_EVENTS)
    render: Literal["html"] | None = None


class RenameBody(_Strict):
    """``PATCH /sessions/{session_id}``."""

    title: str = Field(min_length=1, max_length=200, json_schema_extra=SAYS_SOMETHING)

    _one_line = field_validator("title")(_line)


_SOURCES = 1000


def _reasons_of(opinion: Opinion) -> JsonDict:
    """What else the body holds where that is what it says."""
    says: JsonDict = {"properties": {"verdict": {"const": opinion.value}}}
    reason: JsonDict = {"enum": [None, *(reason.value for reason in REASONS[opinion])]}
    if opinion is Opinion.WRONG_SOURCE:
        return {"if": says, "then": {"properties": {"reason": reason, "n": {"type": "integer"}}, "required": ["n"]}}
    return {"if": says, "then": {"properties": {"reason": reason, "n": {"type": "null"}}}}


class FeedbackBody(_Strict):
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
        return _of_characters(value).strip() if value is not None else None

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.verdict is Opinion.WRONG_SOURCE and self.n is None:
            raise ValueError("n: which citation is the wrong source")
        return self


class FeedbackOf(_Strict):
    """``DELETE /answers/{answer_id}/feedback``: of the whole answer, or of its citation ``n``."""

    n: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")] | None = None

    @property
    def number(self) -> int | None:
        """The citation's number."""
        return None if self.n is None else int(self.n)


class Shown(_Strict):
    """How an answer or a conversation is to be shown: ``?render=html``."""

    render: Literal["html"] | None = None


class Part(Shown):
    """``GET /sessions/{session_id}``: the last so many questions, or all since an answer's, and before another's."""

    last: str | None = Field(None, pattern="^[1-9][0-9]{0,2}$")
    before: Uuid | None = None
    since: Uuid | None = None


class Search(_Strict):
    """``GET /sessions``: words to look for in titles, questions and answers."""

    q: str = Field("", max_length=SEARCH_LENGTH)

    _characters = field_validator("q")(_of_characters)


class Named(_Strict):
    """Which document or passage is asked for."""

    id: _Name


class Reading(Named):
    """``GET /library/document``: which passage of it is wanted, for a document that is too long to be sent whole."""

    passage: _Name | None = None


class Replacing(_Strict):
    """``POST /library/documents``: the document in whose place the file may be put."""

    replaces: _Name | None = None


def _one_line(value: str) -> str:
    if not (line := " ".join(value.split())):
        raise ValueError("has to say something")
    if any(unicodedata.category(c).startswith("C") for c in line):
        raise ValueError("holds a character that can't be seen")
    return line


_Tag = Annotated[
    str, Field(min_length=1, max_length=TAG_LENGTH, json_schema_extra=SAYS_SOMETHING), AfterValidator(_one_line)
]


class TagsBody(_Strict):
    """``PATCH /library/documents``: all the tags that a document is to have."""

    tags: list[_Tag] = Field(max_length=MOST_TAGS)


class PageNamed(BaseModel):
    """A page of a document, counted from 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: _Name
    page: int = Field(ge=1, le=MOST_PAGES)


class Export(_Strict):
    """``GET /sessions/{session_id}/export``."""

    format: Literal["markdown", "html", "docx", "json"] = "markdown"


class AnswerExport(_Strict):
    """``GET /answers/{answer_id}/export``; ``bare`` leaves the question out, for an answer that is copied."""

    format: Literal["markdown", "html", "docx"] = "markdown"
    bare: Literal["true", "false"] = "false"


def parse(kind: type[Body], fields: Any) -> Body:
    """The checked body; raises ``InvalidRequest`` that names each field that is wrong."""
    if not isinstance(fields, dict):
        raise InvalidRequest("The request's body has to be a JSON object.")
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()[:5]
        )
        raise InvalidRequest(f"The request can't be used. {problems}.") from None


def parse_uuid(value: str, field: str) -> str:
    """A uuid from the path; raises ``InvalidRequest`` that names it."""
    try:
        return str(UUID(value))
    except ValueError:
        raise InvalidRequest(f"The request can't be used. {field}: has to be a uuid.") from None

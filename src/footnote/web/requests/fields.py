"""What the bodies of requests are made of, and how they are checked; a problem names the field."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic.config import JsonDict

from footnote.errors import InvalidRequest

MOST_FILTERED = 1000


Body = TypeVar("Body", bound=BaseModel)


def _uuid(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("has to be a uuid")
    try:
        return str(UUID(value))
    except ValueError:
        raise ValueError("has to be a uuid") from None


def of_characters(value: str) -> str:
    """The text; raises ``ValueError`` where it holds what no database takes and no UTF-8 carries."""
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError("holds a character that is none")
    return value


def a_line(value: str) -> str:
    """The text with single spaces; raises ``ValueError`` where that leaves nothing."""
    if not (line := " ".join(value.split())):
        raise ValueError("has to say something")
    return of_characters(line)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("has to be a day, such as 2026-03-12") from None


Uuid = Annotated[str, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]


SAYS_SOMETHING: JsonDict = {"pattern": r"\S"}


class Strict(BaseModel):
    """A body whose fields are of just their types; one that isn't known is ignored, for the contract grows by them."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


Name = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(of_characters)]


Names = Annotated[list[Name], Field(max_length=MOST_FILTERED)]


Day = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$"),
    AfterValidator(_day),
    WithJsonSchema({"type": "string", "format": "date"}),
]


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

"""The bodies and parameters of requests about the library and its documents."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from footnote.web.requests.fields import SAYS_SOMETHING, Name, Strict

MOST_TAGS = 20


TAG_LENGTH = 60


MOST_PAGES = 5_000


class Named(Strict):
    """Which document or passage is asked for."""

    id: Name


class Reading(Named):
    """``GET /library/document``: which passage of it is wanted, for a document that is too long to be sent whole."""

    passage: Name | None = None


class Replacing(Strict):
    """``POST /library/documents``: the document in whose place the file may be put."""

    replaces: Name | None = None


def _one_line(value: str) -> str:
    if not (line := " ".join(value.split())):
        raise ValueError("has to say something")
    if any(unicodedata.category(c).startswith("C") for c in line):
        raise ValueError("holds a character that can't be seen")
    return line


_Tag = Annotated[
    str, Field(min_length=1, max_length=TAG_LENGTH, json_schema_extra=SAYS_SOMETHING), AfterValidator(_one_line)
]


class TagsBody(Strict):
    """``PATCH /library/documents``: all the tags that a document is to have."""

    tags: list[_Tag] = Field(max_length=MOST_TAGS)


class PageNamed(BaseModel):
    """A page of a document, counted from 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Name
    page: int = Field(ge=1, le=MOST_PAGES)

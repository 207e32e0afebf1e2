"""What is asked about, in the body of a question: bounded in every direction, for it comes from a page."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from footnote.contexts import Context
from footnote.web.requests.fields import Strict, a_line, of_characters

MOST_BYTES = 32 * 1024
MOST_ROWS = 200
MOST_COLUMNS = 30
MOST_CONDITIONS = 20


def _cell(value: str) -> str:
    return of_characters(" ".join(value.split()))


_Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(a_line)]
_Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(a_line)]
_Cell = Annotated[str, Field(max_length=500), AfterValidator(_cell)]


class Condition(Strict):
    """One of those that limit what is shown, such as the region North."""

    name: _Name
    value: _Cell


class ContextBody(Strict):
    """A chart, a table or some words: a title, what limits it, and its rows as text."""

    title: _Title
    filter: list[Condition] = Field(default=[], max_length=MOST_CONDITIONS)
    columns: list[_Name] = Field(default=[], max_length=MOST_COLUMNS)
    rows: list[Annotated[list[_Cell], Field(max_length=MOST_COLUMNS)]] = Field(default=[], max_length=MOST_ROWS)
    text: Annotated[str, Field(max_length=8000), AfterValidator(of_characters)] = ""

    @model_validator(mode="after")
    def _is_bounded(self) -> ContextBody:
        if len(json.dumps(self.model_dump(), ensure_ascii=False, separators=(",", ":")).encode()) > MOST_BYTES:
            raise ValueError(f"has to be at most {MOST_BYTES} bytes")
        if any(len(row) > len(self.columns) for row in self.rows):
            raise ValueError("has a row with more cells than there are columns")
        return self

    def context(self) -> Context:
        """The value of it."""
        return Context(
            self.title,
            tuple((one.name, one.value) for one in self.filter),
            tuple(self.columns),
            tuple(map(tuple, self.rows)),
            " ".join(self.text.split()),
        )

"""The body of what a user tells of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from footnote.passages import Filter
from footnote.profiles import MOST_TOPICS, ROLE_LENGTH, TOPIC_LENGTH, Step, Style
from footnote.web.requests.asking import FilterBody
from footnote.web.requests.fields import Names, Strict, a_line


class SourcesBody(Strict):
    """Usual sources, in the words of a question's body."""

    recording_filter: Names = Field(default=[])
    filter: FilterBody = Field(default_factory=FilterBody)

    def value(self) -> Filter:
        """The value of it."""
        ids = frozenset(self.recording_filter) if self.recording_filter else None
        return replace(self.filter.filter(), document_ids=ids, without=frozenset())


_Topic = Annotated[str, Field(min_length=1, max_length=TOPIC_LENGTH), AfterValidator(a_line)]


class ProfileBody(Strict):
    """``PATCH /profile``: what is named is changed, and what is null is forgotten."""

    role: Annotated[str, Field(min_length=1, max_length=ROLE_LENGTH), AfterValidator(a_line)] | None = None
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

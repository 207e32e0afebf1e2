"""The bodies and parameters of requests about conversations and their answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from footnote.web.requests.fields import SAYS_SOMETHING, Strict, Uuid, a_line, of_characters

SEARCH_LENGTH = 200


class RenameBody(Strict):
    """``PATCH /sessions/{session_id}``."""

    title: str = Field(min_length=1, max_length=200, json_schema_extra=SAYS_SOMETHING)

    _one_line = field_validator("title")(a_line)


class Shown(Strict):
    """How an answer or a conversation is to be shown: ``?render=html``."""

    render: Literal["html"] | None = None


class Part(Shown):
    """``GET /sessions/{session_id}``: the last so many questions, or all since an answer's, and before another's."""

    last: str | None = Field(None, pattern="^[1-9][0-9]{0,2}$")
    before: Uuid | None = None
    since: Uuid | None = None


class Search(Strict):
    """``GET /sessions``: words to look for in titles, questions and answers."""

    q: str = Field("", max_length=SEARCH_LENGTH)

    _characters = field_validator("q")(of_characters)


class Export(Strict):
    """``GET /sessions/{session_id}/export``."""

    format: Literal["markdown", "html", "docx", "json"] = "markdown"


class AnswerExport(Strict):
    """``GET /answers/{answer_id}/export``; ``bare`` leaves the question out, for an answer that is copied."""

    format: Literal["markdown", "html", "docx"] = "markdown"
    bare: Literal["true", "false"] = "false"

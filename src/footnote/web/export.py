"""Answers and conversations as files to take along, in each of the forms that there are."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

from flask import Response

from footnote.answers.export.manuscript import Manuscript, Words
from footnote.answers.export.markdown import markdown
from footnote.file_names import cleaned

Form = Literal["markdown", "html", "docx"]
"""What a manuscript can be written as."""

NAME_LENGTH = 80
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _html(manuscript: Manuscript, words: Words) -> str:
    from footnote.answers.export.html import html  # lxml, which no start has to wait for

    return html(manuscript, words)


def _word(manuscript: Manuscript, words: Words) -> bytes:
    from footnote.answers.export.word import word

    return word(manuscript, words)


_FORMS: dict[Form, tuple[Callable[[Manuscript, Words], str | bytes], str, str]] = {
    "markdown": (markdown, "text/markdown", "md"),
    "html": (_html, "text/html", "html"),
    "docx": (_word, _DOCX, "docx"),
}
"""What writes each, its type, and the ending of a file's name."""


def exported(manuscript: Manuscript, form: Form, words: Words) -> Response:
    """A manuscript as a file."""
    write, mimetype, suffix = _FORMS[form]
    return attachment(write(manuscript, words), mimetype, manuscript.title, suffix)


def attachment(content: str | bytes, mimetype: str, title: str, suffix: str) -> Response:
    """A file to be saved under a conversation's title."""
    if isinstance(content, str):
        # The text may hold halves of surrogate pairs, which no file can; JSON has just this escape for them.
        content, mimetype = content.encode("utf-8", "backslashreplace"), f"{mimetype}; charset=utf-8"
    response = Response(content, content_type=mimetype)
    response.headers["Content-Disposition"] = disposition(title, suffix)
    response.headers["Cache-Control"] = "no-store"
    return response


def disposition(title: str, suffix: str) -> str:
    """RFC 6266: a plain name for old clients, and the real one, which no header or folder can be hurt by."""
    name = file_name(title)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip(" .") or "conversation"
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(f'{name}.{suffix}', safe='')}"


def file_name(title: str) -> str:
    """A title as a name that every system takes, bounded."""
    return cleaned(title)[:NAME_LENGTH].strip(" .") or "conversation"

"""A conversation as a file to take along: Markdown to read, with its sources, or JSON."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response

from footnote.file_names import cleaned

NAME_LENGTH = 80
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")
_LINE_END = re.compile(r"\r\n|\r|\n")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_STATUS = {
    "streaming": "Still being written when this was exported.",
    "cancelled": "Stopped before it was finished.",
    "interrupted": "Broke off when the server was restarted.",
}


def attachment(text: str, mimetype: str, title: str, suffix: str) -> Response:
    """A file to be saved under a conversation's title."""
    # The text may hold halves of surrogate pairs, which no file can; JSON has just this escape for them.
    response = Response(text.encode("utf-8", "backslashreplace"), mimetype=mimetype)
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
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


def markdown(conversation: Mapping[str, Any]) -> str:
    """A conversation's view as Markdown: each question, its answer to the letter, and the sources that it cites."""
    parts = [f"# {_escaped(conversation['title'])}"]
    for number, versions in enumerate(_chains(conversation["turns"]), start=1):
        for version, turn in enumerate(versions, start=1):
            label = f", version {version} of {len(versions)}" if len(versions) > 1 else ""
            parts += [f"## Question {number}{label}", _quoted(turn["query"]), *_answer(turn)]
    return "\n\n".join(parts) + "\n"


def _answer(turn: Mapping[str, Any]) -> Iterator[str]:
    yield f"*{turn['created_at']}, {_escaped(turn['model'])}*"
    if turn["text"]:
        yield turn["text"] + _missing_fence(turn["text"])
    if turn["status"] != "complete":
        error = turn["error"]
        yield f"*{_STATUS.get(turn['status']) or _escaped(error['message'])}*"
    if cited := [source for source in turn["citations"] if source["cited"]]:
        yield "### Sources"
        for source in cited:
            yield f"**\\[{source['n']}\\]** {_place(source)}"
            yield _quoted(source["excerpt"])


def _place(source: Mapping[str, Any]) -> str:
    """Where an excerpt stands: the recording's title, who says it, when or on which page."""
    parts = [_escaped(source["recording_title"])]
    if speaker := source.get("speaker"):
        parts.append(_escaped(speaker))
    if (start := source.get("start_s")) is not None:
        end = source.get("end_s")
        parts.append(clock(start) if end is None else f"{clock(start)}\N{EN DASH}{clock(end)}")
    if (page := source.get("page")) is not None:
        parts.append(f"page {page}")
    return ", ".join(parts)


def _missing_fence(text: str) -> str:
    """What closes a block of code that the text breaks off in: all behind it would be code as well."""
    fence = ""
    for line in _LINE_END.split(text):
        if not (found := _FENCE.fullmatch(line)):
            continue
        marks, rest = found.groups()
        if not fence:
            fence = "" if marks[0] == "`" and "`" in rest else marks
        elif marks.startswith(fence) and not rest.strip():
            fence = ""
    return f"\n{fence}" if fence else ""


def _chains(turns: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The turns with the versions of one together, at the first one's place."""
    chains: dict[str, list[Mapping[str, Any]]] = {}
    first: dict[str, str] = {}
    for turn in turns:
        root = first.get(turn["replaces"] or "", turn["answer_id"])
        first[turn["answer_id"]] = root
        chains.setdefault(root, []).append(turn)
    return list(chains.values())


def clock(seconds: float) -> str:
    """A place in a recording: ``1:02:03`` or ``2:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _LINE_END.split(text))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))

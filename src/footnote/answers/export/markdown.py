"""A manuscript as Markdown: the answers to the letter, but for their markers, which become ``[^1]``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footnote.answers.export.manuscript import Footnote, Footnotes, Manuscript, Turn, Words
from footnote.answers.markers import MARKER, MarkerFilter, numbers

_MARKER = re.compile(MARKER)
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")
_LINE_END = re.compile(r"\r\n|\r|\n")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ANY_SOURCE = 999
_BRACKETS = str.maketrans({"<": "%3C", ">": "%3E"})


def markdown(manuscript: Manuscript, words: Words) -> str:
    """Each question, its answer, and below it the footnotes that it is the first to refer to."""
    parts = [] if manuscript.bare else [f"# {_escaped(manuscript.title)}"]
    notes = Footnotes()
    for turn in manuscript.turns:
        if not manuscript.bare:
            parts += [f"## {turn.heading(words)}", _quoted(turn.answer.query), f"*{_escaped(turn.origin())}*"]
        parts += _answer(turn, notes, words)
    return "\n\n".join(parts) + "\n"


def _answer(turn: Turn, notes: Footnotes, words: Words) -> Iterator[str]:
    before = len(notes.all)
    if text := turn.outcome.text:
        yield _footnoted(text, turn, notes) + _missing_fence(text)
    if remark := turn.remark(words):
        yield f"*{_escaped(remark)}*"
    yield from (_definition(note, words) for note in notes.all[before:])


def _footnoted(text: str, turn: Turn, notes: Footnotes) -> str:
    """The text with each marker in it turned into references to footnotes; code is left alone."""
    markers = MarkerFilter(_ANY_SOURCE)
    if markers.feed(text) + markers.finish() != text:
        return text  # not a text that went through the filter: nothing is known of where its markers stand
    places = sorted({at for found in markers.uses.values() for at in found})
    written: list[str] = []
    behind = 0
    for at in places:
        if (marker := _MARKER.match(text, at)) and text[marker.end() : marker.end() + 1] != "(":
            written += [text[behind:at], _references(marker[0], turn, notes)]
            behind = marker.end()
    return "".join(written) + text[behind:]


def _references(marker: str, turn: Turn, notes: Footnotes) -> str:
    given = [number for n in numbers(marker) if (number := notes.number(turn, n)) is not None]
    return "".join(f"[^{number}]" for number in given) or marker


def _definition(note: Footnote, words: Words) -> str:
    """A footnote in Pandoc's and GitHub's way: what stands in it is indented."""
    title = f"**{_escaped(note.citation.recording_title)}**"
    address = [f"<{note.citation.url.translate(_BRACKETS)}>"] if note.citation.url else []
    head = f"[^{note.number}]: {', '.join([title, *map(_escaped, note.place(words)), *address])}"
    if not (excerpt := note.citation.excerpt.strip()):
        return head
    quoted = "\n".join(f"    {line}" for line in _quoted(excerpt).split("\n"))
    return f"{head}\n\n{quoted}"


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


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _LINE_END.split(text))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))

"""A ``.txt`` file: a transcript of ``Speaker: text`` lines, or plain text by paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from footnote.ingest.content import Content, Unit
from footnote.passages import Kind

# A name stands before the colon, perhaps with what the person is: "Hon. Bill Blair (Minister of Public Safety)".
_NAME = r"[^\W\d_][^:\n()\[\]?!;,]{0,59}"
_SPEAKER = re.compile(rf"[ \t]*(?P<speaker>{_NAME}(?:\([^:\n]{{1,120}}\))?)[ \t]*:(?=\s|$)")
_MOST_WORDS_OF_A_NAME = 6
# Capitalised before a colon without being anyone's name, and small words inside of names.
_NO_NAMES = frozenset(
    "also and answer because but example first however note now okay or question reminder second so still summary then "
    "therefore third update warning well yes no".split()
)
_PARTICLES = frozenset("al and da de del der di du el of the van von y zu".split())
_LABELLED = 0.6  # of the lines, or of the paragraphs' first lines, from which on a text is a transcript
_A_TURN_A_LINE = 0.9  # of the lines, from which on all labels are speakers, "An hon. member" too


def speaker_of(line: str) -> str | None:
    """What a line has before its first colon, where that may be a speaker; else None."""
    found = _SPEAKER.match(line)
    if found is None:
        return None
    name = found["speaker"].strip()
    return name if len(name.split("(", maxsplit=1)[0].split()) <= _MOST_WORDS_OF_A_NAME else None


def names(labels: Iterable[str | None]) -> frozenset[str]:
    """Those labels that are speakers: said more than once, or written like a name."""
    counts = Counter(label for label in labels if label is not None)
    return frozenset(name for name, count in counts.items() if _is_name(name, count))


def _is_name(label: str, count: int) -> bool:
    words = label.split("(", maxsplit=1)[0].split()
    if label.lower() in _NO_NAMES:
        return False
    return count > 1 or all(word in _PARTICLES or not word[0].islower() for word in words)


def read(text: str) -> Content:
    """A transcript where most lines name their speaker, else plain text."""
    turns = find_turns(text)
    if turns:
        return Content(Kind.RECORDING, text, turns)
    return Content(Kind.TEXT, text, paragraphs(text))


def find_turns(text: str) -> tuple[Unit, ...]:
    """The turns of a transcript; none where the text isn't one.

    Each line that names a speaker begins a turn; a line that names nobody goes on with the turn
    before. Where a turn is a line, its index is the line's number among those that aren't blank.
    """
    lines = _lines(text)
    labels = [speaker_of(text[start:end]) for start, end in lines]
    speakers = labels if _share(labels) >= _A_TURN_A_LINE else _known(labels)
    if not _is_transcript(text, lines, speakers):
        return ()
    turns: list[Unit] = []
    for (start, end), speaker in zip(lines, speakers, strict=True):
        if speaker is None and turns:
            last = turns[-1]
            turns[-1] = Unit(last.start, end, last.index, last.speaker)
        else:
            turns.append(Unit(start, end, len(turns), speaker))
    return tuple(turns)


def _is_transcript(text: str, lines: list[tuple[int, int]], speakers: list[str | None]) -> bool:
    if not any(speakers):
        return False
    firsts = [
        speaker
        for (start, _), speaker in zip(lines, speakers, strict=True)
        if start == 0 or text[max(0, start - 2) : start] in {"\n", "\n\n"}
    ]
    return max(_share(some) for some in (speakers, firsts)) >= _LABELLED


def _known(labels: list[str | None]) -> list[str | None]:
    known = names(labels)
    return [label if label in known else None for label in labels]


def _share(speakers: list[str | None]) -> float:
    return sum(speaker is not None for speaker in speakers) / len(speakers) if speakers else 0.0


def _lines(text: str) -> list[tuple[int, int]]:
    """Where each line that isn't blank begins and ends; only a line feed ends a line."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line and not line.isspace():
            spans.append((start, end))
        start = end + 1
    return spans


def paragraphs(text: str) -> tuple[Unit, ...]:
    """The paragraphs of a plain text, set apart by blank lines."""
    spans: list[tuple[int, int]] = []
    for start, end in _lines(text):
        if spans and spans[-1][1] + 1 == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(Unit(start, end, index) for index, (start, end) in enumerate(spans))

"""``.vtt`` and ``.srt`` files: turns with their speakers and times."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from footnote.ingest.content import Content, Cue, Unit
from footnote.ingest.transcripts import names, speaker_of
from footnote.load_errors import LoadError, Reason
from footnote.passages import Kind

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+(?P<speaker>[^<>]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}\n]*\}")  # <i>, <c.loud>, <00:00:01.000>, {\an8}
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")  # noqa: RUF001
SPEAKER_LENGTH = 180
"""Characters of a speaker's name: as many as a transcript's may have."""
_PAUSE_S = 4.0  # where nobody is named, a pause as long as this ends a paragraph
_PARAGRAPH_WORDS = 40  # and so does the first sentence's end behind so many words


@dataclass(frozen=True, slots=True)
class _Said:
    """What one voice says in one cue."""

    text: str
    start_s: float
    end_s: float
    speaker: str | None


def read_vtt(text: str) -> Content:
    """The turns of a WebVTT file; a speaker is its ``<v Name>``, or where it has none a ``Name:`` before the text."""
    import webvtt
    import webvtt.errors

    try:
        captions = webvtt.from_string(text).captions
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise LoadError(Reason.BROKEN_VTT) from error
    if len(captions) < _timed(text):
        raise LoadError(Reason.VTT_TIME)
    cues = [(c.start_time.in_milliseconds() / 1000, c.end_time.in_milliseconds() / 1000, c.raw_text) for c in captions]
    return _content(cues)


def read_srt(text: str) -> Content:
    """The turns of a SubRip file; a speaker is a ``Name:`` before the text."""
    import srt

    try:
        cues = [(c.start.total_seconds(), c.end.total_seconds(), c.content) for c in srt.parse(text)]
    except (srt.SRTParseError, srt.TimestampParseError) as error:
        raise LoadError(Reason.BROKEN_SRT) from error
    except (OverflowError, ValueError) as error:  # more hours than a time, or digits than a number, can have
        raise LoadError(Reason.SRT_TIME) from error
    if not cues or len(cues) < _timed(text):
        raise LoadError(Reason.SRT_TIME)
    return _content(cues)


def _timed(text: str) -> int:
    """How many cues a file means to have: one that a parser passes over would be lost in silence."""
    return sum("-->" in line for line in text.split("\n"))


def _content(cues: list[tuple[float, float, str]]) -> Content:
    voiced = any(_VOICE.search(payload) for _, _, payload in cues)
    if voiced:
        said = [part for cue in cues for part in _voices(*cue)]
    else:
        known = names(speaker_of(_plain(payload.split("\n", 1)[0])) for _, _, payload in cues)
        said = [part for cue in cues for part in _labelled(*cue, known)]
    named = any(part.speaker for part in said)
    lines: list[str] = []
    units: list[Unit] = []
    at = 0
    for turn in _turns(said, named=named):
        line, marks = _line(turn, at)
        units.append(Unit(at, at + len(line), len(units), turn[0].speaker, cues=marks))
        lines.append(line)
        at += len(line) + 1
    return Content(Kind.RECORDING, "\n".join(lines), tuple(units))


def _voices(start_s: float, end_s: float, payload: str) -> Iterator[_Said]:
    """What is said in a cue with ``<v Name>`` in it, a part for each voice."""
    before, *rest = _VOICE.split(payload)
    for voice, words in [("", before), *zip(rest[::2], rest[1::2], strict=True)]:
        text = _plain(words)
        if text:
            yield _Said(text, start_s, end_s, _plain(voice)[:SPEAKER_LENGTH].strip() or None)


def _labelled(start_s: float, end_s: float, payload: str, known: frozenset[str]) -> Iterator[_Said]:
    """What is said in a cue whose lines may begin with the name of a known speaker."""
    speaker: str | None = None
    texts: list[str] = []
    for line in map(_plain, payload.split("\n")):
        label = speaker_of(line)
        if label not in known:
            texts.append(line)
            continue
        yield from _said(texts, start_s, end_s, speaker)
        speaker, texts = label, [line.split(":", 1)[1].strip()]
    yield from _said(texts, start_s, end_s, speaker)


def _said(texts: list[str], start_s: float, end_s: float, speaker: str | None) -> Iterator[_Said]:
    text = " ".join(filter(None, texts))
    if text:
        yield _Said(text, start_s, end_s, speaker)


def _plain(text: str) -> str:
    """The words without markup, on one line."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _turns(said: list[_Said], *, named: bool) -> Iterator[list[_Said]]:
    """Runs of what one speaker says. Who isn't named goes on speaking; where nobody is, sentences end a run."""
    turn: list[_Said] = []
    for part in said:
        if turn and not _goes_on(turn, part, named=named):
            yield turn
            turn = []
        turn.append(part)
    if turn:
        yield turn


def _goes_on(turn: list[_Said], part: _Said, *, named: bool) -> bool:
    if named:
        return part.speaker in {None, turn[0].speaker}
    if part.start_s - turn[-1].end_s >= _PAUSE_S:
        return False
    words = sum(len(p.text.split()) for p in turn)
    return words < _PARAGRAPH_WORDS or not _SENTENCE_END.search(turn[-1].text)


def _line(turn: list[_Said], at: int) -> tuple[str, tuple[Cue, ...]]:
    """A turn as ``Speaker: text``, and where in the document's text each of its cues begins."""
    line = f"{turn[0].speaker}: " if turn[0].speaker else ""
    marks: list[Cue] = []
    for part in turn:
        if marks:
            line += " "
        marks.append(Cue(at + len(line), part.start_s, part.end_s))
        line += part.text
    return line, tuple(marks)

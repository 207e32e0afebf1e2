"""The golden streams: answers' logs as a test fills them, and the responses that are read from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from footnote.answers.citations import cite
from footnote.answers.cursor import Bounds, Line, follow
from footnote.answers.rendering import Renderings
from footnote.chat import FinishReason
from footnote.conversations import Answer
from footnote.events import (
    Citation,
    Citations,
    Done,
    Error,
    Event,
    Found,
    Queued,
    Retrieved,
    Retrying,
    Stage,
    StageName,
    StageStatus,
    Start,
    Stopped,
    Timings,
    Token,
    TokenCounts,
)
from footnote.passages import Hit, Passage
from footnote.storage.memory import MemoryLog
from footnote.web.asking import _frames
from footnote.wire import DONE, frame

ID, SESSION = "0b3f4f9e-1f4e-4b39-9a44-0e9c8f3f9a01", "0b3f4f9e-1f4e-4b39-9a44-0e9c8f3f9a02"
ASKED = datetime(2026, 3, 26, 10, 0, tzinfo=UTC)

WHOLE = Bounds(seconds=10, octets=10**9, silence_s=10)
AT_ONCE_OLD = Bounds(seconds=0, octets=10**9, silence_s=10)
SMALL = Bounds(seconds=10, octets=400, silence_s=10)
IMPATIENT = Bounds(seconds=10, octets=10**9, silence_s=0.001)

BEGINNING = [
    Start(ID, SESSION, "extractive", "2026-03-26T10:00:00.000+00:00"),
    Stage(StageName.RETRIEVAL, StageStatus.START, 1, searched=14),
    Stage(StageName.RETRIEVAL, StageStatus.COMPLETE, 9, searched=14, found=2),
    Stage(StageName.GENERATION, StageStatus.START, 9),
]
WRITTEN = Stage(StageName.GENERATION, StageStatus.COMPLETE, 80)
SOURCES = Citations(
    (
        Citation(
            2, "b#7", "b", "Station moves", "We move in May.", True, "Ann", start_s=61.5, end_s=64.0, score=0.0328
        ),
        Citation(1, "a#1", "a", "Winter report", 'A "quoted"\nline.', cited=False, page=3, score=0.0161),
    )
)
FINISHED = Done(FinishReason.STOP, TokenCounts(420, None), Timings(81, 12, 8, None, 71))
ENDING = [WRITTEN, SOURCES, FINISHED]
BLOCKS = [
    "We move **in",
    " May** [2].\n\nWhat",
    " is left:\n\n- one\n- two\n\n## Then\n\n",
    "```\nx = 1\n```\n\nLa",
    "st words.",
]


@dataclass
class Stream:
    """One answer's log as a test fills it, and the responses that were read from it."""

    html: bool = True

    def __post_init__(self) -> None:
        self.log = MemoryLog()
        self.answer = Answer(ID, SESSION, "local", "When do we move?", "extractive", (), ASKED)
        self.log.create(self.answer)
        self.responses: list[dict[str, object]] = []

    def write(self, *events: Event) -> None:
        self.log.append([(ID, events)])

    def lines(self, after: int, bounds: Bounds) -> Iterator[Line]:
        return follow(self.log, ID, after, renderings=Renderings(self.log) if self.html else None, bounds=bounds)

    def respond(self, after: int = 0, bounds: Bounds = WHOLE, lines: list[Line] | None = None) -> int:
        """Read one response; the cursor that the page asks with next: one before the last event seen."""
        return self.keep(after, sse_of(list(self.lines(after, bounds)) if lines is None else lines))

    def keep(self, after: int, sse: str) -> int:
        """Add one response; the same."""
        self.responses.append({"after": after, "sse": sse, "value": glued(sse)})
        return max(0, max(map(int, re.findall(r"^id: (\d+)$", sse, re.MULTILINE)), default=after) - 1)


def sse_of(lines: list[Line]) -> str:
    """A response as it is sent."""
    return "".join(frame(line.line, line.seq) for line in lines) + DONE


def glued(sse: str) -> str:
    """What the browser's component hands on with ``concat=True``: the data of all events, in a row."""
    data = [
        "\n".join(
            line.removeprefix("data:").removeprefix(" ") for line in event.split("\n") if line.startswith("data:")
        )
        for event in sse.split("\n\n")
    ]
    return "".join(data[: data.index("[DONE]")])


def plain() -> Stream:
    stream = Stream(html=False)
    stream.write(*BEGINNING, Token("We move "), Token("in May [2]."), *ENDING)
    stream.respond()
    return stream


def retrieved() -> Stream:
    """What was looked for and found, of how much, and as of when; one passage the model was not given."""
    stream = Stream()
    start, searching, found, writing = BEGINNING
    whole = {"library": 35, "indexed_at": "2026-03-26T09:40:00+00:00"}
    passages = (
        Found("b#7", "b", "Station moves", 0.0328, 1, "Ann", start_s=61.5),
        Found("a#1", "a", "Winter report", 0.0161, 2, page=3),
        Found("a#2", "a", "Winter report", 0.0159, page=4),
    )
    asked = Retrieved(("When do we move?", "Where do we stand?\nWhen do we move?"), passages)
    stages = [replace(stage, **whole) for stage in (searching, found)]
    stream.write(start, *stages, asked, writing, *map(Token, BLOCKS), *ENDING)
    stream.respond()
    return stream


def checked() -> Stream:
    """What the answer's statements rest on: their places count characters, also those beyond the first plane."""
    stream = Stream()
    text = "\U0001f600 We move **in May** [2]. The move costs 13 euros [1]. Nobody knows why it rains.\n"
    passages = [
        Passage("a#1", "a", "Costs", 0, "The move costs 12 euros."),
        Passage("b#7", "b", "Move", 0, "We move in May."),
    ]
    uses = {2: [text.index("[2]")], 1: [text.index("[1]")]}
    sources = cite([Hit(passage, 0.5) for passage in passages], text, uses, "When do we move?")
    assert [statement.verdict for statement in sources.statements] == ["quoted", "weak", "uncited"]
    stream.write(*BEGINNING, Token(text), WRITTEN, sources, FINISHED)
    stream.respond()
    return stream


def with_blocks() -> Stream:
    stream = Stream()
    stream.write(*BEGINNING, *map(Token, BLOCKS), *ENDING)
    stream.respond()
    return stream


def error_after_text() -> Stream:
    stream = Stream()
    error = Error("RATE_LIMIT", "The model is busy. Try again in a moment.", retryable=True, retry_after_s=7)
    stream.write(*BEGINNING, Token("We move **in"), SOURCES, error)
    stream.respond()
    return stream


def error_at_once() -> Stream:
    stream = Stream()
    stream.write(*BEGINNING[:2], Error("RETRIEVAL_FAILED", "The search failed. Try again.", retryable=True))
    stream.respond()
    return stream


def cancelled() -> Stream:
    stream = Stream()
    stream.write(*BEGINNING, Token("One.\n\nTwo"), SOURCES, Stopped())
    stream.respond()
    return stream


def nothing_found() -> Stream:
    stream = Stream()
    stream.write(*BEGINNING, Token("Nothing fits."), WRITTEN, Citations(()), FINISHED)
    stream.respond()
    return stream


def cut_by_age() -> Stream:
    """Cut behind each token in turn: also where a block's end was seen, and where only the end of all shows it."""
    stream = Stream()
    stream.write(*BEGINNING)
    after = stream.respond(0, AT_ONCE_OLD)
    for piece in BLOCKS:
        stream.write(Token(piece))
        after = stream.respond(after, AT_ONCE_OLD)
    stream.write(*ENDING)
    stream.respond(after)
    return stream


def cut_by_size() -> Stream:
    stream = Stream()
    stream.write(*BEGINNING, *map(Token, BLOCKS), *ENDING)
    after, previous = stream.respond(0, SMALL), -1
    while '"continue"' in str(stream.responses[-1]["value"]):
        assert after > previous, "the page's rule would ask for the same response for ever"
        after, previous = stream.respond(after, SMALL), after
    return stream


def pings() -> Stream:
    stream = Stream()
    stream.write(*BEGINNING)
    lines = stream.lines(0, IMPATIENT)
    sent = [next(lines) for _ in range(len(BEGINNING) + 2)]
    stream.write(Token("One.\n\nTwo"))
    sent += [next(lines) for _ in range(4)]
    stream.write(*ENDING)
    sent += lines
    stream.respond(lines=sent)
    return stream


def unicode() -> Stream:
    stream = Stream()
    pieces = [
        "Fähre 👩‍👩‍👧 ",
        "\u2028 and \u2029 and \x85",
        " שלום, 世界\n\n",
        "e\u0301 \U0001f6a2",
        '\r\nlast\t"\\" </script>',
    ]
    stream.write(*BEGINNING, *map(Token, pieces), *ENDING)
    stream.respond()
    return stream


def replayed() -> Stream:
    """A page that lost its place asks for all of it again; what it has seen is dropped."""
    stream = Stream()
    stream.write(*BEGINNING, *map(Token, BLOCKS[:3]))
    stream.respond(0, AT_ONCE_OLD)
    stream.write(*map(Token, BLOCKS[3:]), *ENDING)
    stream.respond(0)
    stream.respond(0)
    return stream


def queued() -> Stream:
    """Its place is told after its start, and whenever it changes."""
    stream = Stream()
    stream.write(BEGINNING[0], Queued(2))
    after = stream.respond(0, AT_ONCE_OLD)
    stream.write(Queued(1), *BEGINNING[1:], *map(Token, BLOCKS), *ENDING)
    stream.respond(after)
    return stream


def stopped_in_the_queue() -> Stream:
    stream = Stream()
    stream.write(BEGINNING[0], Queued(1), Stopped())
    stream.respond()
    return stream


def retried() -> Stream:
    """The search once, the model twice; then it answers."""
    stream = Stream()
    start, searching, found, writing = BEGINNING
    busy, away = Retrying("RATE_LIMIT", 2, 7), Retrying("MODEL_UNAVAILABLE", 3, 1.0)
    stream.write(start, searching, Retrying("RETRIEVAL_FAILED", 2, 0.5), found, writing, busy)
    after = stream.respond(0, AT_ONCE_OLD)
    stream.write(away, *map(Token, BLOCKS), *ENDING)
    stream.respond(after)
    return stream


def gone_on() -> Stream:
    """An answer that goes on from one that broke off begins with that one's text; behind it, it is tried again."""
    stream = Stream()
    stream.write(*BEGINNING, Token("".join(BLOCKS[:2])))
    after = stream.respond(0, AT_ONCE_OLD)
    stream.write(Retrying("MODEL_UNAVAILABLE", 2, 0.5))
    after = stream.respond(after, AT_ONCE_OLD)
    stream.write(*map(Token, BLOCKS[2:]), *ENDING)
    stream.respond(after)
    return stream


def database_away() -> Stream:
    """An error without a number ends the response, and nothing else: the answer's log goes on."""
    stream = Stream()
    stream.write(*BEGINNING, Token("".join(BLOCKS[:3])))
    stream.log.suspend([ID])
    sse = "".join(_frames(stream.lines(0, WHOLE), ExitStack()))
    assert '"type":"error"' in sse
    after = stream.keep(0, sse)
    stream.write(*map(Token, BLOCKS[3:]), *ENDING)
    stream.respond(after)
    return stream


CASES: dict[str, Callable[[], Stream]] = {
    made.__name__: made
    for made in (
        plain,
        retrieved,
        checked,
        with_blocks,
        error_after_text,
        error_at_once,
        cancelled,
        nothing_found,
        cut_by_age,
        cut_by_size,
        pings,
        unicode,
        replayed,
        queued,
        stopped_in_the_queue,
        retried,
        gone_on,
        database_away,
    )
}

"""The contract's events: what an answer's log holds, and what a stream may carry beside it.

Values only: ``wire.py`` writes and reads them. The contract's page is the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from footnote.chat import FinishReason


class StageName(StrEnum):
    """The steps of an answer that a reader is told of."""

    STARTING = "starting"
    RETRIEVAL = "retrieval"
    RERANKING = "reranking"
    GENERATION = "generation"
    STEP = "step"
    """Any other, of a model that finds its passages by itself; it has a name."""


class StageStatus(StrEnum):
    """Whether a stage begins or ends."""

    START = "start"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Start:
    """The first event: what was asked for, and when."""

    type: ClassVar = "start"
    answer_id: str
    session_id: str
    model: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage begins or ends, ``elapsed_ms`` after the answer began.

    Retrieval tells how many of the ``library``'s documents are ``searched``, and when that last changed.
    """

    type: ClassVar = "stage"
    stage: StageName
    status: StageStatus
    elapsed_ms: int
    searched: int | None = None
    found: int | None = None
    candidates: int | None = None
    selected: int | None = None
    library: int | None = None
    indexed_at: str | None = None
    name: str | None = None
    """What the step is called by who wrote the model: only of ``step``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that the search came to, whether or not the model was given it: then it has a number ``n``."""

    passage_id: str
    recording_id: str
    recording_title: str
    score: float
    n: int | None = None
    speaker: str | None = None
    page: int | None = None
    start_s: float | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """How the search went: what was looked for, and what was found, the passages given to the model first.

    ``candidates``: so many came of the search, and a reranker chose these. ``untold``: what the question is limited to
    and some passages did not tell (``kind``, ``tags``, ``speakers``, ``date``), which were left out for it.
    """

    type: ClassVar = "retrieved"
    queries: tuple[str, ...]
    passages: tuple[Found, ...]
    candidates: int | None = None
    untold: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """The answer waits for a place; ``place`` are before it, itself included."""

    type: ClassVar = "queued"
    place: int


@dataclass(frozen=True, slots=True)
class Retrying:
    """Nothing has come of the model but ``code``; it is asked again in ``wait_s`` seconds."""

    type: ClassVar = "retrying"
    code: str
    attempt: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class Asks:
    """The answer asks the reader for ``step``: what they say next is taken as their answer to it."""

    type: ClassVar = "asks"
    step: str


@dataclass(frozen=True, slots=True)
class Token:
    """More of the answer's text; never empty."""

    type: ClassVar = "token"
    content: str


@dataclass(frozen=True, slots=True)
class Html:
    """A finished block of the answer as safe HTML, and the text behind it. Not in the log."""

    type: ClassVar = "html"
    html: str
    tail: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that the answer was given; ``n`` is its number in the text's ``[n]``."""

    n: int
    passage_id: str
    recording_id: str
    recording_title: str
    excerpt: str
    cited: bool
    speaker: str | None = None
    page: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    url: str | None = None
    score: float | None = None


class Verdict(StrEnum):
    """What the passages that a statement cites say of it."""

    QUOTED = "quoted"
    SUPPORTED = "supported"
    WEAK = "weak"
    UNCITED = "uncited"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of passage ``n`` that bears a statement out, verbatim."""

    n: int
    quote: str


@dataclass(frozen=True, slots=True)
class Unfound:
    """A number, date or name of a statement that stands in no passage it cites: ``text[start:end]`` of the answer."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer that claims something: ``text[start:end]``, in code points of its Markdown."""

    start: int
    end: int
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    unfound: tuple[Unfound, ...] = ()


@dataclass(frozen=True, slots=True)
class Citations:
    """The answer's sources, the cited ones first, and what they say of each of its statements."""

    type: ClassVar = "citations"
    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """What the answer cost in the model's tokens; None where the model doesn't say."""

    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the question: to the first token, to the end, and within each stage."""

    total_ms: int
    first_token_ms: int | None = None
    retrieval_ms: int | None = None
    reranking_ms: int | None = None
    generation_ms: int | None = None
    starting_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a whole answer."""

    type: ClassVar = "done"
    finish_reason: FinishReason
    usage: TokenCounts
    timings: Timings
    trace_id: str | None = None
    """The answer's trace in MLflow, where answers are traced."""


@dataclass(frozen=True, slots=True)
class Error:
    """The end of a failed answer; what was sent before stays."""

    type: ClassVar = "error"
    code: str
    message: str
    retryable: bool
    retry_after_s: float | None = None
    reason: str | None = None
    """Which of a code's several messages it is, where it has several."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The end of an answer that was stopped: ``cancelled`` on the wire."""

    type: ClassVar = "cancelled"


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life after silence. Not in the log."""

    type: ClassVar = "ping"


@dataclass(frozen=True, slots=True)
class Continue:
    """The response ends before the answer does: ask again with ``after``. Not in the log."""

    type: ClassVar = "continue"
    after: int


Event = Start | Queued | Stage | Retrieved | Retrying | Asks | Token | Citations | Done | Error | Stopped
"""What a log holds."""


End = Done | Error | Stopped
"""What a log ends with: exactly one of these."""


Sent = Event | Html | Ping | Continue
"""What a stream may carry."""


def gathered(events: Iterable[Event], most: int = 1024) -> Iterator[Event]:
    """The same events with neighbouring tokens as one, of at most ``most`` characters each."""
    pieces: list[str] = []
    for event in events:
        if isinstance(event, Token):
            pieces.append(event.content)
            continue
        yield from _tokens("".join(pieces), most)
        pieces.clear()
        yield event
    yield from _tokens("".join(pieces), most)


def _tokens(text: str, most: int) -> Iterator[Token]:
    for start in range(0, len(text), most):
        yield Token(text[start : start + most])

"""From a question to the contract's events: search, then writing, then the citations, then one end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from footnote.answers import prompt, search
from footnote.answers.citations import cite
from footnote.answers.markers import MarkerFilter
from footnote.chat import Cancellation, Cancelled, CancelReason, FinishReason, Model, Turn, Usage
from footnote.errors import AnswerTimeout, InternalError, Interrupted, StreamingError, Truncated
from footnote.events import (
    Citations,
    Done,
    End,
    Error,
    Event,
    Stage,
    StageName,
    StageStatus,
    Stopped,
    Timings,
    Token,
    TokenCounts,
)
from footnote.passages import EVERYTHING, Filter, Hit, Retriever

MOST_CHARACTERS = 200_000
"""An answer ends there as one that has reached its length."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which documents, and after which earlier turns."""

    text: str
    filter: Filter = EVERYTHING
    turns: Sequence[Turn] = ()


def stream_rag_response(
    question: Question,
    *,
    retriever: Retriever,
    model: Model,
    passages: int = 8,
    cancellation: Cancellation | None = None,
    heard: Callable[[], None] = lambda: None,
) -> Iterator[Event]:
    """The events of one answer, from the first stage to exactly one end.

    Nothing is raised: a failure is an ``error`` event, a stop a ``cancelled`` one, and before
    either come the citations if any text was sent. ``heard`` is called for each of the model's
    chunks, also for those without text.
    """
    yield from _Answering(question, retriever, model, passages, cancellation or Cancellation(), heard).events()


@dataclass(slots=True)
class _Answering:
    question: Question
    retriever: Retriever
    model: Model
    passages: int
    cancellation: Cancellation
    heard: Callable[[], None]
    began: float = field(default_factory=time.perf_counter)
    hits: list[Hit] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    markers: MarkerFilter = field(default_factory=lambda: MarkerFilter(0))
    finish: FinishReason | None = None
    usage: Usage = field(default_factory=Usage)
    first_token_ms: int | None = None
    stage_ms: dict[StageName, int] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        failed = yield from self._guarded(self._written())
        unsourced = yield from self._guarded(self._sources(whole=failed is None))
        yield failed or unsourced or self._done()

    def _guarded(self, events: Iterator[Event]) -> Generator[Event, None, End | None]:
        """The events, and the end that they came to where they were not all there."""
        try:
            yield from events
        except Cancelled:
            return self._called_off()
        except StreamingError as error:
            # A connection that was closed by a stop may fail in any way; the stop is what happened.
            return self._called_off() if self.cancellation.reason else _failed(error)
        except Exception:  # the one place where an answer's end is decided
            log.exception("an answer failed in a way that nobody foresaw")
            return self._called_off() if self.cancellation.reason else _failed(InternalError())
        return None

    def _written(self) -> Iterator[Event]:
        yield from self._retrieve()
        yield from self._generate()

    def _sources(self, *, whole: bool) -> Iterator[Event]:
        yield from self._rest()
        if self.text or whole:
            yield self._citations()

    def _retrieve(self) -> Iterator[Event]:
        since = self._elapsed()
        searched = self.retriever.searched(self.question.filter)
        yield Stage(StageName.RETRIEVAL, StageStatus.START, since, searched=searched)
        self.cancellation.raise_if_requested()
        self.hits = search.find(
            self.retriever, self.question.text, self.question.turns, self.question.filter, self.passages
        )
        self.markers = MarkerFilter(len(self.hits))
        yield self._completed(StageName.RETRIEVAL, since, searched=searched, found=len(self.hits))

    def _generate(self) -> Iterator[Event]:
        since = self._elapsed()
        yield Stage(StageName.GENERATION, StageStatus.START, since)
        self.cancellation.raise_if_requested()
        asked = prompt.build(self.question.text, [hit.passage for hit in self.hits], self.question.turns)
        for chunk in self.model.stream(asked, self.cancellation):
            self.heard()
            self.finish = chunk.finish or self.finish
            self.usage = chunk.usage or self.usage
            if chunk.text:
                yield from self._token(self.markers.feed(chunk.text))
            if self.length >= MOST_CHARACTERS:
                self.finish = FinishReason.LENGTH
                break
        self.cancellation.raise_if_requested()
        if self.finish is None:
            raise Truncated
        yield from self._rest()
        yield self._completed(StageName.GENERATION, since)

    def _token(self, content: str) -> Iterator[Event]:
        if content:
            if self.first_token_ms is None:
                self.first_token_ms = self._elapsed()
            self.text.append(content)
            self.length += len(content)
            yield Token(content)

    def _rest(self) -> Iterator[Event]:
        """What the marker filter still held back when the text ended."""
        return self._token(self.markers.finish())

    def _citations(self) -> Citations:
        return Citations(cite(self.hits, "".join(self.text), self.markers.uses, self.question.text))

    def _completed(
        self, stage: StageName, since: int, *, searched: int | None = None, found: int | None = None
    ) -> Stage:
        now = self._elapsed()
        self.stage_ms[stage] = now - since
        return Stage(stage, StageStatus.COMPLETE, now, searched=searched, found=found)

    def _done(self) -> Done:
        timings = Timings(
            total_ms=self._elapsed(),
            first_token_ms=self.first_token_ms,
            retrieval_ms=self.stage_ms.get(StageName.RETRIEVAL),
            generation_ms=self.stage_ms.get(StageName.GENERATION),
        )
        usage = TokenCounts(self.usage.input_tokens, self.usage.output_tokens)
        return Done(self.finish or FinishReason.STOP, usage, timings)

    def _called_off(self) -> End:
        match self.cancellation.reason:
            case CancelReason.TIMEOUT:
                return _failed(AnswerTimeout())
            case CancelReason.SHUTDOWN:
                return _failed(Interrupted())
            case _:
                return Stopped()

    def _elapsed(self) -> int:
        return round((time.perf_counter() - self.began) * 1000)


def _failed(error: StreamingError) -> Error:
    # The cause is for the log; the person gets the error's own message.
    log.warning("an answer ended with %s", error.code, exc_info=error.__cause__)
    return Error(error.code, error.message, error.retryable, error.retry_after_s)

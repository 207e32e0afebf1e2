"""From a question to the contract's events: search, then writing, then the citations, then one end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from footnote.answers import prompt, search
from footnote.answers.citations import cite, cite_told, retrieved
from footnote.answers.ending import guarded
from footnote.answers.markers import MarkerFilter
from footnote.answers.search import Search
from footnote.answers.told import Told
from footnote.chat import Cancellation, Chunk, FinishReason, Model, Prompt, Starts, Turn, Usage
from footnote.errors import Code, StreamingError, Truncated
from footnote.events import Citations, Done, Event, Retrying, Stage, StageName, StageStatus, Timings, Token, TokenCounts
from footnote.passages import EVERYTHING, Filter, Hit, Retriever, Scope
from footnote.profiles import Profile

MOST_CHARACTERS = 200_000
"""An answer ends there as one that has reached its length."""
WAITS_S = (0.5, 1.0)
"""Before the second and third try, where nothing has come yet: the reader still hears of an error within 2 s."""
BREATH_S = 0.2
LONGEST_WAIT_S = 10.0
"""What asks for a longer one is for the reader to decide."""
TRIED_AGAIN = frozenset(
    {
        Code.RETRIEVAL_FAILED,  # a database or index that was away for a moment
        Code.RATE_LIMIT,  # where the wait is short
        Code.MODEL_UNAVAILABLE,  # refused, unreachable, starting up
        Code.GENERATION_FAILED,  # a 500, a broken connection, an answer that is none
        Code.TRUNCATED,  # a stream that ended before it began
    }
)
"""Not: credentials, a question too long, a timeout, which the same call would meet again or wait for again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """The text of an answer that broke off, to go on from, and the passages that its numbers mean."""

    text: str
    passage_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which documents, and after which earlier turns."""

    text: str
    filter: Filter = EVERYTHING
    turns: Sequence[Turn] = ()
    begun: Begun | None = None
    reader: Profile | None = None
    """What is known of who asks."""
    about: Sequence[Hit] = ()
    """What they were looking at."""


def stream_rag_response(
    question: Question,
    *,
    retriever: Retriever,
    model: Model,
    passages: int = 8,
    cancellation: Cancellation | None = None,
    heard: Callable[[], None] = lambda: None,
    asked: Callable[[Prompt], None] = lambda _: None,
) -> Iterator[Event]:
    """The events of one answer, from the first stage to exactly one end.

    Nothing is raised: a failure is an ``error`` event, a stop a ``cancelled`` one, and before
    either come the citations if any text was sent. ``heard`` is called for each of the model's
    chunks, also for those without text, and ``asked`` with what the model is asked.
    """
    yield from _Answering(question, retriever, model, passages, cancellation or Cancellation(), heard, asked).events()


@dataclass(slots=True)
class _Answering:
    question: Question
    retriever: Retriever
    model: Model
    passages: int
    cancellation: Cancellation
    heard: Callable[[], None]
    asked: Callable[[Prompt], None]
    began: float = field(default_factory=time.perf_counter)
    scope: Scope | None = None
    found: Search = field(default_factory=Search)
    text: list[str] = field(default_factory=list)
    length: int = 0
    markers: MarkerFilter = field(default_factory=lambda: MarkerFilter(0))
    begun: str = ""
    heard_of: bool = False
    """Whether the model has said anything: from then on it is asked no second time."""
    finish: FinishReason | None = None
    usage: Usage = field(default_factory=Usage)
    first_token_ms: int | None = None
    stage_ms: dict[StageName, int] = field(default_factory=dict)
    told: Told = field(init=False)
    said: str = ""
    """The last text that the model said."""

    def __post_init__(self) -> None:
        self.told = Told(self.stage_ms)

    def events(self) -> Iterator[Event]:
        failed = yield from guarded(self._written(), self.cancellation)
        unsourced = yield from guarded(self._sources(whole=failed is None), self.cancellation)
        yield failed or unsourced or self._done()

    def _written(self) -> Iterator[Event]:
        self.cancellation.raise_if_requested()
        yield from self._start()
        if not self.model.retrieves:
            yield from self._retrieve()
        yield from self._generate()

    def _sources(self, *, whole: bool) -> Iterator[Event]:
        yield from self._rest()
        if self.text or whole:
            yield self._citations(whole=whole)

    def _start(self) -> Iterator[Event]:
        """Wait for what this process is still making ready, which is no idleness, and tell of it."""
        starting = [part for part in (self.retriever, self.model) if isinstance(part, Starts) and not part.ready]
        if not starting:
            return
        since = self._elapsed()
        yield Stage(StageName.STARTING, StageStatus.START, since)
        for part in starting:
            for _ in part.wait(self.cancellation):
                self.heard()
        yield Stage(StageName.STARTING, StageStatus.COMPLETE, self._completed(StageName.STARTING, since))

    def _retrieve(self) -> Iterator[Event]:
        since = self._elapsed()
        self.scope = scope = self.retriever.scope(self.question.filter)
        at = scope.indexed_at.isoformat(timespec="seconds") if scope.indexed_at else None
        told = Stage(StageName.RETRIEVAL, StageStatus.START, since, scope.searched, library=scope.total, indexed_at=at)
        yield told
        yield from self._tried(self._find)
        self.markers = MarkerFilter(len(self.hits))
        yield from self._searched(told)
        yield retrieved(self.found)

    def _searched(self, told: Stage) -> Iterator[Event]:
        """That the search is over, and, where its passages were chosen among more, how long that took at its end."""
        chosen, now = len(self.hits), self._elapsed()
        reranking_ms = min(self.found.reranking_ms, now - told.elapsed_ms)
        then = now - reranking_ms
        self.stage_ms[StageName.RETRIEVAL] = then - told.elapsed_ms
        candidates = self.found.candidates
        found = chosen if candidates is None else candidates
        yield replace(told, status=StageStatus.COMPLETE, elapsed_ms=then, found=found)
        if candidates is not None:
            self.stage_ms[StageName.RERANKING] = reranking_ms
            begun = Stage(StageName.RERANKING, StageStatus.START, then, candidates=candidates)
            yield begun
            yield replace(begun, status=StageStatus.COMPLETE, elapsed_ms=now, selected=chosen)

    @property
    def hits(self) -> Sequence[Hit]:
        return self.found.hits

    def _find(self) -> Iterator[Event]:
        self.cancellation.raise_if_requested()
        asked = self.question
        self.found = search.find(self.retriever, asked.text, asked.turns, asked.filter, self.passages, asked.about)
        yield from ()

    def _begin(self) -> Iterator[Event]:
        """The text to go on from, unless its numbers would mean other passages by now."""
        begun = self.question.begun
        if begun is not None and begun.passage_ids == tuple(hit.passage.id for hit in self.hits):
            # What the filter holds back of it could become a marker with the model's first words.
            self.begun = begun.text
            yield from self._token(self.markers.feed(begun.text))

    def _generate(self) -> Iterator[Event]:
        yield from self.told.begin(self._elapsed(), retrieves=self.model.retrieves)
        yield from self._begin()
        yield from self._tried(self._stream)
        yield from self._rest()
        yield from self.told.completed(self._elapsed())

    def _stream(self) -> Iterator[Event]:
        self.cancellation.raise_if_requested()
        self.finish, self.usage = None, Usage()
        self.asked(told := self._prompt())
        for chunk in self.model.stream(told, self.cancellation):
            self.heard()
            self.finish = chunk.finish or self.finish
            self.usage = chunk.usage or self.usage
            yield from self._said(chunk)
            if self.length >= MOST_CHARACTERS:
                self.finish = FinishReason.LENGTH
                break
        self.cancellation.raise_if_requested()
        if self.finish is None:
            raise Truncated

    def _prompt(self) -> Prompt:
        asked = self.question
        if self.model.retrieves:
            return prompt.conversation(
                asked.text,
                asked.turns,
                begun=self.begun,
                filter=asked.filter,
                reader=asked.reader,
                about=[hit.passage for hit in asked.about],
            )
        passages = [hit.passage for hit in self.hits]
        return prompt.build(asked.text, passages, asked.turns, begun=self.begun, scope=self.scope, reader=asked.reader)

    def _said(self, chunk: Chunk) -> Iterator[Event]:
        if self.model.retrieves:
            for event in self.told.events(chunk, self._elapsed()):
                self.heard_of = True
                yield event
            self.markers.given(len(self.told.sources))
        if chunk.text:
            self.heard_of = True
            self.said = chunk.text
            yield from self._token(self.markers.feed(chunk.text))
        if chunk.marks:
            yield from self._token(self.markers.feed(self.told.marker(chunk, self.said)))

    def _tried(self, step: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """A step, tried again where it failed before the model said anything, if that may help; each time is told."""
        for attempt, usual_s in enumerate(WAITS_S, 2):
            try:
                yield from step()
            except StreamingError as error:
                wait_s = usual_s if error.retry_after_s is None else error.retry_after_s
                helps = error.retryable and error.code in TRIED_AGAIN and wait_s <= LONGEST_WAIT_S
                if self.heard_of or not helps or self.cancellation.reason is not None:
                    raise
                # The cause is for the log; the person is told what is done about it.
                log.info("asked again after %s", error.code, exc_info=error.__cause__)
                yield Retrying(error.code, attempt, wait_s)
                self._pause(wait_s)
            else:
                return
        yield from step()

    def _pause(self, wait_s: float) -> None:
        """Wait, which is no idleness, but no longer than until called off."""
        until = time.monotonic() + wait_s
        while (left := until - time.monotonic()) > 0:
            self.heard()
            self.cancellation.wait(min(left, BREATH_S))
            self.cancellation.raise_if_requested()

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

    def _citations(self, *, whole: bool) -> Citations:
        text, uses, asked = "".join(self.text), self.markers.uses, self.question.text
        if self.model.retrieves:
            return cite_told(self.told.sources, text, uses, asked, whole=whole)
        return cite(self.hits, text, uses, asked, whole=whole)

    def _completed(self, stage: StageName, since: int) -> int:
        """When a stage is complete: now, which is remembered."""
        now = self._elapsed()
        self.stage_ms[stage] = now - since
        return now

    def _done(self) -> Done:
        timings = Timings(
            total_ms=self._elapsed(),
            first_token_ms=self.first_token_ms,
            starting_ms=self.stage_ms.get(StageName.STARTING),
            retrieval_ms=self.stage_ms.get(StageName.RETRIEVAL),
            reranking_ms=self.stage_ms.get(StageName.RERANKING),
            generation_ms=self.stage_ms.get(StageName.GENERATION),
        )
        usage = TokenCounts(self.usage.input_tokens, self.usage.output_tokens)
        return Done(self.finish or FinishReason.STOP, usage, timings)

    def _elapsed(self) -> int:
        return round((time.perf_counter() - self.began) * 1000)

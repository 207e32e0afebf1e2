"""From a question to the contract's events: search, then writing, then the citations, then one end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from footnote.answers import prompt, search
from footnote.answers.citations import cite, cite_told, retrieved
from footnote.answers.ending import guarded
from footnote.answers.markers import MarkerFilter
from footnote.answers.search import Search
from footnote.answers.told import Told
from footnote.answers.trying import tried
from footnote.chat import Cancellation, Chunk, FinishReason, Model, Prompt, Starts, Turn, Usage
from footnote.errors import Truncated
from footnote.events import Citations, Done, Event, Stage, StageName, StageStatus, Timings, Token, TokenCounts
from footnote.passages import EVERYTHING, Filter, Hit, Retriever, Scope
from footnote.profiles import Profile

MOST_CHARACTERS = 200_000
"""An answer ends there as one that has reached its length."""


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
    scope: Scope = Scope(0, 0)  # noqa: RUF009 - a frozen value
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
    retrieves: bool = False
    """Whether the model finds its passages by itself: known for certain once it is there."""

    def __post_init__(self) -> None:
        self.told = Told(self.stage_ms)

    def events(self) -> Iterator[Event]:
        failed = yield from guarded(self._written(), self.cancellation)
        unsourced = yield from guarded(self._sources(whole=failed is None), self.cancellation)
        yield failed or unsourced or self._done()

    def _written(self) -> Iterator[Event]:
        self.cancellation.raise_if_requested()
        yield from self._start()
        self.retrieves = self.model.retrieves
        if not self.retrieves:
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
        yield from self._tried(self._look)
        at = self.scope.indexed_at.isoformat(timespec="seconds") if self.scope.indexed_at else None
        searched, total = self.scope.searched, self.scope.total
        told = Stage(StageName.RETRIEVAL, StageStatus.START, since, searched, library=total, indexed_at=at)
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

    def _look(self) -> Iterator[Event]:
        look = partial(self.retriever.scope, self.question.filter)
        self.scope = search.LEFT.do(look, self.cancellation)
        yield from ()

    def _find(self) -> Iterator[Event]:
        asked = self.question
        find = partial(search.find, self.retriever, asked.text, asked.turns, asked.filter, self.passages, asked.about)
        self.found = search.LEFT.do(find, self.cancellation)
        yield from ()

    def _begin(self) -> Iterator[Event]:
        """The text to go on from, unless its numbers would mean other passages by now."""
        begun = self.question.begun
        if begun is not None and begun.passage_ids == tuple(hit.passage.id for hit in self.hits):
            # What the filter holds back of it could become a marker with the model's first words.
            self.begun = begun.text
            yield from self._token(self.markers.feed(begun.text))

    def _generate(self) -> Iterator[Event]:
        yield from self.told.begin(self._elapsed(), retrieves=self.retrieves)
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
        if self.retrieves:
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
        if self.retrieves:
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
        return tried(step, self.cancellation, heard=self.heard, begun=lambda: self.heard_of)

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
        if self.retrieves:
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

"""What a model tells beside its text that finds its passages by itself: its steps, and its sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from footnote.answers.citations import retrieved_by_model
from footnote.chat import Chunk, Source, Step
from footnote.events import Event, Stage, StageName, StageStatus

MOST_SOURCES = 99
MOST_STEPS = 200
NAME_CHARACTERS = 80
WORKING = "agent"
"""What a model that retrieves by itself is at while it has told of nothing."""
_WRITTEN = Step(StageName.GENERATION, complete=True)
"""Told once, at the end: who has written may write again."""
_KNOWN = {name.value: name for name in StageName if name is not StageName.STEP}


@dataclass(slots=True)
class Told:
    """Steps as they begin and end, and sources with the numbers that they were given."""

    stage_ms: dict[StageName, int]
    """How long each stage took that is known by name."""
    _sources: dict[str, Source] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)
    _steps: int = 0

    def begin(self, now_ms: int, *, retrieves: bool) -> Iterator[Event]:
        """What is told before the model has said anything."""
        yield from self._step(Step(WORKING if retrieves else StageName.GENERATION), now_ms)

    @property
    def sources(self) -> list[Source]:
        """All so far; the first is number 1."""
        return list(self._sources.values())

    def events(self, chunk: Chunk, now_ms: int) -> Iterator[Event]:
        """What a chunk says beside its text, and that the writing begins where it does."""
        if chunk.sources and self._learn(chunk.sources):
            yield retrieved_by_model(self.sources)
        if WORKING in self._open and (chunk.step or chunk.text):
            yield from self._step(Step(WORKING, complete=True), now_ms)
        if chunk.step is not None and chunk.step != _WRITTEN:
            yield from self._step(chunk.step, now_ms)
        if chunk.text and StageName.GENERATION not in self._open:
            yield from self._step(Step(StageName.GENERATION), now_ms)

    def completed(self, now_ms: int) -> Iterator[Event]:
        """The end of each step that was not told of."""
        for name in list(self._open):
            yield from self._step(Step(name, complete=True), now_ms)

    def marker(self, chunk: Chunk, before: str) -> str:
        """The marker of what the text up to here rests on, to stand behind ``before``; none at a line's beginning."""
        ids = list(self._sources)
        numbers = [ids.index(id) + 1 for id in chunk.marks if id in self._sources]
        if not numbers or not before or before.endswith("\n"):
            return ""
        marker = "".join(f"[{n}]" for n in dict.fromkeys(numbers))
        return f"{marker} " if before[-1].isspace() else f" {marker}"

    def _learn(self, sources: tuple[Source, ...]) -> bool:
        """Number what is new, and take what is told again for more of the same; whether any is new."""
        before = len(self._sources)
        for source in sources:
            known = self._sources.get(source.passage.id)
            if known is not None:
                passage = known.passage if known.passage.text else source.passage
                cited, url = known.cited or source.cited, known.url or source.url
                self._sources[source.passage.id] = replace(known, passage=passage, cited=cited, url=url)
            elif len(self._sources) < MOST_SOURCES:
                self._sources[source.passage.id] = source
        return len(self._sources) > before

    def _step(self, step: Step, now_ms: int) -> Iterator[Event]:
        name = " ".join("".join(c if c.isprintable() else " " for c in step.name).split())[:NAME_CHARACTERS]
        if not name or step.complete is not (name in self._open) or self._steps >= MOST_STEPS * 2:
            return  # told twice, or never begun
        self._steps += 1
        known = _KNOWN.get(name)
        told = Stage(known or StageName.STEP, StageStatus.START, now_ms, name=None if known else name)
        if not step.complete:
            self._open[name] = now_ms
            yield told
            return
        since = self._open.pop(name)
        if known:
            self.stage_ms[known] = self.stage_ms.get(known, 0) + now_ms - since
        found = (len(self._sources) or None) if known is StageName.RETRIEVAL else None
        yield replace(told, status=StageStatus.COMPLETE, found=found)

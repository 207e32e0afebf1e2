"""What an ended answer comes to in figures: how it ended, what it took, and what it rests on; no text of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from footnote import contexts
from footnote.events import (
    Asks,
    Citations,
    Done,
    End,
    Error,
    Event,
    Retrieved,
    Retrying,
    Stage,
    StageName,
    StageStatus,
    Token,
    TokenCounts,
    Verdict,
)
from footnote.unanswered import says_so

_BORNE_OUT = frozenset({Verdict.QUOTED, Verdict.SUPPORTED})
_UNTOLD = TokenCounts(None, None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer that has ended; None where its log doesn't say."""

    model: str
    asked_at: datetime
    ended_at: datetime | None
    end: str
    """What its log ends with: ``done``, ``error`` or ``cancelled``."""
    code: str | None
    """The error's."""
    total_ms: int | None
    first_token_ms: int | None
    """Of a whole answer: what failed or was stopped does not tell."""
    stages_ms: tuple[tuple[StageName, int], ...]
    """How long each stage took that was completed, in the order in which they were."""
    input_tokens: int | None
    output_tokens: int | None
    retries: int
    """How often the model or the search was asked again."""
    found: int | None
    """Passages that were given to the model, or that it found by itself; None where nothing was searched."""
    retrieved: tuple[str, ...]
    """The documents that these stand in."""
    cited: tuple[str, ...]
    """The documents that the text cites, in the order of their numbers."""
    unanswered: bool
    """It is whole, and has nothing to cite: nothing was found, or it says that nothing fits."""
    statements: int
    supported: int
    """How many of these stand in what they cite."""


def outcome_of(events: Iterable[Event], *, model: str, asked_at: datetime, ended_at: datetime | None = None) -> Outcome:
    """What the events of a log come to that has its end; raises ``ValueError`` where it has none."""
    pieces: list[str] = []
    told: list[Event] = []
    for event in events:
        if isinstance(event, Token):
            pieces.append(event.content)
        else:
            told.append(event)
    end = told[-1] if told else None
    if not isinstance(end, End):
        raise ValueError("the log has no end")
    done = end if isinstance(end, Done) else None
    sources = next((e for e in told if isinstance(e, Citations)), Citations(()))
    found = next((e for e in reversed(told) if isinstance(e, Retrieved)), None)
    given = [passage for passage in found.passages if passage.n is not None] if found else []
    cited = _documents(c.recording_id for c in sorted(sources.citations, key=lambda c: c.n) if c.cited)
    usage = done.usage if done else _UNTOLD
    return Outcome(
        model=model,
        asked_at=asked_at,
        ended_at=ended_at,
        end=end.type,
        code=end.code if isinstance(end, Error) else None,
        total_ms=done.timings.total_ms if done else _between(asked_at, ended_at),
        first_token_ms=done.timings.first_token_ms if done else None,
        stages_ms=_stages(told),
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        retries=sum(isinstance(e, Retrying) for e in told),
        found=len(given) if found else None,
        retrieved=_documents(passage.recording_id for passage in given),
        cited=cited,
        unanswered=done is not None and _is_unanswered(told, sources, found=bool(given), pieces=pieces),
        statements=len(sources.statements),
        supported=sum(s.verdict in _BORNE_OUT for s in sources.statements),
    )


def _between(asked_at: datetime, ended_at: datetime | None) -> int | None:
    # The moments may be those of two processes, and so of two clocks.
    return None if ended_at is None else max(0, round((ended_at - asked_at).total_seconds() * 1000))


def _is_unanswered(told: Sequence[Event], sources: Citations, *, found: bool, pieces: Sequence[str]) -> bool:
    if any(c.cited for c in sources.citations) or any(isinstance(e, Asks) for e in told):
        return False
    searched = any(isinstance(e, Retrieved) for e in told)
    return (searched and not found) or says_so("".join(pieces))


def _documents(ids: Iterable[str]) -> tuple[str, ...]:
    """Each once; what was looked at while asking is no document of the library's."""
    return tuple(id for id in dict.fromkeys(ids) if contexts.answer_id(id) is None)


def _stages(told: Sequence[Event]) -> tuple[tuple[StageName, int], ...]:
    begun: dict[StageName, int] = {}
    took: dict[StageName, int] = {}
    for event in told:
        if not isinstance(event, Stage) or event.stage is StageName.STEP:
            continue
        if event.status is StageStatus.START:
            begun[event.stage] = event.elapsed_ms
        elif event.stage in begun:
            took[event.stage] = took.get(event.stage, 0) + event.elapsed_ms - begun.pop(event.stage)
    return tuple(took.items())

"""An answer's events, a log that holds them, and responses that carry them: for the tests of streams."""

from __future__ import annotations

import json
from typing import Any

from fakes import PATIENCE_S, an_answer
from footnote.answers.cursor import Bounds, follow
from footnote.answers.rendering import Renderings
from footnote.chat import FinishReason
from footnote.events import Citations, Done, Event, Stage, StageName, StageStatus, Start, Timings, Token, TokenCounts
from footnote.storage.memory import MemoryLog

DONE = Done(FinishReason.STOP, TokenCounts(1, 2), Timings(3))
BEGINNING = [Start("a", "s", "m", "t"), Stage(StageName.GENERATION, StageStatus.START, 1)]
SPOKEN = ["It is **so** [1].", "\n", "\nAnd\n\n- one\n", "- two\n\n## Then\n\n```py\nx", " = 1\n```\n\nlast", " words"]
EVENTS = [*BEGINNING, *map(Token, SPOKEN), Citations(()), DONE]
NEVER = Bounds(seconds=PATIENCE_S, octets=10**9, silence_s=PATIENCE_S)


def logged(*events: Event) -> tuple[MemoryLog, str]:
    """A log with an answer that came to these events, and the answer's id."""
    log = MemoryLog()
    answer = an_answer()
    log.create(answer)
    log.append([(answer.id, list(events))])
    return log, answer.id


def response(
    log: MemoryLog, id: str, after: int = 0, *, html: bool = False, bounds: Bounds = NEVER
) -> list[dict[str, Any]]:
    """The events of one response, as a client reads them."""
    renderings = Renderings(log) if html else None
    return [json.loads(line.line) for line in follow(log, id, after, renderings=renderings, bounds=bounds)]

"""What is kept of how an answer came about, for who wants to know: its events with their times, and the prompt."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from footnote.chat import Prompt
from footnote.conversations import Answer
from footnote.events import End, Event, Token
from footnote.outcomes import Outcome, outcome_of
from footnote.wire import Entry, text_of


@dataclass
class Recording:
    """One answer as it came about; times are nanoseconds since the epoch."""

    answer: Answer
    trace_id: str
    """Empty where it is not traced."""
    began_ns: int
    ended_ns: int
    moments: list[tuple[int, Event]] = field(default_factory=list)
    """Every event but the tokens, and when it was."""
    text: str = ""
    first_token_ns: int | None = None
    prompt: Prompt | None = None
    queued_ms: int = 0
    """How long it waited for its place, before it began."""

    @property
    def end(self) -> End | None:
        """What the answer came to."""
        last = self.moments[-1][1] if self.moments else None
        return last if isinstance(last, End) else None

    @cached_property
    def outcome(self) -> Outcome:
        """The same in figures; raises ``ValueError`` where it has not ended."""
        events = [event for _, event in self.moments]
        return outcome_of(
            [Token(self.text), *events] if self.text else events,
            model=self.answer.model,
            asked_at=self.answer.created_at,
            ended_at=datetime.fromtimestamp(self.ended_ns / 1e9, UTC),
        )


def recalled(answer: Answer, entries: Sequence[Entry], end: End, trace_id: str) -> Recording:
    """What an answer's log tells of it, whose process died: its stages have their times, and its end is now."""
    began, now = round(answer.created_at.timestamp() * 1e9), time.time_ns()
    moments = [(began, entry.event) for entry in entries if not isinstance(entry.event, Token)]
    return Recording(answer, trace_id, began, max(began, now), [*moments, (now, end)], text_of(entries))

"""What is kept of how an answer came about, for who wants to trace it: its events with their times, and the prompt."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from footnote.chat import Prompt
from footnote.conversations import Answer
from footnote.events import Done, End, Event, Token
from footnote.wire import Entry, text_of


@dataclass(slots=True)
class Recording:
    """One answer as it came about; times are nanoseconds since the epoch."""

    answer: Answer
    trace_id: str
    began_ns: int
    ended_ns: int
    moments: list[tuple[int, Event]] = field(default_factory=list)
    """Every event but the tokens, and when it was."""
    text: str = ""
    first_token_ns: int | None = None
    prompt: Prompt | None = None

    @property
    def end(self) -> End | None:
        """What the answer came to."""
        last = self.moments[-1][1] if self.moments else None
        return last if isinstance(last, End) else None


class Tracer(Protocol):
    """Takes what was recorded. Nothing here waits, fails, or takes any time worth speaking of."""

    def trace_id(self, answer_id: str) -> str:
        """What an answer's trace is called, in every process and before there is one."""

    def ended(self, recording: Recording) -> None:
        """Take an answer that has ended, however it did."""

    def close(self, timeout_s: float) -> None:
        """Hand on what has been taken so far, for no longer than this."""


class Recorder:
    """Records one answer while it is being written."""

    def __init__(self, answer: Answer, tracer: Tracer) -> None:
        self._tracer = tracer
        self._answer = answer
        self._began_ns, self._clock = time.time_ns(), time.perf_counter_ns()
        self._moments: list[tuple[int, Event]] = []
        self._text: list[str] = []
        self._first_token_ns: int | None = None
        self._prompt: Prompt | None = None

    def asked(self, prompt: Prompt) -> None:
        """What the model is asked; where it is asked again, the last time counts."""
        self._prompt = prompt

    def recorded(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events; the end of a whole answer names its trace."""
        trace_id = self._tracer.trace_id(self._answer.id)
        for event in events:
            told = replace(event, trace_id=trace_id) if isinstance(event, Done) else event
            self._take(told)
            yield told
            if isinstance(told, End):  # not reached where nobody will see the answer, for it was deleted meanwhile
                self._tracer.ended(self._recording(trace_id))

    def _take(self, event: Event) -> None:
        if not isinstance(event, Token):
            self._moments.append((self._now(), event))
            return
        if self._first_token_ns is None:
            self._first_token_ns = self._now()
        self._text.append(event.content)

    def _now(self) -> int:
        # The clock of the day may be set while an answer is written.
        return self._began_ns + time.perf_counter_ns() - self._clock

    def _recording(self, trace_id: str) -> Recording:
        text = "".join(self._text)
        return Recording(
            self._answer, trace_id, self._began_ns, self._now(), self._moments, text, self._first_token_ns, self._prompt
        )


def recalled(answer: Answer, entries: Sequence[Entry], end: End, trace_id: str) -> Recording:
    """What an answer's log tells of it, whose process died: its stages have their times, and its end is now."""
    began, now = round(answer.created_at.timestamp() * 1e9), time.time_ns()
    moments = [(began, entry.event) for entry in entries if not isinstance(entry.event, Token)]
    return Recording(answer, trace_id, began, max(began, now), [*moments, (now, end)], text_of(entries))

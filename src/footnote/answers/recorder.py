"""Records one answer while it is being written, and tells of it whoever wants to know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from footnote.answers.observing import Observers
from footnote.answers.recording import Recording
from footnote.chat import Prompt
from footnote.conversations import Answer
from footnote.events import Done, End, Event, Token


class Recorder:
    """What happens to one answer, from the moment when it is asked."""

    def __init__(self, answer: Answer, observers: Observers) -> None:
        self._observers = observers
        self._answer = answer
        self._asked_ns, self._clock = time.time_ns(), time.perf_counter_ns()
        self._began_ns = self._asked_ns
        self._moments: list[tuple[int, Event]] = []
        self._text: list[str] = []
        self._first_token_ns: int | None = None
        self._prompt: Prompt | None = None

    def begin(self) -> None:
        """The answer has its place: its stages count from here."""
        self._began_ns = self._now()

    def asked(self, prompt: Prompt) -> None:
        """What the model is asked; where it is asked again, the last time counts."""
        self._prompt = prompt

    def recorded(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events; the end of a whole answer names its trace."""
        trace_id = self._observers.trace_of(self._answer)
        self._observers.started(self._answer)
        for event in events:
            if isinstance(event, Token):
                if self._first_token_ns is None:
                    self._first_token_ns = self._now()
                self._text.append(event.content)
                yield event
                continue
            known = replace(event, trace_id=trace_id) if isinstance(event, Done) and trace_id else event
            self._moments.append((self._now(), known))
            self._observers.event(self._answer, known)
            yield known
            if isinstance(known, End):  # not reached where nobody will see the answer, for it was deleted meanwhile
                self._observers.ended(self._recording(trace_id))

    def _now(self) -> int:
        # The clock of the day may be set while an answer is written.
        return self._asked_ns + time.perf_counter_ns() - self._clock

    def _recording(self, trace_id: str) -> Recording:
        return Recording(
            self._answer,
            trace_id,
            self._began_ns,
            self._now(),
            self._moments,
            "".join(self._text),
            self._first_token_ns,
            self._prompt,
            queued_ms=(self._began_ns - self._asked_ns) // 1_000_000,
        )

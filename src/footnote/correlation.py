"""Which request and which answer something is done for: carried along, and put into each line of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import ParamSpec

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Correlation:
    """The request, by the id that came with it or was made for it, and the answer that it began."""

    request_id: str | None = None
    answer_id: str | None = None
    traceparent: str | None = None
    """The caller's own span, as the W3C has it, where one came along."""


NOTHING = Correlation()
_HERE: ContextVar[Correlation] = ContextVar("correlation", default=NOTHING)


def here() -> Correlation:
    """For what something is done in this thread now."""
    return _HERE.get()


def begin(correlation: Correlation) -> None:
    """From now on it is for this, in this thread and in what copies its context."""
    _HERE.set(correlation)


@contextmanager
def answering(answer_id: str) -> Iterator[None]:
    """Inside of it, what is done is done for this answer."""
    before = _HERE.set(replace(here(), answer_id=answer_id))
    try:
        yield
    finally:
        _HERE.reset(before)


def carried(answer_id: str, work: Callable[P, None]) -> Callable[P, None]:
    """The same work for a thread of its own, done for this answer and for the request that is served here.

    Nothing else of the context goes along: it holds the request itself, with whoever's token.
    """
    correlation = replace(here(), answer_id=answer_id)

    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        begin(correlation)
        work(*args, **kwargs)

    return run

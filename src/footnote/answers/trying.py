"""A step that failed before the reader has seen anything of it is tried again, where that may help."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from footnote.chat import Cancellation
from footnote.errors import Code, StreamingError
from footnote.events import Event, Retrying

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


def tried(
    step: Callable[[], Iterator[Event]],
    cancellation: Cancellation,
    *,
    heard: Callable[[], None],
    begun: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """A step's events, and that it is tried again, each time; once it has ``begun`` it is not.

    ``heard`` is called while it is waited for, which is no idleness.
    """
    for attempt, usual_s in enumerate(WAITS_S, 2):
        try:
            yield from step()
        except StreamingError as error:
            wait_s = usual_s if error.retry_after_s is None else error.retry_after_s
            helps = error.retryable and error.code in TRIED_AGAIN and wait_s <= LONGEST_WAIT_S
            if begun() or not helps or cancellation.reason is not None:
                raise
            # The cause is for the log; the person is told what is done about it.
            log.info("asked again after %s", error.code, exc_info=error.__cause__)
            yield Retrying(error.code, attempt, wait_s)
            _pause(wait_s, cancellation, heard)
        else:
            return
    yield from step()


def _pause(wait_s: float, cancellation: Cancellation, heard: Callable[[], None]) -> None:
    """Wait, but no longer than until called off."""
    until = time.monotonic() + wait_s
    while (left := until - time.monotonic()) > 0:
        heard()
        cancellation.wait(min(left, BREATH_S))
        cancellation.raise_if_requested()

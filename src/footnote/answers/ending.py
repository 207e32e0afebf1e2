"""What an answer comes to where it was called off or fails."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator

from footnote.chat import Cancellation, Cancelled, CancelReason
from footnote.errors import AnswerTimeout, InternalError, Interrupted, StorageFailed, StorageLost, StreamingError
from footnote.events import End, Error, Event, Stopped

log = logging.getLogger(__name__)


def guarded(events: Iterator[Event], cancellation: Cancellation) -> Generator[Event, None, End | None]:
    """The events, and the end that they came to where they were not all there."""
    try:
        yield from events
    except Cancelled:
        return _called_off(cancellation)
    except StreamingError as error:
        # A connection that was closed by a stop may fail in any way; the stop is what happened.
        return _called_off(cancellation) if cancellation.reason else _failed(error)
    except StorageFailed:
        return _called_off(cancellation) if cancellation.reason else _failed(StorageLost())
    except Exception:  # the one place where an answer's end is decided
        log.exception("an answer failed in a way that nobody foresaw")
        return _called_off(cancellation) if cancellation.reason else _failed(InternalError())
    return None


def _called_off(cancellation: Cancellation) -> End:
    match cancellation.reason:
        case CancelReason.TIMEOUT:
            return _failed(AnswerTimeout())
        case CancelReason.SHUTDOWN:
            return _failed(Interrupted())
        case CancelReason.STORAGE:
            return _failed(StorageLost())
        case _:
            return Stopped()


def _failed(error: StreamingError) -> Error:
    # The cause is for the log; the person gets the error's own message.
    log.warning("an answer ended with %s", error.code, exc_info=error.__cause__)
    return Error(error.code, error.message, error.retryable, error.retry_after_s, error.why)

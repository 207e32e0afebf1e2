"""What went wrong with a model, as one of this project's errors, and whether to try again.

What the model's client raises is told apart by type and status, and only where those say too
little by what the model said: nothing of that ever gets into a message.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from footnote.errors import (
    LAYERS_BELOW,
    AnswerTimeout,
    AuthFailed,
    ContextTooLong,
    GenerationFailed,
    ModelUnavailable,
    RateLimited,
    StreamingError,
    Truncated,
)

if TYPE_CHECKING:
    from openai import APIStatusError

LONGEST_WAIT_S = 3600.0  # that a person is told of, whatever a header says

_E = TypeVar("_E", bound=Exception)

_TOO_LONG = re.compile(
    r"(input|prompt|request|message)s?( is| are|) too (long|large)"
    r"|context[ _](length|window)|maximum (context|input)|too many (input |prompt )?tokens"
    r"|(input|prompt) tokens?\b.{0,80}\b(exceed|maximum|limit|longer)|reduce the length",
    re.IGNORECASE | re.DOTALL,
)
_BUSY = re.compile(r"429|LIMIT_EXCEEDED|RESOURCE_EXHAUSTED|RATE_?LIMIT|TOO_MANY_REQUESTS", re.IGNORECASE)
_REFUSED = re.compile(r"40[13]|UNAUTHENTICATED|PERMISSION_DENIED|UNAUTHORIZED|FORBIDDEN", re.IGNORECASE)
_AWAY = re.compile(r"50[234]|UNAVAILABLE|DOES_NOT_EXIST|NOT_FOUND|NOT_READY|OVERLOADED", re.IGNORECASE)

_NO_START = "The model didn't begin to answer in time; it may be starting up. Try again in a minute."
_NO_ANSWER = "The model ended without an answer. Try again; if it happens again, tell whoever runs this page."
_NOT_THERE = "There is no model under the name that this page is set to. Whoever runs this page has to correct it."
_NOT_TAKEN = "The model doesn't take this page's requests. Tell whoever runs this page."
_NOT_A_MODEL = (
    "What this page takes for the model answers with a web page. Whoever runs this page has to check its address."
)


class ErrorFrame(Exception):
    """What a stream said before it ended; only for the log."""


def expected_failures() -> tuple[type[Exception], ...]:
    """What ChatDatabricks and the layers under it raise, the last ones on frames of a wrong shape."""
    import openai

    return (
        StreamingError,
        openai.OpenAIError,
        httpx.HTTPError,
        httpx.StreamError,
        *LAYERS_BELOW,
    )


def failure_of(error: Exception, *, begun: bool, tail: bytes, content_type: str) -> StreamingError:
    """The error for the person: ``begun`` after the first chunk; ``tail`` is the body's end, as it came."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    # What stands behind it: the openai client wraps what it meets or not, by its version and by the moment.
    if ours := _behind(error, StreamingError):
        # Another one with the same words: it will have this error for its cause, and so can't be in its chain.
        return type(ours)(ours.message, retryable=ours.retryable, retry_after_s=ours.retry_after_s)
    if transport := _behind(error, httpx.HTTPError):
        return _of_transport(transport, begun=begun)
    if isinstance(error, openai.APIError):
        return _of_frame(error.body) or GenerationFailed()
    return early_end(begun=begun, tail=tail, content_type=content_type, otherwise=GenerationFailed())


def failure_told(frame: object) -> StreamingError:
    """The error for what an endpoint says of its own failure."""
    failure = _of_frame(frame) or GenerationFailed()
    failure.__cause__ = ErrorFrame(json.dumps(frame, default=str))
    return failure


def early_end(
    *, begun: bool, tail: bytes, content_type: str, otherwise: StreamingError | None = None
) -> StreamingError:
    """The error for a stream that ended, in whatever way, without saying that it was finished."""
    for frame in _frames(tail):
        if failure := _of_frame(frame.get("error") or frame):
            failure.__cause__ = ErrorFrame(json.dumps(frame))
            return failure
    if content_type.startswith("text/html"):
        return ModelUnavailable(_NOT_A_MODEL, retryable=False)
    if not begun:
        return GenerationFailed(_NO_ANSWER)
    return otherwise or Truncated()


def retry_after_s(header: str | None) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, an hour at most; RFC 9110 allows a number or a date."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    return min(max(0.0, seconds), LONGEST_WAIT_S) if math.isfinite(seconds) else None


def _seconds_until(date: str) -> float:
    """How far away a date of RFC 9110 is; not a number where it is none."""
    try:
        until = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    return (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _of_status(error: APIStatusError) -> StreamingError:
    status = error.status_code
    said = f"{error.message} {error.body}"
    if status in {401, 403}:
        return AuthFailed.after(said)
    if status == httpx.codes.NOT_FOUND:
        return ModelUnavailable(_NOT_THERE, retryable=False)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(retry_after_s=retry_after_s(error.response.headers.get("retry-after")))
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE or (status < 500 and _TOO_LONG.search(said)):  # noqa: PLR2004
        return ContextTooLong()
    if status < 500 and status != httpx.codes.REQUEST_TIMEOUT:  # noqa: PLR2004
        return GenerationFailed(_NOT_TAKEN, retryable=False)
    return ModelUnavailable()


def _behind(error: BaseException | None, kind: type[_E]) -> _E | None:
    """The first error of a kind in the chain of causes that begins with this one."""
    while error is not None:
        if isinstance(error, kind):
            return error
        error = error.__cause__
    return None


def _of_transport(error: httpx.HTTPError, *, begun: bool) -> StreamingError:
    if isinstance(error, httpx.ReadTimeout):
        return AnswerTimeout() if begun else AnswerTimeout(_NO_START)
    if begun:
        return Truncated()
    return ModelUnavailable()


def _of_frame(frame: object) -> StreamingError | None:
    """The error for what an error frame says: a text, or ``message`` and ``code``, ``type`` or ``error_code``."""
    if isinstance(frame, str):
        frame = {"message": frame, "code": "ERROR"}
    if not isinstance(frame, dict):
        return None
    codes = " ".join(str(frame[name]) for name in ("error_code", "code", "type") if frame.get(name))
    if not codes and not frame.get("message"):
        return None
    said = f"{codes} {frame.get('message')}"
    if _BUSY.search(codes):
        return RateLimited()
    if _REFUSED.search(codes):
        return AuthFailed.after(said)
    if _TOO_LONG.search(said):
        return ContextTooLong()
    return ModelUnavailable() if _AWAY.search(codes) else GenerationFailed()


def _frames(tail: bytes) -> Iterator[dict[str, Any]]:
    """The JSON objects among the last lines of a body that speak of an error, last first."""
    for line in reversed(tail.decode(errors="replace").splitlines()):
        data = line.removeprefix("data:").strip()
        if not (data.startswith("{") and '"error' in data):
            continue
        try:
            frame = json.loads(data)
        except ValueError:
            continue
        if isinstance(frame, dict) and ("error" in frame or "error_code" in frame):
            yield frame

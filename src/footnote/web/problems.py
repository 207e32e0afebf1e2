"""Requests that are refused: a real status, and words for the person who reads them."""

from __future__ import annotations

import logging
import math
from typing import Any

from flask import Blueprint, Response, jsonify

from footnote.errors import Code, FootnoteError, InternalError, RequestError, StorageFailed, StreamingError

STORAGE_MESSAGE = "The database can't be reached or written right now. Nothing is lost; try again in a moment."
STORAGE_RETRY_S = 2.0

log = logging.getLogger(__name__)

Told = tuple[Response, int, dict[str, str]]


def tell_problems(api: Blueprint) -> None:
    """Have every error that a request of ``api`` raises told as the contract's problem."""
    api.register_error_handler(RequestError, _refused)
    api.register_error_handler(StorageFailed, _away)
    api.register_error_handler(StreamingError, _failed)
    api.register_error_handler(500, _unforeseen)


def storage_away(error: StorageFailed) -> StorageFailed:
    """The same failure in a reader's words; its own may speak of what only the log is for."""
    retry_after_s = STORAGE_RETRY_S if error.retry_after_s is None else error.retry_after_s
    return StorageFailed(STORAGE_MESSAGE, retry_after_s=retry_after_s)


def _refused(error: RequestError) -> Told:
    return _told(error, error.status, **error.tells)


def _away(error: StorageFailed) -> Told:
    # The driver's words, for whoever runs this; without the statement, which may hold a person's.
    log.warning("a request was refused, the database is away: %s", getattr(error.__cause__, "orig", error.__cause__))
    return _told(storage_away(error), 503)


def _failed(error: StreamingError) -> Told:
    """What a library elsewhere fails with is told as an answer's end would tell it."""
    log.warning("a request was refused with %s", error.code, exc_info=error.__cause__)
    return _told(error, {Code.AUTH_ERROR: 403, Code.RATE_LIMIT: 429}.get(error.code, 503))


def _unforeseen(_error: Exception) -> Told:
    """Flask has put the exception in the log; the person gets no word of it."""
    return _told(InternalError(), 500)


def _told(error: FootnoteError, status: int, **more: object) -> Told:
    fields: dict[str, Any] = {"code": error.code, "message": error.message, "retryable": error.retryable, **more}
    headers = {}
    if error.why is not None:
        fields["reason"] = error.why
    if error.retry_after_s is not None:
        fields["retry_after_s"] = round(error.retry_after_s, 1)
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    return jsonify(fields), status, headers

"""One small tree of errors, each with a code, a message for the person, and whether to try again.

A message says what happened and what to do. It never carries an exception's text, a host,
a path or a token: those go to the log through ``raise ... from``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Self

LAYERS_BELOW = (OSError, ValueError, TypeError, AttributeError, LookupError, RuntimeError)
"""What the platform's clients raise where they are given what they didn't expect."""


class Code(StrEnum):
    """The contract's error codes, a closed set."""

    RETRIEVAL_FAILED = "RETRIEVAL_FAILED"
    GENERATION_FAILED = "GENERATION_FAILED"
    TIMEOUT = "TIMEOUT"
    RATE_LIMIT = "RATE_LIMIT"
    AUTH_ERROR = "AUTH_ERROR"
    MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"
    CONTEXT_TOO_LONG = "CONTEXT_TOO_LONG"
    TRUNCATED = "TRUNCATED"
    INTERRUPTED = "INTERRUPTED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    INVALID_REQUEST = "INVALID_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    TOO_LARGE = "TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    UNAVAILABLE = "UNAVAILABLE"
    FORBIDDEN = "FORBIDDEN"


class FootnoteError(Exception):
    """The root: everything that this project raises on purpose."""

    code = Code.INTERNAL_ERROR
    message = "Something went wrong on the server. Try again; if it happens again, tell whoever runs this page."
    retryable = False
    why: str | None = None

    def __init__(
        self,
        message: str | None = None,
        *,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        why: str | None = None,
    ) -> None:
        """``why`` names one of several messages of a code, for who says it in another language."""
        self.message = message or type(self).message
        self.retryable = type(self).retryable if retryable is None else retryable
        self.retry_after_s = retry_after_s
        self.why = why or type(self).why
        super().__init__(self.message)


class StreamingError(FootnoteError):
    """Ends an answer; what was sent before it stays."""

    retryable = True


class RetrievalFailed(StreamingError):
    code = Code.RETRIEVAL_FAILED
    message = "The search in your documents failed. Try again; if it happens again, tell whoever runs this page."


class GenerationFailed(StreamingError):
    code = Code.GENERATION_FAILED
    message = "The model broke off. What it had written is kept; try again."


class AnswerTimeout(StreamingError):
    code = Code.TIMEOUT
    message = "The answer took too long and was ended. What was written is kept; try again, or ask for less at once."


class RateLimited(StreamingError):
    code = Code.RATE_LIMIT
    message = "The model is answering as many questions as it is allowed to. Try again in a moment."


class AuthFailed(StreamingError):
    code = Code.AUTH_ERROR
    message = "The model refused this page's credentials. Whoever runs this page has to renew them or grant access."
    retryable = False
    said = ""
    """What it was refused with: to be told apart by, and told to nobody."""

    @classmethod
    def after(cls, said: str) -> Self:
        """The refusal with what was said."""
        refused = cls()
        refused.said = said
        return refused


class ModelUnavailable(StreamingError):
    code = Code.MODEL_UNAVAILABLE
    message = "The model can't be reached right now; it may be starting up. Try again in a minute."


class ContextTooLong(StreamingError):
    code = Code.CONTEXT_TOO_LONG
    message = "The question and its sources are too long for the model. Ask for less at once, or limit the documents."
    retryable = False


class Truncated(StreamingError):
    code = Code.TRUNCATED
    message = "The model stopped before it was finished. What it had written is kept; try again."


class Interrupted(StreamingError):
    code = Code.INTERRUPTED
    message = "The server was restarted while it was writing. What was written is kept; try again."


class StorageLost(StreamingError):
    code = Code.INTERNAL_ERROR
    message = (
        "The database could not be written for a while, and the answer was ended. Nothing shown is lost; try again."
    )


class InternalError(StreamingError):
    code = Code.INTERNAL_ERROR


class RequestError(FootnoteError):
    """A request that is refused before anything is started; ``status`` is its HTTP status."""

    status = 400

    def __init__(
        self,
        message: str | None = None,
        *,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        tells: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """``tells`` are fields of the problem beside those that each one has."""
        super().__init__(message, retryable=retryable, retry_after_s=retry_after_s)
        self.tells = tells


class InvalidRequest(RequestError):
    code = Code.INVALID_REQUEST
    status = 400
    message = "The request can't be read."


class NotFound(RequestError):
    code = Code.NOT_FOUND
    status = 404
    message = "There is nothing here under that id."


class Conflict(RequestError):
    code = Code.CONFLICT
    status = 409
    message = "This answer id was already used for another question. Ask with a new one."


class TooLarge(RequestError):
    code = Code.TOO_LARGE
    status = 413
    message = "The request is larger than 64 KB. Shorten the question or the list of documents."


class UnsupportedMediaType(RequestError):
    code = Code.UNSUPPORTED_MEDIA_TYPE
    status = 415
    message = "The request has to be JSON, sent with Content-Type: application/json."


class Unavailable(RequestError):
    code = Code.UNAVAILABLE
    status = 503
    message = "All places for running answers are taken. Try again in a moment."
    retryable = True


class TooManyQuestions(RequestError):
    code = Code.RATE_LIMIT
    status = 429
    message = "You have asked as many questions as you may for now. Nothing is lost; ask again when the time is over."
    retryable = True


class TooManyStreams(RequestError):
    code = Code.RATE_LIMIT
    status = 429
    message = "You are watching as many answers at once as you may. Close a tab with a running answer, then try again."
    retryable = True


class TooManyUploads(RequestError):
    code = Code.RATE_LIMIT
    status = 429
    message = "As many files as may be are being taken in right now. Try this one again in a moment."
    retryable = True


class Forbidden(RequestError):
    """What this user may see, but not change."""

    code = Code.FORBIDDEN
    status = 403
    message = "This document was added by somebody else. Ask them, or whoever runs this page, to change it."


class LibraryFull(Forbidden):
    message = "The library holds as many documents as it may. Remove some first, or ask whoever runs this page."


class StorageFailed(FootnoteError):
    code = Code.UNAVAILABLE
    message = "The library is being changed by another process. Nothing was changed here; try again in a moment."
    retryable = True


class SettingsError(FootnoteError):
    """A setting that can't be used; the message names the variable, its value and what is allowed."""

    code = Code.INVALID_REQUEST

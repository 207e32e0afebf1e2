"""What goes to a model and what comes back: values, the protocol, and how an answer is called off."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from footnote.errors import FootnoteError
from footnote.passages import EVERYTHING, Filter, Passage, Scope
from footnote.profiles import Style

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a chat model."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and its answer's text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a model may need: the messages, and what they were made from.

    A chat model reads ``messages`` alone. ``passages`` are numbered from 1 in this order.
    """

    messages: tuple[Message, ...]
    question: str
    passages: tuple[Passage, ...] = ()
    begun: str = ""
    """The text to go on from; a model writes only what comes behind it."""
    scope: Scope | None = None
    """What was searched for the passages, where that is known."""
    style: Style | None = None
    """How the reader likes answers written."""
    filter: Filter = EVERYTHING
    """What limits the question, for a model that finds its passages by itself."""


class FinishReason(StrEnum):
    """Why a model ended of itself."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost, in the model's tokens; None where the model doesn't say."""

    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a model does on its way to an answer, as it begins or, ``complete``, ends."""

    name: str
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a model found by itself; its text is what really came of it, and may be empty."""

    passage: Passage
    url: str | None = None
    score: float = 0.0
    cited: bool = False
    """Whether the model says that its answer rests on it; a marker in the text says so too."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a model's answer. Text may be empty; the last of ``finish`` and ``usage`` counts.

    What stands below ``usage`` comes only of models that retrieve by themselves.
    """

    text: str = ""
    finish: FinishReason | None = None
    usage: Usage | None = None
    step: Step | None = None
    sources: tuple[Source, ...] = ()
    """What was found, in the order in which a text's ``[n]`` counts them, behind those that came before."""
    marks: tuple[str, ...] = ()
    """Ids of passages that the text up to here, with this chunk's, rests on."""


class Model(Protocol):
    """Messages in, text out, a chunk at a time."""

    name: str

    @property
    def retrieves(self) -> bool:
        """Whether it finds its passages by itself: then it is given none."""

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's chunks as they come.

        Ends after a chunk with ``finish``. Raises a ``StreamingError`` for every failure,
        ``Cancelled`` soon (100 ms) after the cancellation was requested, even while it waits for
        the next chunk; either way the connection upstream is closed first.
        """


@runtime_checkable
class Starts(Protocol):
    """What takes long to be there in a process, and may be asked meanwhile."""

    @property
    def ready(self) -> bool:
        """Whether it is there."""

    def begin(self) -> None:
        """Begin to make it, once in each process that serves; asked again, it has begun already."""

    def wait(self, cancellation: Cancellation) -> Iterator[None]:
        """Return once it is there; yields now and then.

        Raises a ``StreamingError`` where it can't be made, ``Cancelled`` soon after that was requested.
        """


class CancelReason(StrEnum):
    """Who or what called an answer off."""

    STOPPED = "stopped"
    TIMEOUT = "timeout"
    SHUTDOWN = "shutdown"
    STORAGE = "storage"
    """The database could not be written for too long."""
    LOST = "lost"
    """The answer was deleted, or another process has taken it over: nobody will see what is written now."""


class Cancelled(FootnoteError):
    """Raised where work ends because its cancellation was requested."""


class Cancellation:
    """Calls one answer off, once, from any thread.

    Whoever blocks on something registers what wakes it with ``on_request``. The callback
    runs in the requesting thread and must be quick.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: CancelReason | None = None
        self._callbacks: list[Callable[[], None]] = []
        self._requested = threading.Event()

    @property
    def reason(self) -> CancelReason | None:
        """Why it was called off; None while it was not."""
        return self._reason

    def request(self, reason: CancelReason) -> bool:
        """Call it off; whether this was the first request, whose reason counts."""
        with self._lock:
            if self._reason is not None:
                return False
            self._reason = reason
            callbacks, self._callbacks = self._callbacks, []
        self._requested.set()
        for callback in callbacks:
            callback()
        return True

    @contextlib.contextmanager
    def on_request(self, callback: Callable[[], None]) -> Iterator[None]:
        """Run ``callback`` when called off inside this block; at once if that has happened."""
        with self._lock:
            late = self._reason is not None
            if not late:
                self._callbacks.append(callback)
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to ``timeout_s``, but no longer than until called off; whether it was."""
        return self._requested.wait(timeout_s)

    def raise_if_requested(self) -> None:
        """Raise ``Cancelled`` if it was called off."""
        if self._reason is not None:
            raise Cancelled


CALLED_OFF: ContextVar[Cancellation | None] = ContextVar("called_off", default=None)
"""What calls the answer off for which somebody else's code runs, which can't be told by its arguments."""

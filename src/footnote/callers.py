"""Who asks, and parts that act with that person's own rights."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and the access token that the platform's proxy sent for them, where it sends one.

    The token lives as long as the request, and the answer or the reading that it began: it is never kept, logged or
    shown.
    """

    user: str
    token: str | None = field(default=None, repr=False)


@runtime_checkable
class ActsForCallers(Protocol[T_co]):
    """A retriever, library or model that can be used with its caller's rights."""

    def on_behalf_of(self, caller: Caller) -> T_co:
        """The same part with the caller's rights; quick, and asks nobody."""


WHO_ASKS: ContextVar[Caller | None] = ContextVar("who_asks", default=None)
"""For whom somebody else's code runs, which can't be told by its arguments."""


def acting_for(part: T, caller: Caller | None) -> T:
    """The part with the caller's rights, where it knows of callers; else the part as it is."""
    if caller is not None and isinstance(part, ActsForCallers):
        acting: T = part.on_behalf_of(caller)
        return acting
    return part

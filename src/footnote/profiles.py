"""What a user has told of themselves, how far the first conversation has come, and what keeps both: values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from footnote.passages import EVERYTHING, Filter

ROLE_LENGTH = 200
TOPIC_LENGTH = 80
MOST_TOPICS = 12


class Step(StrEnum):
    """What the first conversation asks for next, in this order; or why it asks nothing."""

    ROLE = "role"
    TOPICS = "topics"
    SOURCES = "sources"
    STYLE = "style"
    DONE = "done"
    SKIPPED = "skipped"
    """Not wanted now; it can be begun at any time."""


ASKED = (Step.ROLE, Step.TOPICS, Step.SOURCES, Step.STYLE)
"""The steps that ask for something."""


class Style(StrEnum):
    """How answers are to be written."""

    SHORT = "short"
    DETAILED = "detailed"
    BULLETS = "bullets"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a user is, what they ask about and where, and how they like it answered; all of it optional."""

    role: str | None = None
    topics: tuple[str, ...] = ()
    sources: Filter = EVERYTHING
    """What a new conversation of theirs is limited to, until they widen it."""
    style: Style | None = None
    step: Step = Step.ROLE


class Profiles(Protocol):
    """Keeps each user's profile. Every method may raise ``StorageFailed``: then nothing was changed."""

    def profile(self, user: str) -> Profile | None:
        """What a user has told; None where they have told nothing."""

    def change(self, user: str, changed: Callable[[Profile | None], Profile]) -> Profile:
        """Keep what ``changed`` makes of what the user told before, and nobody else meanwhile; what is kept."""

    def forget(self, user: str) -> None:
        """Forget all that the user told."""

"""Long work in pieces: a thread that streams share goes on with them in between."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def breathe() -> None:
    """Let others go on."""
    time.sleep(0)


def breathing(items: Iterable[T]) -> Iterator[T]:
    """The items, with a breath before each: for those that take milliseconds."""
    for item in items:
        breathe()
        yield item

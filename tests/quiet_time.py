"""How long a piece of work takes on a machine that does nothing else, told on one that does."""

from __future__ import annotations

import time
from collections.abc import Callable

_REFERENCE_S = 0.025


def quiet_s(work: Callable[[], object]) -> float:
    """The processor's seconds of a piece of work, as if the machine were quiet.

    On shared cores the same instructions take a processor up to three times as long. So the work is held against a
    fixed piece, timed before and after it: where that takes twice its time, the work is counted half.
    """
    before = _taken(_reference)
    took = _taken(work)
    return took * _REFERENCE_S / max(_REFERENCE_S, (before + _taken(_reference)) / 2)


def _taken(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _reference() -> None:
    counted: dict[str, int] = {}
    for n in range(200_000):
        word = str(n % 977)
        counted[word] = counted.get(word, 0) + 1

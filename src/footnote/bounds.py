"""Bounds of a process that reads what anybody may have written."""

from __future__ import annotations

from contextlib import suppress


def bound(memory: int, seconds: int) -> None:
    """Give this process no more than so many bytes and seconds of a processor, where the system knows such bounds."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

"""A call in a process of its own, with bounds: whatever a file does to what reads it, the job goes on.

An executor reads thousands of files, so the process is a fork of the one that asks: some milliseconds
each, where a new interpreter takes a quarter of a second.
"""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar, cast

from footnote.bounds import bound
from footnote.load_errors import LoadError, Reason

LONGEST_S = 120
MOST_MEMORY = 2 * 1024**3
"""Bytes that a file's process may take beyond those of the process that it is a fork of."""

Value = TypeVar("Value")


def apart(call: Callable[[], Value], *, longest_s: float = LONGEST_S, most_memory: int = MOST_MEMORY) -> Value:
    """What a call gives; raises ``LoadError`` where its process did not live to give anything, or took too long."""
    fork = multiprocessing.get_context("fork")
    receiving, sending = fork.Pipe(duplex=False)
    child = fork.Process(target=_child, args=(sending, call, longest_s, most_memory))
    child.start()
    sending.close()
    try:
        if not receiving.poll(longest_s):
            raise LoadError(Reason.SLOW)
        return cast("Value", receiving.recv())
    except EOFError as error:
        raise LoadError(Reason.DAMAGED) from error
    finally:
        child.kill()
        child.join()
        receiving.close()


def _child(sending: Connection, call: Callable[[], object], longest_s: float, most_memory: int) -> None:
    bound(_size() + most_memory, int(longest_s) + 1)
    sending.send(call())


def _size() -> int:
    """The address space that this process has already, in bytes; 0 where the system doesn't tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0

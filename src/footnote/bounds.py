"""Bounds of a process that reads what anybody may have written: what it is told, and what it may take."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

_NEEDED = frozenset(
    {"PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "HOME", "LANG", "TZ"}
    | {"TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"}
    | {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "USERPROFILE"}
)
"""What the interpreter and the readers of files go by. No credential is among them, however it is called."""


def run(child: Sequence[str], job: str, *, longest_s: float, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run this interpreter on a job, apart from all that this process was told in its environment.

    Raises ``subprocess.TimeoutExpired``.
    """
    return subprocess.run(  # noqa: S603 - the interpreter that runs already
        [sys.executable, *child],
        input=job,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        env=environment(),
        text=True,
        encoding="utf-8",
        timeout=longest_s,
        check=False,
    )


def environment() -> dict[str, str]:
    """Of what this process was told, all that another one of this interpreter needs."""
    return {name: value for name, value in os.environ.items() if _is_needed(name.upper())}


def bound(memory: int, seconds: int) -> None:
    """Give this process no more than so many bytes and seconds of a processor, where the system knows such bounds."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _is_needed(name: str) -> bool:
    return name in _NEEDED or name.startswith("LC_")

"""Writes what a command hands out into a file, or prints it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO


def hand_out(path: Path | None, write: Callable[[TextIO], int]) -> int:
    """Have ``write`` put so many into the file, or onto the standard output; the command's exit status."""
    with ExitStack() as opened:
        try:
            count = write(opened.enter_context(path.open("w", encoding="utf-8", newline="")) if path else sys.stdout)
        except OSError as error:
            print(f"{path or 'The output'} can't be written: {error.strerror}.", file=sys.stderr)  # noqa: T201
            return 1
    if path:
        print(f"{count} written to {path}.")  # noqa: T201
    return 0

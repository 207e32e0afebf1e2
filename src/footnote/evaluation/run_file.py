"""The file of a run while it is being made: each result is in it as it ends, so that one that was cut can go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from footnote.evaluation.cases import SetError
from footnote.evaluation.results import Result, Run, line_of, read

_MADE_ALIKE = ("set", "settings", "versions")
"""What has to be the same for a run to go on, beside the library."""


class RunFile:
    """A run's file, open for more results."""

    def __init__(self, file: TextIO, run: Run) -> None:
        self._file = file
        self._made = run.made
        self._results = {result.id: result for result in run.results}

    def add(self, result: Result) -> None:
        """Write a result, so that it stays whatever comes; asked again, it stands in the place of the first."""
        self._file.write(line_of(result) + "\n")
        self._file.flush()
        self._results[result.id] = result

    @property
    def run(self) -> Run:
        """What the file holds so far."""
        return Run(self._made, tuple(self._results.values()))


@contextmanager
def run_file(path: Path, made: dict[str, Any], *, resume: bool) -> Iterator[RunFile]:
    """A new file, or one to ``resume``; raises ``SetError`` where it can't be, or was made otherwise."""
    begun = load(path) if resume and path.exists() else None
    if begun is not None and (other := _other(begun.made, made)):
        raise SetError(f"{path} can't be gone on with: its run had another {other}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if begun else "x", encoding="utf-8") as file:
            # Written anew: the last line may have been cut.
            run = Run(begun.made | made, begun.results) if begun else Run(made)
            file.write(json.dumps(run.made) + "\n")
            file.writelines(line_of(result) + "\n" for result in run.results)
            file.flush()
            yield RunFile(file, run)
    except FileExistsError:
        raise SetError(f"{path} is there already: --resume goes on with it, -o names another.") from None


def load(path: Path) -> Run:
    """The run of a file; raises ``SetError``."""
    return read(lines_of(path), str(path))


def lines_of(path: Path) -> list[str]:
    """A file's lines; raises ``SetError``."""
    try:
        # Not `splitlines`, for which a text ends a line as well: with U+2028, for one, which JSON takes as it is.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise SetError(f"{path} can't be read: it is not UTF-8.") from None
    except OSError as error:
        raise SetError(f"{path} can't be read: {error.strerror}.") from None


def _other(begun: dict[str, Any], made: dict[str, Any]) -> str | None:
    if begun["library"].get("digest") != made["library"].get("digest"):  # how many an index holds, is told late
        return "library"
    return next((part for part in _MADE_ALIKE if begun.get(part) != made[part]), None)

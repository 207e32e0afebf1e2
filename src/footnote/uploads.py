"""Files that are sent to the page: values, and what takes them into the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from footnote.load_errors import LoadError, Reason


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received: where it lies for now, under which name it was sent, and by whom."""

    file: Path
    name: str
    user: str
    replaces: str | None = None
    """The id of the document in whose place it may be put, where it has another content."""


class Became(StrEnum):
    """What an upload was to the library."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an upload, and the document's id."""

    id: str
    became: Became


Take = Callable[[Upload], Taken]
"""Takes one upload into the library. Raises ``LoadError`` with the reason why it can't, ``NameTaken`` above all."""


class NameTaken(LoadError):
    """The library has a document of that id from another file; ``replaceable`` where that was uploaded too."""

    def __init__(self, id: str, source: str, *, replaceable: bool) -> None:
        super().__init__(Reason.TAKEN, file=Path(source).name)
        self.id = id
        self.source = source
        self.replaceable = replaceable

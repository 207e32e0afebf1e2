"""What processes that were killed have left: files that no document names, half received and half drawn ones.

Footnote's own folders may be another process's too, which is in mid-work: only what is old is left over. And only
what is called as Footnote calls its files: whatever else lies there is somebody's.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

OLD_S = 3600.0
"""Far longer than anything takes between its file and the document that names it."""
RECEIVED = ".parts"
"""The folder of what is being received, below that of the files."""

_KEPT = re.compile(r"[0-9a-f]{32}")
_HALF_RECEIVED = re.compile(r"[0-9a-f]{32}(\..*)?", re.DOTALL)
_HALF_DRAWN = re.compile(r"\.[0-9a-f]{32}")


def sweep(files: Path, pages: Path, sources: Iterable[str]) -> None:
    """Remove what is left over among the files that were sent, but for documents' ``sources``, and the pictures."""
    # By the folder that each file has for itself: all of them may have been moved elsewhere together.
    named = {Path(source).parent.name for source in sources}
    for place in _old(files, _KEPT):
        if place.name not in named:
            _remove_kept(place)
    for left in (*_old(files / RECEIVED, _HALF_RECEIVED), *_old(pages, _HALF_DRAWN)):
        _remove(left)


def _old(folder: Path, called: re.Pattern[str]) -> Iterator[Path]:
    """What is called like that in a folder, and was not touched for long."""
    with suppress(OSError):  # nothing was ever kept there, or another process sweeps too
        for place in list(folder.iterdir()):
            if called.fullmatch(place.name) and time.time() - place.lstat().st_mtime > OLD_S:
                yield place


def _remove_kept(place: Path) -> None:
    """Remove a folder with the one file that was kept in it."""
    with suppress(OSError):
        inside = list(place.iterdir())
        if place.is_symlink() or len(inside) > 1 or not all(map(_is_file, inside)):
            return
        for file in inside:
            file.unlink()
        place.rmdir()


def _remove(left: Path) -> None:
    with suppress(OSError):
        if _is_file(left):
            left.unlink()


def _is_file(place: Path) -> bool:
    return place.is_file() and not place.is_symlink()

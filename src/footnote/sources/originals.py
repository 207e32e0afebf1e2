"""The file that a document was taken in from: whether it is still there, and still the same."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from footnote.ingest.load import digest_of
from footnote.passages import Document


class Original(StrEnum):
    """What has become of a document's file."""

    HERE = "here"
    CHANGED = "changed"
    GONE = "gone"
    ELSEWHERE = "elsewhere"
    """It is kept where the instance does not look: in Unity Catalog."""


def original_of(document: Document, *, max_bytes: int) -> Original:
    """What has become of the file; one that is larger than what is taken in has changed."""
    path = Path(document.source)
    try:
        found = path.stat()
    except (OSError, ValueError):
        return Original.GONE
    if not path.is_absolute() or not path.is_file():
        return Original.GONE
    if found.st_size > max_bytes:
        return Original.CHANGED
    try:
        same = _digest(path, found.st_mtime_ns, found.st_size) == document.digest
    except OSError:
        return Original.GONE
    return Original.HERE if same else Original.CHANGED


@lru_cache(maxsize=256)
def _digest(path: Path, _modified_ns: int, _size: int) -> str:
    """Read once for each state of a file: a panel that is opened again asks again."""
    return digest_of(path.read_bytes())

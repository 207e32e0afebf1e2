"""Files that were sent to the page: kept in a folder of their own, taken in, and let go with their documents."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from footnote.ingest import load
from footnote.ingest.take_in import parsed
from footnote.passages import Document, Library, Parsed
from footnote.uploads import Became, NameTaken, Taken, Upload

Read = Callable[[Upload, Path, bytes], Parsed]
"""What reads an upload that is to be kept at a place; raises ``LoadError``."""


def keep(upload: Upload, library: Library, folder: Path, *, max_bytes: int, read: Read | None = None) -> Taken:
    """Take an upload in and keep its file below ``folder``; where that fails, nothing of it is left there.

    Each file lies in a folder of its own: so none is ever in another's way, whatever they are called
    and however many come at once, and one that is replaced stands until the other one is there.
    """
    place = folder.absolute() / uuid4().hex / upload.name
    id = load.id_of(place, place.parent)
    data = load.read(upload.file, max_bytes=max_bytes)
    before = library.document(id)
    if before and before.digest == load.digest_of(data):
        return Taken(id, Became.UNCHANGED)
    if before and not (upload.replaces == id and _is_kept(before, folder)):
        raise _name_taken(before, folder)
    made = read(upload, place, data) if read else parsed(place, place.parent, data, max_bytes=max_bytes)
    place.parent.mkdir(parents=True)
    try:
        upload.file.replace(place)
        if not library.swap(before, replace(made.document, added_by=upload.user), made.passages):
            # Another of that name came while this one was read.
            raise _name_taken(library.document(id) or made.document, folder)
    except BaseException:
        _drop(place)
        raise
    if before:
        forget(before, folder)
    return Taken(id, Became.CHANGED if before else Became.ADDED)


def forget(document: Document, folder: Path) -> None:
    """Remove the file of a document that is no longer in the library, where it was kept for it."""
    if _is_kept(document, folder):
        _drop(Path(document.source))


def _is_kept(document: Document, folder: Path) -> bool:
    return Path(document.source).parent.parent == folder.absolute()


def _name_taken(standing: Document, folder: Path) -> NameTaken:
    return NameTaken(standing.id, standing.source, replaceable=_is_kept(standing, folder))


def _drop(place: Path) -> None:
    """Remove a kept file and the folder that it has for itself."""
    with suppress(OSError):  # a file that is gone or held open keeps nobody from anything
        place.unlink(missing_ok=True)
        place.parent.rmdir()

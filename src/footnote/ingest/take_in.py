"""Files and folders into the library: what is new or changed is taken in, and nothing stops at a bad file."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footnote.ingest import load
from footnote.load_errors import LoadError, Reason
from footnote.passages import Library, Parsed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each file: ids of documents, and the files left out with their reasons.

    ``skipped`` counts the files of a folder that aren't of a supported kind.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[Path, str], ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be taken in; ``named`` is how the person would find it."""

    path: Path
    root: Path
    named: Path


def take_in(
    paths: Iterable[Path],
    library: Library,
    *,
    root: Path | None = None,
    max_bytes: int,
    progress: bool = False,
) -> Report:
    """Bring the library up to date with these files and folders, each document in its own transaction.

    Ids are relative to ``root``; without one, to each folder named, and to a named file's own folder.
    A document is only replaced by the file it came from, wherever that was moved to: what still stands
    elsewhere is another file, and wins, but for files below a ``root``, which is the library's own folder.
    """
    from tqdm import tqdm

    files: dict[Path, _File] = {}
    report = Report()
    for path in paths:
        found, skipped = _files(path, root)
        for file in found:
            files.setdefault(file.path, file)
        report = replace(report, skipped=report.skipped + skipped)
    taken = _Taking(library, max_bytes, own_folder=root is not None)
    for file in tqdm(files.values(), desc="Taking in", unit="file", leave=False, disable=None if progress else True):
        report = taken.add(file, report)
    return report


class _Taking:
    """One run over many files, which remembers whose each id is."""

    def __init__(self, library: Library, max_bytes: int, *, own_folder: bool) -> None:
        self._library = library
        self._own_folder = own_folder
        self._max_bytes = max_bytes
        self._digests = dict(library.digests())
        self._sources = {document.id: document.source for document in library.documents()}
        self._claimed: dict[str, Path] = {}

    def add(self, file: _File, report: Report) -> Report:
        """Take one file in; the report with what became of it."""
        try:
            id = self._claim(file)
            data = load.read(file.path, max_bytes=self._max_bytes)
            before = self._digests.get(id)
            if before == load.digest_of(data):
                return replace(report, unchanged=(*report.unchanged, id))
            self._check_source(id, file)
            made = parsed(file.path, file.root, data, max_bytes=self._max_bytes)
        except LoadError as error:
            return replace(report, failed=(*report.failed, (file.named, error.message)))
        self._library.replace(made.document, made.passages)
        if before is None:
            return replace(report, added=(*report.added, id))
        return replace(report, changed=(*report.changed, id))

    def _claim(self, file: _File) -> str:
        """The file's id, which it has alone; raises ``LoadError`` where another file has it already."""
        if not file.path.is_relative_to(file.root):
            raise LoadError(Reason.OUTSIDE)
        id = load.id_of(file.path, file.root)
        source = Path(self._sources.get(id, file.path.name))
        if source.suffix != file.path.suffix:
            raise LoadError(Reason.HAS_IT, id=id, file=source.name)
        if id in self._claimed:
            raise LoadError(Reason.TWICE, id=id, file=self._claimed[id].name)
        self._claimed[id] = file.path
        return id

    def _check_source(self, id: str, file: _File) -> None:
        """Raise ``LoadError`` where the library has the document from another file, which is still there."""
        source = self._sources.get(id)
        if source is None or not _is_another(source, file.path):
            return
        if self._own_folder:
            log.warning("The document %s is now from %s; it was from %s", id, file.path, source)
            return
        raise LoadError(Reason.OTHER_FOLDER, id=id, folder=Path(source).parent.name)


def parsed(path: Path, root: Path, data: bytes, *, max_bytes: int) -> Parsed:
    """What a file's bytes hold; raises ``LoadError`` alone, whatever goes wrong in it."""
    try:
        return load.parse(path, root, data, max_bytes=max_bytes)
    except LoadError:
        raise
    except Exception as error:  # the one place where a file's end is decided: no file may stop those behind it
        log.exception("%s could not be read", path)
        raise LoadError(Reason.DAMAGED) from error


def _is_another(source: str, path: Path) -> bool:
    """Whether a document's source is a file other than this one; one that is gone was moved, perhaps to here.

    A source that isn't absolute was remembered by an earlier version, and tells nothing.
    """
    if not Path(source).is_absolute():
        return False
    try:
        return not Path(source).samefile(path)
    except OSError:
        return False


def _files(path: Path, root: Path | None) -> tuple[list[_File], int]:
    """The files that a path stands for, in order, and how many of a folder's were passed over."""
    if not path.is_dir():
        place = path.parent.resolve()
        return [_File(place / path.name, root.resolve() if root else place, path)], 0
    folder = path.resolve()
    below = root.resolve() if root else folder
    found = list(walk(folder))
    supported = [file for file in found if file.suffix.lower() in load.ENDINGS]
    return [_File(file, below, path / file.relative_to(folder)) for file in supported], len(found) - len(supported)


def walk(
    folder: Path, within: Path | None = None, *, deep: bool = True, onerror: Callable[[OSError], None] | None = None
) -> Iterator[Path]:
    """The files below a folder, by name; nothing hidden, and no link that leads out of it, or of what it is ``within``.

    One that isn't ``deep`` passes the folders in it over; ``onerror`` hears of a folder that can't be listed.
    """
    for place, folders, names in os.walk(folder, onerror=onerror):
        folders[:] = sorted(name for name in folders if deep and not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(within or folder):
                yield path


def lines(report: Report) -> Sequence[str]:
    """What was done, for the person: a line for each document, then the counts."""
    done = [f"{what:<8}{id}" for what, ids in (("added", report.added), ("changed", report.changed)) for id in ids]
    counts = f"{len(report.added)} added, {len(report.changed)} changed, {len(report.unchanged)} unchanged"
    if report.skipped:
        counts += f", {report.skipped} passed over (not a supported kind of file)"
    if report.failed:
        counts += f", {len(report.failed)} failed"
    return [*done, counts + "."]

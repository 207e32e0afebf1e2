"""One file to a document and its passages: which loader reads it, and what the document is called."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from footnote.ingest import captions, markdown, pdf, tables, transcripts, web_pages, word
from footnote.ingest.content import Content
from footnote.ingest.decoding import decode
from footnote.ingest.splitting import passages
from footnote.load_errors import LoadError, Reason
from footnote.passages import Document, Parsed

TITLE_LENGTH = 300
"""Characters of a title, which stands in each list, citation and log; a file may call itself anything."""
LOADER_VERSION = "2"  # raised whenever the same bytes become other passages, so that each file is taken in anew

_TEXTS: dict[str, Callable[[str], Content]] = {
    ".txt": transcripts.read,
    ".vtt": captions.read_vtt,
    ".srt": captions.read_srt,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".csv": tables.read,
}
_OTHERS: dict[str, Callable[[bytes, int], Content]] = {
    ".html": lambda data, _: web_pages.read(data),
    ".htm": lambda data, _: web_pages.read(data),
    ".pdf": lambda data, _: pdf.read(data),
    ".docx": lambda data, max_bytes: word.read(data, max_bytes=max_bytes),
}
ENDINGS = frozenset([*_TEXTS, *_OTHERS])

_DATE = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?!\d)[-_. ]*")


def load(path: Path, root: Path, *, max_bytes: int) -> Parsed:
    """The document in a file, whose id is the path below ``root``, and its passages.

    Raises ``LoadError`` with the reason why the file can't be taken in.
    """
    return parse(path, root, read(path, max_bytes=max_bytes), max_bytes=max_bytes)


def read(path: Path, *, max_bytes: int) -> bytes:
    """A file's bytes; raises ``LoadError`` where its ending isn't supported, it is empty, enormous or can't be read."""
    if not os.path.lexists(path):
        raise LoadError(Reason.MISSING)
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(sorted(ENDINGS))
        raise LoadError(Reason.ENDING, ending=path.suffix or "nothing", endings=known)
    try:
        if not path.is_file():
            raise LoadError(Reason.NOT_A_FILE)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise LoadError(Reason.FORBIDDEN) from error
    if len(data) > max_bytes:
        limit = f"{max_bytes / 1_000_000:g} MB"
        raise LoadError(Reason.LARGE, size=limit)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise LoadError(Reason.EMPTY)
    return data


def digest_of(data: bytes) -> str:
    """What tells this content, read by this version of the loaders, from any other."""
    return hashlib.sha256(f"{LOADER_VERSION}\n".encode() + data).hexdigest()


def id_of(path: Path, root: Path) -> str:
    """A document's id: the path below ``root`` without its ending, ``/`` between folders."""
    id = path.relative_to(root).with_suffix("").as_posix()
    try:
        id.encode()
    except UnicodeEncodeError as error:
        raise LoadError(Reason.NAME) from error
    return id


def source_of(path: Path) -> str:
    """Where a file stands, for the library to remember; what isn't UTF-8 in it is escaped, for that can't be stored."""
    return os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")


def parse(path: Path, root: Path, data: bytes, *, max_bytes: int) -> Parsed:
    """The document that the bytes of the file at ``path`` hold; raises ``LoadError``."""
    id = id_of(path, root)
    ending = path.suffix.lower()
    content = _TEXTS[ending](decode(data)) if ending in _TEXTS else _OTHERS[ending](data, max_bytes)
    if not content.units:
        raise LoadError(Reason.NO_TEXT)
    title = _shortened(content.title or _titled(path))
    document = Document(
        id=id,
        title=title,
        kind=content.kind,
        source=source_of(path),
        digest=digest_of(data),
        date=_date_of(path),
        duration_s=content.duration_s,
        words=sum(len(content.text[unit.start : unit.end].split()) for unit in content.units),
        tags=tuple(dict.fromkeys(id.split("/")[:-1])),
    )
    return Parsed(document, passages(id, title, content.text, content.units))


def _shortened(title: str) -> str:
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def _date_of(path: Path) -> str | None:
    """The day that a file's name begins with, like ``2026-03-12-depot-review.vtt``."""
    found = _DATE.match(path.stem)
    if found is None:
        return None
    try:
        return date.fromisoformat(found["date"]).isoformat()
    except ValueError:
        return None


def _titled(path: Path) -> str:
    """The file's name as a title: ``2026-03-12-depot_review`` is "Depot review"."""
    name = path.stem
    found = _DATE.match(name)
    if found and _date_of(path):
        name = name[found.end() :]
        if not name:
            return found["date"]
    words = " ".join(re.sub(r"[-_]+", " ", name).split())
    return words[:1].upper() + words[1:] if words else path.stem

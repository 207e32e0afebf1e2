"""The pages of PDFs as pictures, kept in a folder as long as there is room: each is drawn once."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from footnote.sources.drawing import NotDrawn, draw

MOST_BYTES = 300_000_000
AT_ONCE = 2
"""Pages that are drawn at the same time, for each process that serves the page."""
AGAIN_S = 60.0
"""How long a page that can't be drawn isn't tried again: a hostile one takes a place for as long as it may."""
MOST_FAILED = 1000


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of a file, counted from 1; the digest is that of the file's content."""

    file: Path
    digest: str
    number: int


class Pages:
    """Pictures of pages, and where their words stand."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._failed: dict[str, float] = {}

    def picture(self, page: PageOf) -> bytes:
        """A page as WebP. Raises ``NotDrawn``."""
        return self._read(page, "webp")

    def words(self, page: PageOf) -> dict[str, Any]:
        """A page's words with their boxes, its size in points, and how many pages there are. Raises ``NotDrawn``."""
        words: dict[str, Any] = json.loads(self._read(page, "json"))
        return words

    def _read(self, page: PageOf, ending: str) -> bytes:
        kept = self._folder / f"{page.digest}-{page.number}.{ending}"
        with suppress(OSError):
            return kept.read_bytes()
        with self._places:
            with suppress(OSError):  # drawn while this one waited
                return kept.read_bytes()
            return self._tried(page)[ending]

    def _tried(self, page: PageOf) -> dict[str, bytes]:
        """Draw a page, unless it could not be drawn a moment ago."""
        stem = f"{page.digest}-{page.number}"
        if time.monotonic() < self._failed.get(stem, 0.0):
            raise NotDrawn
        try:
            return self._draw(page, stem)
        except NotDrawn:
            if len(self._failed) >= MOST_FAILED:
                self._failed.clear()
            self._failed[stem] = time.monotonic() + AGAIN_S
            raise

    def _draw(self, page: PageOf, stem: str) -> dict[str, bytes]:
        """Draw a page and keep it, whole or not at all."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new = self._folder / f".{uuid4().hex}"
            try:
                words = json.dumps(draw(page.file, page.number, new.absolute())).encode()
                made = {"webp": new.read_bytes(), "json": words}
                self._make_room(sum(map(len, made.values())))
                new.replace(self._folder / f"{stem}.webp")
                new.write_bytes(words)
                new.replace(self._folder / f"{stem}.json")
            finally:
                new.unlink(missing_ok=True)
        except OSError as error:
            raise NotDrawn from error
        return made

    def _make_room(self, needed: int) -> None:
        """Forget the pages drawn longest ago, until there is room for so many bytes more."""
        kept = sorted(self._kept())
        held = sum(size for _, size, _ in kept)
        for _, size, path in kept:
            if held + needed <= self._most_bytes:
                return
            held -= size
            Path(path).unlink(missing_ok=True)

    def _kept(self) -> Iterator[tuple[float, int, str]]:
        """When each file was kept, its size and its place."""
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # another process makes room too
                if not entry.name.startswith("."):
                    found = entry.stat()
                    yield found.st_mtime, found.st_size, entry.path

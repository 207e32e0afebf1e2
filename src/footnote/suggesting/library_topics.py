"""The topics of the library as it stands: read once for each change of a document, beside the requests."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from footnote.errors import StorageFailed
from footnote.passages import Document, Library, Passage
from footnote.suggesting.topics import Reading, Topic, read, topics

MOST_DOCUMENTS = 300
"""Documents that are read, the newest; a suggestion is one of four."""
MOST_PASSAGES = 400
"""Passages of a document that are read, the first: a meeting of six hours. Each phrase of them is held meanwhile."""
BREATH = 8
"""Passages that are read at once, some 5 ms: streams share the thread with it."""

log = logging.getLogger(__name__)


class LibraryTopics:
    """The topics of each document, held in this process and made anew when the library has changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._changed = threading.Condition()
        self._readings: dict[tuple[str, str], Reading] = {}
        self._digests: Mapping[str, str] = {}
        self._topics: Mapping[str, Sequence[Topic]] = {}
        self._thread: threading.Thread | None = None

    def topics(self, wait_s: float = 0.0) -> Mapping[str, Sequence[Topic]]:
        """By document id, best first; after ``wait_s`` those of the library as it was. Raises ``StorageFailed``."""
        digests = self._library.digests()
        with self._changed:
            if digests == self._digests:
                return self._topics
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="footnote-topics", daemon=True)
                self._thread.start()
            self._changed.wait_for(lambda: self._thread is None, wait_s)
            return self._topics

    def _read(self) -> None:
        try:
            digests = self._library.digests()
            readings = {(d.id, d.digest): self._reading(d) for d in _newest(self._library.documents())}
            found = topics(list(readings.values()))
            made = {document_id: of for (document_id, _), of in zip(readings, found, strict=True)}
        except Exception as error:  # whatever it is, there are no suggestions, and it is tried again
            log.warning("the library's topics could not be read", exc_info=not isinstance(error, StorageFailed))
            digests, readings, made = {}, {}, {}
        with self._changed:
            self._digests, self._readings, self._topics = digests, readings, made
            self._thread = None
            self._changed.notify_all()

    def _reading(self, document: Document) -> Reading:
        known = self._readings.get((document.id, document.digest))
        return known or read(document, _with_breaths(self._library.passages(document.id, most=MOST_PASSAGES)))


def _newest(documents: Sequence[Document]) -> list[Document]:
    """Those that are read: by their dates, then by when they were taken in."""
    taken_in = {d.id: d.indexed_at.timestamp() if d.indexed_at else 0.0 for d in documents}
    return sorted(documents, key=lambda d: (d.date or "", taken_in[d.id]), reverse=True)[:MOST_DOCUMENTS]


def _with_breaths(passages: Sequence[Passage]) -> Iterator[Passage]:
    for n, passage in enumerate(passages, 1):
        yield passage
        if n % BREATH == 0:
            time.sleep(0)

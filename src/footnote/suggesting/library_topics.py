"""The topics of the library as it stands: read once for each change of a document, beside the requests."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footnote.errors import FootnoteError
from footnote.passages import Document, Library, Passage
from footnote.suggesting.topics import Reading, Topic, read, topics

MOST_DOCUMENTS = 300
"""Documents that are read, the newest; a suggestion is one of four."""
MOST_PASSAGES = 400
"""Passages of a document that are read, the first: a meeting of six hours. Each phrase of them is held meanwhile."""
BREATH = 8
"""Passages that are read at once, some 5 ms: streams share the thread with it."""
MOST_HELD = 2 * MOST_DOCUMENTS
"""Documents whose topics are held, of all libraries that users may read: some 60 MB, were all of them others."""

_Digest = tuple[str, str]
"""A document's id, and what its text comes to."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The topics of each document, best first, by its id; ``number`` tells one reading from another."""

    topics: Mapping[str, Sequence[Topic]]
    number: int


class LibraryTopics:
    """The topics of each library that somebody may read, made anew when its documents have changed.

    They are held by the documents that a library shows, and not by who asks: who may read the very same documents is
    told the same, and nobody anything of another one.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readings: dict[_Digest, Reading] = {}
        self._held: OrderedDict[frozenset[_Digest], Found] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._numbers = itertools.count()

    def of(self, library: Library, wait_s: float = 0.0) -> Found:
        """A library's topics; after ``wait_s`` those known of its documents by then. Raises ``StorageFailed``."""
        digests = frozenset(library.digests().items())
        until = time.monotonic() + wait_s
        with self._changed:
            if digests not in self._held and self._thread is not None:  # another library may be read first
                self._wait(until)
            if digests not in self._held and self._thread is None:
                self._thread = threading.Thread(target=self._read, args=(library,), name="footnote-topics", daemon=True)
                self._thread.start()
            if digests not in self._held:
                self._wait(until)
            if digests not in self._held:
                return self._known_of(digests)
            self._held.move_to_end(digests)
            return self._held[digests]

    def _wait(self, until: float) -> None:
        """Until what is being read was read, or could not be."""
        self._changed.wait_for(lambda: self._thread is None, max(0.0, until - time.monotonic()))

    def _known_of(self, digests: frozenset[_Digest]) -> Found:
        """Of these very documents, what is known from the last library that was asked for."""
        last, found = next(reversed(self._held.items()), (frozenset(), Found({}, 0)))
        same = {id for id, _ in digests & last}
        return Found({id: of for id, of in found.topics.items() if id in same}, next(self._numbers))

    def _read(self, library: Library) -> None:
        """Read a library with the rights that it brings along."""
        read = None
        try:
            read = self._readings_of(library)
        except Exception as error:  # whatever it is, there are no suggestions, and it is tried again
            log.warning("the library's topics could not be read", exc_info=not isinstance(error, FootnoteError))
        with self._changed:
            if read is not None:
                self._hold(*read)
            self._thread = None
            self._changed.notify_all()

    def _readings_of(self, library: Library) -> tuple[frozenset[_Digest], dict[_Digest, Reading], Found]:
        digests = frozenset(library.digests().items())
        readings = {(d.id, d.digest): self._reading(library, d) for d in _newest(library.documents())}
        found = topics(list(readings.values()))
        made = {document_id: of for (document_id, _), of in zip(readings, found, strict=True)}
        return digests, readings, Found(made, next(self._numbers))

    def _hold(self, digests: frozenset[_Digest], readings: dict[_Digest, Reading], found: Found) -> None:
        self._held[digests] = found
        while len(self._held) > 1 and sum(1 + len(held.topics) for held in self._held.values()) > MOST_HELD:
            self._held.popitem(last=False)
        known = self._readings | readings
        used = {digest for digests, held in self._held.items() for digest in digests if digest[0] in held.topics}
        self._readings = {digest: known[digest] for digest in known.keys() & used}

    def _reading(self, library: Library, document: Document) -> Reading:
        known = self._readings.get((document.id, document.digest))
        return known or read(document, _with_breaths(library.passages(document.id, most=MOST_PASSAGES)))


def _newest(documents: Sequence[Document]) -> list[Document]:
    """Those that are read: by their dates, then by when they were taken in."""
    taken_in = {d.id: d.indexed_at.timestamp() if d.indexed_at else 0.0 for d in documents}
    return sorted(documents, key=lambda d: (d.date or "", taken_in[d.id]), reverse=True)[:MOST_DOCUMENTS]


def _with_breaths(passages: Sequence[Passage]) -> Iterator[Passage]:
    for n, passage in enumerate(passages, 1):
        yield passage
        if n % BREATH == 0:
            time.sleep(0)

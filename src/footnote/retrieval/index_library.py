"""The library of an instance whose documents are an index: it is read here, and changed in Unity Catalog."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from footnote.callers import Caller
from footnote.errors import Forbidden, StreamingError
from footnote.passages import Document, Passage
from footnote.retrieval.admitted import Admitted
from footnote.retrieval.index_client import IndexClient, Row, storage_optimized
from footnote.retrieval.index_columns import Columns
from footnote.retrieval.index_failures import Mistaken, Trouble, failed
from footnote.retrieval.index_filters import Dialect, sayable
from footnote.retrieval.index_shelf import EMPTY, Shelf

FRESH_S = 600.0
"""How long a list is good; then it is read again, while the old one is shown."""
AGAIN_S = 30.0
"""How long it is good where the reading failed."""
FIRST_WAIT_S = 4.0
"""How long the first one to ask waits; what has been read by then is shown."""
READING_S = 60.0
MOST_SCANNED = 20_000
"""Passages that are read for the list of documents, and held: some 30 MB."""
PAGE = 500
MOST_ROWS = 1000
"""That one request gives."""
ELSEWHERE = "The documents here are kept in Unity Catalog: add, change and remove them there."

log = logging.getLogger(__name__)


@dataclass
class _Known:
    """What is known of an index, for all who may read it."""

    shelf: Shelf = EMPTY
    stale_at: float | None = None
    """When it has to be read again; None while nobody has."""
    lacks: Trouble = Trouble.listing
    """Why the shelf is not whole, while it is not."""
    reading: threading.Thread | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)
    admitted: Admitted = field(default_factory=Admitted)
    present: frozenset[str] | None = None
    dialect: Dialect | None = None


class IndexLibrary:
    """A ``Library`` that is an index; whatever would change it is refused.

    Who may read an index may read all of it, so its documents are listed once for all; each caller is let in by one
    small request of their own, which is good for some minutes.
    """

    def __init__(
        self,
        client: IndexClient,
        columns: Columns,
        *,
        storage_optimized: bool | None = None,
        fresh_s: float = FRESH_S,
        known: _Known | None = None,
    ) -> None:
        self.columns = columns
        self._client = client
        self._storage_optimized = storage_optimized
        self._fresh_s = fresh_s
        self._known = known or _Known()

    def on_behalf_of(self, caller: Caller) -> IndexLibrary:
        """The same library, read with the caller's rights."""
        return IndexLibrary(
            self._client.acting_for(caller),
            self.columns,
            storage_optimized=self._storage_optimized,
            fresh_s=self._fresh_s,
            known=self._known,
        )

    def documents(self) -> list[Document]:
        """All documents that were read, by title."""
        return list(self.shelf().documents)

    def document(self, document_id: str) -> Document | None:
        """The document under an id."""
        return self.shelf().document(document_id) or self._asked_for(document_id)

    def digests(self) -> Mapping[str, str]:
        """Document id to digest, to tell what has changed."""
        return {document.id: document.digest for document in self.shelf().documents}

    def passages(self, document_id: str, first: int = 0, most: int | None = None) -> list[Passage]:
        """One document's passages in order, from the ``first`` on at most so many; [] where there is none."""
        shelf = self.shelf()
        held = shelf.passages(document_id) if shelf.is_whole else None
        found = self._read(document_id) if held is None else held
        return [passage for passage in found if passage.ordinal >= first][:most]

    def passage(self, passage_id: str) -> Passage | None:
        """The passage under an id."""
        rows = next(self._rows("id", passage_id, 1), [])
        return self.columns.passage(rows[0]) if rows else None

    def replace(self, _document: Document, _passages: Sequence[Passage]) -> None:
        """Refused."""
        raise Forbidden(ELSEWHERE)

    def swap(self, _before: Document | None, _document: Document, _passages: Sequence[Passage]) -> bool:
        """Refused."""
        raise Forbidden(ELSEWHERE)

    def set_tags(self, _document_id: str, _tags: Sequence[str]) -> bool:
        """Refused."""
        raise Forbidden(ELSEWHERE)

    def remove(self, _document_id: str) -> bool:
        """Refused."""
        raise Forbidden(ELSEWHERE)

    def present(self) -> frozenset[str] | None:
        """The columns that the index has; None while it is empty, and where it can't be looked at so."""
        if self._known.present is None:
            self._look()
        return self._known.present

    def dialect(self) -> Dialect:
        """The language of its filters."""
        if self._known.dialect is None:
            optimized = self._storage_optimized
            if optimized is None:
                optimized = storage_optimized(self._client)
            self._known.dialect = Dialect(self.columns, optimized)
        return self._known.dialect

    def _look(self) -> None:
        """One row, as the caller: whether they may, and which columns there are. Raises ``StreamingError``."""
        try:
            rows, _ = self._client.scan(None, 1)
        except Mistaken:  # an index that can't be read row by row can be searched all the same
            return
        if rows:
            self.columns.check(rows[0])
            self._known.present = frozenset(rows[0])

    def _admit(self) -> None:
        caller, admitted = self._client.caller, self._known.admitted
        if caller not in admitted:
            self._look()
            admitted.add(caller)

    def shelf(self) -> Shelf:
        """What was read of the index; read anew where that was long ago."""
        self._admit()
        known = self._known
        with known.changed:
            stale = known.stale_at is None or time.monotonic() > known.stale_at
            if stale and known.reading is None:
                known.reading = threading.Thread(target=self._list, name="footnote-index", daemon=True)
                known.reading.start()
            if known.stale_at is None or not self._fresh_s:
                known.changed.wait_for(lambda: known.reading is None, FIRST_WAIT_S)
            return known.shelf

    def whole_shelf(self) -> Shelf:
        """The same, where all of the index was read; raises ``RetrievalFailed``, which says why it was not."""
        shelf = self.shelf()
        if not shelf.is_whole:
            raise failed(self._known.lacks)
        return shelf

    def _list(self) -> None:
        known, first = self._known, not self._known.shelf.leaves
        shelf, good_s = EMPTY, self._fresh_s
        try:
            for shelf in self._scanned():
                if first:  # some is better than none; later, the old list is better than a part of the new one
                    known.shelf = shelf
            known.shelf, known.lacks = shelf, Trouble.unlistable
        except StreamingError as error:
            known.lacks = Trouble.unlisted
            good_s = min(AGAIN_S, self._fresh_s)
            log.warning("the documents of %s can't be listed: %s", self._client.index, error.code)
        finally:
            with known.changed:
                known.stale_at, known.reading = time.monotonic() + good_s, None
                known.changed.notify_all()

    def _scanned(self) -> Iterator[Shelf]:
        """The index's rows so far, with every page that is read."""
        until = time.monotonic() + READING_S
        shelf, after = EMPTY, None
        while True:
            rows, after = self._client.scan(after, PAGE)
            shelf = shelf.with_rows(rows, self.columns, is_whole=not after or len(rows) < PAGE)
            yield shelf
            if shelf.is_whole or shelf.count >= MOST_SCANNED or time.monotonic() > until:
                return

    def _asked_for(self, document_id: str) -> Document | None:
        """A document that was not listed, by its passages."""
        if self.shelf().is_whole:
            return None
        rows = [row for page in self._rows("document_id", document_id, MOST_ROWS) for row in page]
        return EMPTY.with_rows(rows, self.columns, is_whole=True).document(document_id)

    def _read(self, document_id: str) -> list[Passage]:
        pages = self._rows("document_id", document_id, 10 * MOST_ROWS)
        return sorted((self.columns.passage(row) for page in pages for row in page), key=lambda p: p.ordinal)

    def _rows(self, name: str, value: str, most: int) -> Iterator[list[Row]]:
        """The rows whose column has a value; nearness counts for nothing, so that nothing far is left out."""
        if self.dialect().storage_optimized and not sayable(value):
            return
        body = {
            "columns": self.columns.among(self.present()),
            "query_text": value,
            "query_type": "ANN",
            "num_results": most,
        }
        for answered in self._client.pages(body | self.dialect().one(name, value)):
            yield [row for row, _ in answered.rows]

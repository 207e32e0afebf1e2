"""What makes the index and keeps it in step with the database, for as long as it may."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import Engine
from tantivy import Index

from footnote.retrieval.large.failing import Unusable, told
from footnote.retrieval.large.fields import SCHEMA, STANDS, entry, standing_entry, standing_of, total_of
from footnote.retrieval.large.place import Place
from footnote.storage import changes
from footnote.storage.transactions import reading

MEMORY = 50_000_000
"""Bytes of entries that are held before they are written out."""


class Stopped(Exception):
    """Nobody wants the index any more."""


class Lost(Exception):
    """The index has been removed, or condemned by who reads it."""


class Writer:
    """The one writer of an index, until it is ``unwanted``; raises what tantivy does where nothing can be written."""

    def __init__(self, engine: Engine, place: Place, unwanted: Callable[[], bool]) -> None:
        self._engine = engine
        self._place = place
        self._unwanted = unwanted
        place.make()
        place.doubt()
        self._index = _opened(place)
        self._writer = self._index.writer(heap_size=MEMORY, num_threads=1)
        self._standing = standing_of(self._index.searcher())
        self.removed = 0.0 if self._standing is None else self._removed()
        """The share of entries that were removed, and whose words tantivy may still keep in its files."""
        self._agrees = False
        self._known = {id for id, _ in self._index.searcher().terms_with_prefix("document", "")} - {STANDS}

    def follow(self) -> None:
        """Bring the index to where the database is; raises ``Lost``."""
        if not self._place.stands:
            raise Lost
        newest = self._newest()
        behind = self._standing != newest
        if self._standing is None:
            self._build()
        elif newest < self._standing:
            self._begin_anew()
        elif behind:
            self._catch_up(self._standing)
        if behind:
            self._commit(newest)
        if not self._agrees:
            self._compare()

    def close(self) -> None:
        """Write no more; what was not committed is dropped."""
        with suppress(ValueError):
            self._writer.rollback()

    def _begin_anew(self) -> None:
        """An older database was put in place of the one that this is the index of."""
        self._place.condemn()
        raise Lost

    def _compare(self) -> None:
        """Once, and until then nobody may take the index.

        An older database that has gone on is as far as its index or ahead, and yet isn't what the index was made of.
        """
        held = changes.held(self._engine)
        if held.newest != self._standing:
            return
        searcher = self._index.searcher()
        if (searcher.num_docs - 1, total_of(searcher)) != (held.passages, held.total):
            self._begin_anew()
        self._agrees = True
        self._place.note_comparing()

    def _build(self) -> None:
        self._place.note_birth()
        for rows in changes.numbered(self._engine):
            self._add(rows)

    def _catch_up(self, since: int) -> None:
        standing = changes.document_ids(self._engine)
        for id in self._known - standing:
            self._writer.delete_documents_by_term("document", id)
        self._known &= standing
        for id in changes.changed_since(self._engine, since):
            self._writer.delete_documents_by_term("document", id)
            for rows in changes.numbered(self._engine, id):
                self._add(rows)

    def _add(self, rows: list[changes.Numbered]) -> None:
        if self._unwanted():
            raise Stopped
        for row in rows:
            self._writer.add_document(entry(row))
        self._known.update(row.passage.document_id for row in rows)

    def _commit(self, newest: int) -> None:
        self._writer.delete_documents_by_term("document", STANDS)
        self._writer.add_document(standing_entry(newest))
        self._writer.commit()
        self._standing = newest
        self.removed = self._removed()

    def _removed(self) -> float:
        self._index.reload()
        searcher = self._index.searcher()
        held = sum(searcher.doc_freq("kind", kind) for kind, _ in searcher.terms_with_prefix("kind", ""))
        return (held - searcher.num_docs + 1) / held if held else 0.0

    def _newest(self) -> int:
        with reading(self._engine) as connection:
            return changes.standing(connection).newest


def _opened(place: Place) -> Index:
    """The index as it stands, or an empty one where what stands can't be opened."""
    try:
        with told():
            return _index(place)
    except Unusable:
        place.clear()
        place.make()
        return _index(place)


def _index(place: Place) -> Index:
    index = Index(SCHEMA, path=str(place.index))
    index.config_reader("manual")  # else a thread of tantivy's looks at the files, too
    index.reload()
    return index

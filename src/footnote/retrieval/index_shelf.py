"""The documents that an index's rows come to: pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from footnote.passages import Document, Kind, Passage
from footnote.retrieval.index_client import Row
from footnote.retrieval.index_columns import Columns


@dataclass(frozen=True, slots=True)
class Leaf:
    """A passage with what its row says of the whole document."""

    passage: Passage
    kind: Kind
    tags: tuple[str, ...]
    speakers: tuple[str, ...]
    date: str | None


@dataclass(frozen=True)
class Shelf:
    """Passages by their documents; ``is_whole`` once all of the index was read."""

    leaves: Mapping[str, Sequence[Leaf]] = field(default_factory=dict)
    count: int = 0
    is_whole: bool = False

    def with_rows(self, rows: Iterable[Row], columns: Columns, *, is_whole: bool) -> Shelf:
        """What it is with these rows as well."""
        leaves = {id: list(own) for id, own in self.leaves.items()}
        count = self.count
        for row in rows:
            leaf = _leaf(row, columns)
            leaves.setdefault(leaf.passage.document_id, []).append(leaf)
            count += 1
        return Shelf(leaves, count, is_whole)

    @cached_property
    def documents(self) -> Sequence[Document]:
        """All of them, by title."""
        made = [_document(id, own) for id, own in self.leaves.items()]
        return sorted(made, key=lambda document: (document.title, document.id))

    @cached_property
    def _by_id(self) -> Mapping[str, Document]:
        return {document.id: document for document in self.documents}

    def document(self, document_id: str) -> Document | None:
        """The document under an id."""
        return self._by_id.get(document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """One document's passages in order."""
        own = self.leaves.get(document_id, ())
        return sorted((leaf.passage for leaf in own), key=lambda passage: passage.ordinal)


EMPTY = Shelf()
NOWHERE = "unity-catalog:"
"""In place of a folder: what an index calls a document never names a file of this machine."""


def _leaf(row: Row, columns: Columns) -> Leaf:
    passage = columns.passage(row)
    speakers = columns.labels(row, "speakers") or passage.speakers
    return Leaf(passage, columns.kind(row), columns.labels(row, "tags"), speakers, columns.date(row))


def _document(id: str, leaves: Sequence[Leaf]) -> Document:
    in_order = sorted(leaves, key=lambda leaf: leaf.passage.ordinal)
    first = in_order[0]
    ends = [leaf.passage.end_s for leaf in in_order if leaf.passage.end_s is not None]
    texts = "\n".join(leaf.passage.text for leaf in in_order)
    return Document(
        id=id,
        title=first.passage.title,
        kind=first.kind,
        source=f"{NOWHERE}/{id.rpartition('/')[2]}",
        digest=f"{zlib.crc32(texts.encode('utf-8', 'replace')):08x}",
        date=first.date,
        duration_s=max(ends, default=None),
        words=len(texts.split()),
        speakers=tuple(dict.fromkeys(speaker for leaf in in_order for speaker in leaf.speakers)),
        tags=tuple(sorted(first.tags)),
    )

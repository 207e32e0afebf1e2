"""Documents, their passages, and how passages are asked for: values and one protocol.

Everything that is searched, cited or shown comes down to these. They know nothing of
files, databases or models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Kind(StrEnum):
    """What a document is, which decides how it is named and shown."""

    RECORDING = "recording"
    TEXT = "text"
    PDF = "pdf"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Document:
    """One recording or document of the library.

    ``id`` is stable: the path below the library's folder, without its ending, with ``/``
    between folders. ``digest`` changes when the file's content does. ``tags`` are the
    folders that it was taken in from, until somebody sets others. ``added_by`` is the user
    who uploaded it, None for what came from the command line or the library's folder.
    """

    id: str
    title: str
    kind: Kind
    source: str
    digest: str
    date: str | None = None
    duration_s: float | None = None
    words: int = 0
    speakers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    added_by: str | None = None
    indexed_at: datetime | None = None
    """When it was last taken in; set by the library."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A turn, paragraph or row inside a passage.

    ``offset`` is where it begins in the passage's text, in characters; ``index`` is its
    number in the whole document, from 0. A passage that begins in mid-turn has a segment
    at offset 0 with that turn's index. Times are seconds from the recording's start.
    """

    offset: int
    index: int
    speaker: str | None = None
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """About 150 words of one document, standing verbatim in it.

    ``text`` is a contiguous part of the document's text; a recording's turns stand in it
    as ``Speaker: text`` lines. ``ordinal`` is its number in the document, from 0; ``page``
    counts from 1.
    """

    id: str
    document_id: str
    title: str
    ordinal: int
    text: str
    segments: tuple[Segment, ...] = ()
    page: int | None = None

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers heard in it, each once, in order."""
        return tuple(dict.fromkeys(s.speaker for s in self.segments if s.speaker))

    @property
    def start_s(self) -> float | None:
        """Where it begins, in seconds, where the document has times."""
        return self.segments[0].start_s if self.segments else None

    @property
    def end_s(self) -> float | None:
        """Where it ends, in seconds, where the document has times."""
        return self.segments[-1].end_s if self.segments else None

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and last turn, paragraph or row, both inclusive, from 0."""
        if not self.segments:
            return None
        return self.segments[0].index, self.segments[-1].index

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds the character at ``offset`` of the text."""
        return next((s for s in reversed(self.segments) if s.offset <= offset), None)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a question may use: the documents that meet every condition, but for what is left out.

    ``document_ids`` of None means all of them. Of several kinds, tags or speakers one is enough;
    a document meets ``speakers`` where one of them is heard in it. ``since`` and ``until`` are days
    (``2026-03-12``), both inclusive; a document without a date meets neither.
    """

    document_ids: frozenset[str] | None = None
    kinds: frozenset[Kind] = frozenset()
    tags: frozenset[str] = frozenset()
    speakers: frozenset[str] = frozenset()
    since: str | None = None
    until: str | None = None
    without: frozenset[str] = frozenset()
    """Ids of passages that were ticked off."""
    without_documents: frozenset[str] = frozenset()
    """Ids of documents that were."""

    @classmethod
    def of(cls, ids: Sequence[str] | None) -> Filter:
        """A filter for the listed ids; nothing listed limits nothing."""
        return cls(frozenset(ids)) if ids else cls()

    @property
    def limits_documents(self) -> bool:
        """Whether it leaves any document out on its own terms."""
        conditions = (self.kinds, self.tags, self.speakers, self.since, self.until, self.without_documents)
        return self.document_ids is not None or any(conditions)

    def is_met_by(self, document: Document) -> bool:
        """Whether a document is one of those that it leaves."""
        day = document.date or ""
        return (
            (self.document_ids is None or document.id in self.document_ids)
            and (not self.kinds or document.kind in self.kinds)
            and (not self.tags or not self.tags.isdisjoint(document.tags))
            and (not self.speakers or not self.speakers.isdisjoint(document.speakers))
            and (self.since is None or day >= self.since)
            and (self.until is None or (day != "" and day <= self.until))
            and document.id not in self.without_documents
        )


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search looks through: ``searched`` of the library's ``total`` documents, as of ``indexed_at``.

    None where nobody knows: a collection that doesn't tell its size.
    """

    searched: int | None
    total: int | None
    indexed_at: datetime | None = None
    """When the library last changed; None while it is empty."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and how well it fits: higher is better."""

    passage: Passage
    score: float


COLUMNS = ("id", "document_id", "title", "ordinal", "text", "page", "segments", "speakers", "kind", "tags", "date")
"""What a flat table of passages holds of each and of its document; an index needs no more than ``id`` and ``text``."""


class Retriever(Protocol):
    """Question in, passages out, best first."""

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through. Raises ``RetrievalFailed``."""

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits.

        The filter is applied in the query, so that a limit of 10 means ten passages of the
        documents asked for. Raises ``RetrievalFailed``.
        """


@dataclass(frozen=True, slots=True)
class Reranked:
    """The passages that were chosen out of so many ``candidates``, best first, and how long that took.

    ``candidates`` of None: nothing was reranked. ``untold`` is what the filter asks for and some passages that were
    found did not tell (``kind``, ``tags``, ``speakers``, ``date``), and so were left out.
    """

    hits: tuple[Hit, ...]
    candidates: int | None = None
    ms: int = 0
    untold: tuple[str, ...] = ()


@runtime_checkable
class RerankingRetriever(Protocol):
    """A retriever that reranks, or whose platform does within the search itself."""

    def reranked(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> Reranked:
        """What ``search`` gives, and what was reranked for it. Raises ``StreamingError``."""


@runtime_checkable
class CompletingRetriever(Protocol):
    """A retriever that finds by less while something is still being made ready beside the requests."""

    def complete(self) -> None:
        """Return once it finds by all that it can; raises ``StreamingError`` where it can't be brought there."""


class Reranker(Protocol):
    """Candidates in, the best of them out."""

    @property
    def candidates(self) -> int:
        """How many passages it wants to choose from."""

    def rerank(self, query: str, hits: Sequence[Hit], limit: int) -> list[Hit]:
        """The best ``limit`` of the hits, best first. Raises ``StreamingError``."""


class Library(Protocol):
    """The documents that are there, and the only way to change them."""

    def documents(self) -> list[Document]:
        """All documents, by title."""

    def document(self, document_id: str) -> Document | None:
        """The document under an id."""

    def digests(self) -> Mapping[str, str]:
        """Document id to digest, to tell what has changed."""

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Put a document and its passages in place of what stood under its id, all in one moment.

        The tags of the one that stood there stay.
        """

    def swap(self, before: Document | None, document: Document, passages: Sequence[Passage]) -> bool:
        """Do the same only where ``before``, or nothing, still stands under the id; whether it did."""

    def set_tags(self, document_id: str, tags: Sequence[str]) -> bool:
        """Give a document these tags in place of those that it has; whether it was there."""

    def remove(self, document_id: str) -> bool:
        """Take a document and all its passages away; whether it was there."""

    def passages(self, document_id: str, first: int = 0, most: int | None = None) -> list[Passage]:
        """One document's passages in order, from the ``first`` on at most so many; [] where there is none."""

    def passage(self, passage_id: str) -> Passage | None:
        """The passage under an id."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a loader reads from a file: the document and its passages."""

    document: Document
    passages: tuple[Passage, ...] = field(default=())

"""Documents, their passages, and how passages are asked for: values and one protocol.

Everything that is searched, cited or shown comes down to these. They know nothing of
files, databases or models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


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
    between folders. ``digest`` changes when the file's content does.
    """

    id: str
    title: str
    kind: Kind
    source: str
    digest: str
    date: str | None = None
    duration_s: float | None = None
    words: int = 0


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
    """Which documents a question may use; ``document_ids`` of None means all of them."""

    document_ids: frozenset[str] | None = None

    @classmethod
    def of(cls, ids: Sequence[str] | None) -> Filter:
        """A filter for the listed ids; nothing listed limits nothing."""
        return cls(frozenset(ids)) if ids else cls()


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and how well it fits: higher is better."""

    passage: Passage
    score: float


class Retriever(Protocol):
    """Question in, passages out, best first."""

    def searched(self, filter: Filter) -> int:
        """How many documents a search with this filter looks through."""

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits.

        The filter is applied in the query, so that a limit of 10 means ten passages of the
        documents asked for. Raises ``RetrievalFailed``.
        """


class Library(Protocol):
    """The documents that are there, and the only way to change them."""

    def documents(self) -> list[Document]:
        """All documents, by title."""

    def digests(self) -> Mapping[str, str]:
        """Document id to digest, to tell what has changed."""

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Put a document and its passages in place of what stood under its id, in one transaction."""

    def remove(self, document_id: str) -> bool:
        """Take a document and all its passages away; whether it was there."""

    def passages(self, document_id: str) -> list[Passage]:
        """One document's passages in order; [] where there is no such document."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a loader reads from a file: the document and its passages."""

    document: Document
    passages: tuple[Passage, ...] = field(default=())

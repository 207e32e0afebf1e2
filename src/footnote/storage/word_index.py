"""Postgres's full-text index over the passages: a row of folded words for each, in the same transaction.

The words are folded here and indexed by the ``simple`` configuration, which takes them as they are. A language's own
configuration would fold one language and garble all others of a mixed library, would know stop words where a name may
be one ("IT", "Will"), and can't find unspaced writing; and so every retriever compares words alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, text

from footnote.passages import Passage
from footnote.storage import schema
from footnote.storage.full_text import folded
from footnote.storage.indexing import Row

PIECE = 300
"""Passages that one statement writes: they are folded in between, so that the server never waits long."""

_INDEX = text(
    "INSERT INTO passage_words (number, searchable) VALUES (:number, setweight(to_tsvector('simple', :title), 'B')"
    " || setweight(to_tsvector('simple', :speaker), 'C') || to_tsvector('simple', :text))"
)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))")


class WordIndex:
    """The index of the library's own database."""

    def write_ahead(self, passages: Sequence[Passage]) -> None:
        """Nothing: a long document's transaction keeps nobody from anything."""

    def hold(self, connection: Connection, document_id: str) -> None:
        """Have this transaction alone change the document, until it ends."""
        connection.execute(_LOCK, {"id": document_id})

    def enter(
        self,
        connection: Connection,
        passages: Sequence[Passage],
        made: Sequence[Row],
        ahead: int | None,  # noqa: ARG002
    ) -> None:
        """Insert these passages, to be found from this transaction's end on."""
        added = insert(schema.passages).returning(schema.passages.c.number, sort_by_parameter_order=True)
        for start in range(0, len(passages), PIECE):
            numbers = connection.scalars(added, made[start : start + PIECE]).all()
            connection.execute(_INDEX, list(map(_row, numbers, passages[start : start + PIECE])))

    def let_go(self, connection: Connection, document_id: str) -> None:
        """Nothing: a passage takes its words with it."""

    def note(self, connection: Connection, document_id: str | None) -> None:
        """Nothing: no other index follows this one."""

    def give_up(self, connection: Connection, ahead: int | None) -> None:
        """Nothing: nothing was written ahead."""

    def is_anything_left(self, connection: Connection) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def clear(self) -> None:
        """Nothing: nothing is left over."""


def _row(number: int, passage: Passage) -> Row:
    return {
        "number": number,
        "title": folded(passage.title),
        "speaker": folded(" ".join(passage.speakers)),
        "text": folded(passage.text),
    }

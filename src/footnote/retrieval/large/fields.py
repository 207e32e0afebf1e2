"""What stands in tantivy's index for a passage, and how a question and its filter are asked of it.

Words are folded here and taken as they are, as on Postgres (``word_index.py``), so that every retriever compares
words alike. Nothing is stored: what is found is read from the database, by its number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from tantivy import Document, FieldType, Occur, Query, Schema, SchemaBuilder, Searcher

from footnote.passages import Filter
from footnote.retrieval.conditions import asked
from footnote.storage.changes import Numbered
from footnote.storage.full_text import MOST_PARTS, folded, phrases

STANDS = ""
"""The document id of the one entry that is no passage: it says which change of the library the index has come to."""

_DAY_DIGITS = 8
_LAST_DAY = 10**_DAY_DIGITS - 1
_TERMS = {
    "document_ids": "document",
    "kinds": "kind",
    "tags": "tag",
    "speakers": "speaker",
    "without_documents": "document",
}
"""The field of each condition that names values."""


def schema() -> Schema:
    """The fields of the index."""
    builder = SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    for name in ("document", "kind", "tag", "speaker"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("number", "day", "standing"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


SCHEMA = schema()


def entry(row: Numbered) -> Document:
    """A passage as it goes into the index."""
    passage = row.passage
    made = Document()
    made.add_unsigned("number", row.number)
    made.add_text("words", folded(f"{passage.title} {' '.join(passage.speakers)} {passage.text}"))
    made.add_text("document", passage.document_id)
    made.add_text("kind", row.kind)
    for tag in row.tags:
        made.add_text("tag", tag)
    for speaker in row.speakers:
        made.add_text("speaker", speaker)
    if row.date:
        made.add_unsigned("day", _day(row.date))
    return made


def standing_entry(number: int) -> Document:
    """The entry that says how far the index has come."""
    made = Document()
    made.add_text("document", STANDS)
    made.add_unsigned("standing", number)
    return made


def standing_of(searcher: Searcher) -> int | None:
    """How far the index has come; None before it is whole."""
    own = Query.term_query(SCHEMA, "document", STANDS)
    hits = searcher.search(own, limit=1, order_by_field="standing").hits
    return int(hits[0][0]) if hits else None


def total_of(searcher: Searcher) -> int:
    """What the numbers of all passages come to."""
    found = searcher.aggregate(Query.all_query(), {"total": {"sum": {"field": "number"}}})
    return round(found["total"]["value"] or 0)


def asked_for(word: str) -> Query:
    """The passages that hold a word as it was asked: of unspaced writing, any two of its characters."""
    parts = [folded(part).split() for part in islice(phrases(word), MOST_PARTS)]
    return _any(_in_order(part) for part in parts if part)


def held_by(searcher: Searcher, word: str) -> int:
    """How many passages hold a word."""
    term = folded(word).split()
    if len(term) == 1:
        return searcher.doc_freq("words", term[0])
    return int(searcher.search(asked_for(word), limit=1).count)  # type: ignore[attr-defined]  # its stub leaves it out


def among(words: Iterable[str], filter: Filter, without: Collection[int]) -> Query:
    """The passages that hold any of the words and that the filter leaves; those ``without`` are ticked off."""
    wanted = asked(filter, [name for name in _TERMS if name != "without_documents"])
    parts = [(Occur.Must, _any(map(asked_for, words)))]
    parts += [(Occur.Must, _uncounted(_one_of(_TERMS[name], values))) for name, values in wanted.items()]
    if filter.since or filter.until:
        parts.append((Occur.Must, _uncounted(_within(filter.since, filter.until))))
    if filter.without_documents:
        parts.append((Occur.MustNot, _one_of("document", sorted(filter.without_documents))))
    if without:
        parts.append((Occur.MustNot, Query.term_set_query(SCHEMA, "number", list(without))))
    return parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)


def _in_order(words: list[str]) -> Query:
    if len(words) == 1:
        return Query.term_query(SCHEMA, "words", words[0], index_option="freq")
    return Query.phrase_query(SCHEMA, "words", list(words))


def _any(queries: Iterable[Query]) -> Query:
    made = list(queries)
    return made[0] if len(made) == 1 else Query.boolean_query([(Occur.Should, query) for query in made])


def _one_of(field: str, values: Iterable[str]) -> Query:
    # What can't be written as UTF-8 is no document's, and tantivy would take it for a failure.
    return Query.term_set_query(SCHEMA, field, [value for value in values if _is_text(value)])


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _within(since: str | None, until: str | None) -> Query:
    first, last = _day(since) if since else 0, _day(until) if until else _LAST_DAY
    return Query.range_query(SCHEMA, "day", FieldType.Unsigned, first, last)


def _uncounted(query: Query) -> Query:
    """What has to be met and adds nothing to the score."""
    return Query.const_score_query(query, 0.0)


def _day(date: str) -> int:
    """A day, month or year as a number, in the order of the texts."""
    digits = "".join(character for character in date if character in "0123456789")[:_DAY_DIGITS]
    return int(digits.ljust(_DAY_DIGITS, "0"))

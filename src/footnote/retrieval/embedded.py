"""The embedded retriever: SQLite's full-text index finds passages, `scoring` puts them in order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Float, Row, column, text
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import RetrievalFailed, StorageFailed
from footnote.passages import EVERYTHING, Filter, Hit, Kind, Scope
from footnote.retrieval import query as queries
from footnote.retrieval.conditions import asked
from footnote.retrieval.looking import looked_through
from footnote.retrieval.query import Query
from footnote.retrieval.scoring import Candidate, by_words, inverse_document_frequency, ranked
from footnote.retrieval.telling import Counted, sought
from footnote.storage import rows, schema
from footnote.storage.full_text import SPEAKER_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT, match
from footnote.storage.indexing import SEARCHED
from footnote.storage.transactions import reading

MOST_READ = 100
"""Passages that the index gives and `scoring` reads: a few milliseconds, and most of a recording of two hours."""
MOST_COUNTED = 5000
"""Passages with a word that are counted; of a word in more of them the others are reckoned."""
COUNTED_TO = 100_000
"""Numbers of passages up to which these are counted; above, those of removed documents count too."""
MOST_WEIGHED = 10_000
"""Passages that BM25 is reckoned for, about, where all are searched: 10 ms, and no known passage is found less often
than with every one that holds a word (docs/performance.md)."""
MOST_PASSED = 100_000
"""Passages with a word that are passed over, about, where few documents are searched: each costs far less."""
MORE = 10
"""Times as many are met where a filter left fewer than were asked for."""
FEW_DOCUMENTS = 1000
"""Documents whose passages are listed before they are searched."""

_SPAN = text(
    "SELECT (SELECT min(number) FROM passages) AS first, (SELECT max(number) FROM passages) AS last, "
    "(SELECT count(*) FROM (SELECT 1 FROM passages LIMIT :most)) AS passages"
)
_SPAN_OF_FEW = text("""
SELECT min(first) AS first, max(last) AS last, sum(last - first + 1) AS held FROM (
    SELECT (SELECT number FROM passages AS p WHERE p.document_id = d.value ORDER BY ordinal LIMIT 1) AS first,
           (SELECT number FROM passages AS p WHERE p.document_id = d.value ORDER BY ordinal DESC LIMIT 1) AS last
    FROM json_each(:documents) AS d)
""")

_FIND = f"""
SELECT {", ".join(f"p.{column.name}" for column in rows.PASSAGE_COLUMNS)}, d.kind, best.score FROM (
    SELECT passages_fts.rowid AS number,
           -bm25(passages_fts, {TITLE_WEIGHT}, {SPEAKER_WEIGHT}, {TEXT_WEIGHT}) AS score
    FROM passages_fts {{filtered}}
    ORDER BY score DESC, passages_fts.rowid
    LIMIT :most
) AS best
JOIN passages AS p ON p.number = best.number
JOIN documents AS d ON d.id = p.document_id
ORDER BY best.score DESC, p.number
"""  # noqa: S608 -- constants of this project
_NOT_LEFT_OUT = """
    passages_fts.rowid NOT IN (SELECT number FROM passages WHERE id IN (SELECT value FROM json_each(:without)))"""
# Neither `+` nor `CROSS` may go: SQLite would begin the search anew for each passage or document of the filter.
_AMONG_FEW = f"""WHERE passages_fts MATCH :match AND passages_fts.rowid BETWEEN :first AND :last
      AND +passages_fts.rowid IN (
          SELECT number FROM passages WHERE document_id IN (SELECT value FROM json_each(:documents)))
      AND {_NOT_LEFT_OUT}"""  # noqa: S608 -- constants of this project
_AMONG_MANY = f"""CROSS JOIN passages
    WHERE passages_fts MATCH :match AND passages.number = passages_fts.rowid
      AND passages.document_id IN (SELECT d.id FROM documents AS d WHERE {{conditions}})
      AND {_NOT_LEFT_OUT}"""  # noqa: S608 -- the same
_AMONG_ALL = f"WHERE passages_fts MATCH :match AND {SEARCHED} AND {_NOT_LEFT_OUT}"
_CONDITIONS = {
    "document_ids": "d.id IN (SELECT value FROM json_each(:document_ids))",
    "kinds": "d.kind IN (SELECT value FROM json_each(:kinds))",
    "tags": "d.id IN (SELECT l.document_id FROM labels AS l WHERE l.kind = 'tag' "
    "AND l.value IN (SELECT value FROM json_each(:tags)))",
    "speakers": "d.id IN (SELECT l.document_id FROM labels AS l WHERE l.kind = 'speaker' "
    "AND l.value IN (SELECT value FROM json_each(:speakers)))",
    "since": "d.date >= :since",
    "until": "d.date <= :until",
    "without_documents": "d.id NOT IN (SELECT value FROM json_each(:without_documents))",
}
_FOUND = (*rows.PASSAGE_COLUMNS, schema.documents.c.kind, column("score", Float))

_COUNT = text(f"""
SELECT w.value AS word, (
    SELECT CASE WHEN count(*) < :most THEN count(*) ELSE count(*) * (:last - :first + 1.0) / (max(n) - :first + 1) END
    FROM (SELECT rowid AS n FROM passages_fts WHERE passages_fts MATCH m.value AND {SEARCHED} LIMIT :most)
) AS passages FROM json_each(:words) AS w JOIN json_each(:matches) AS m ON m.key = w.key
""")  # noqa: S608 -- constants of this project


class EmbeddedRetriever:
    """A ``Retriever`` on the embedded database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through."""
        return looked_through(self._engine, *limited(filter))

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits."""
        read = queries.read(query)
        if not read.words or limit < 1:
            return []
        try:
            with reading(self._engine) as connection:
                if (library := _library(connection)) is None:
                    return []
                words = _counted(connection, read, library)
                rarity = {w.folded: inverse_document_frequency(w.passages, library.passages) for w in words}
                place = _place(connection, filter, library)
                candidates = _find(connection, place, words, rarity, limit) if place else []
        except (SQLAlchemyError, StorageFailed) as error:
            raise RetrievalFailed from error
        return ranked(read, rarity, candidates, limit)


@dataclass(frozen=True, slots=True)
class _Library:
    """How many passages there are, and their first and last number."""

    passages: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where is searched: the condition with its values, and about how many passages with a word may be met."""

    condition: str
    values: Mapping[str, object]
    most: float


def _library(connection: Connection) -> _Library | None:
    span = connection.execute(_SPAN, {"most": COUNTED_TO}).one()
    if not span.passages:
        return None
    most = span.last - span.first + 1
    return _Library(span.passages if span.passages < COUNTED_TO else most, span.first, span.last)


def _counted(connection: Connection, query: Query, library: _Library) -> list[Counted]:
    """How many passages hold each word, in the whole library.

    Not among the documents of the filter: what is said all the time in one meeting is what that
    meeting is about (measured: nDCG@10 is .02 lower that way).
    """
    matches = [match([word]) for word in query.words.values()]
    given = {"words": _json(list(query.words)), "matches": _json(matches), "most": MOST_COUNTED}
    found = connection.execute(_COUNT, given | {"first": library.first, "last": library.last})
    return [Counted(row.word, query.words[row.word], row.passages) for row in found]


def _place(connection: Connection, filter: Filter, library: _Library) -> _Place | None:
    """Where a filter has to be searched; None where that is nowhere."""
    without = {"without": _json(sorted(filter.without))}
    if not filter.limits_documents:
        return _Place(_AMONG_ALL, without, MOST_WEIGHED)
    conditions, values = limited(filter)
    wanted = text(f"SELECT d.id FROM documents AS d WHERE {conditions} LIMIT :few")  # noqa: S608 -- this file's
    ids = connection.scalars(wanted, values | {"few": FEW_DOCUMENTS + 1}).all()
    if len(ids) > FEW_DOCUMENTS:
        return _Place(_AMONG_MANY.format(conditions=conditions), values | without, MOST_WEIGHED)
    few = {"documents": _json(ids)}
    span = connection.execute(_SPAN_OF_FEW, few).one()
    if span.first is None:
        return None
    # Only what stands between the first and the last of them is met, and weighed only what they hold.
    numbers = library.last - library.first + 1
    most = min(MOST_PASSED * numbers / (span.last - span.first + 1), MOST_WEIGHED * numbers / span.held)
    return _Place(_AMONG_FEW, few | without | {"first": span.first, "last": span.last}, most)


def _find(
    connection: Connection, place: _Place, words: Sequence[Counted], rarity: Mapping[str, float], limit: int
) -> list[Candidate]:
    """The candidates by the rarest words; where these are too few, as in a filter may be, by ever more words."""
    find = text(_FIND.format(filtered=place.condition)).columns(*_FOUND)
    most = place.most
    while wanted := sought(words, most):
        given = {**place.values, "match": wanted.expression, "most": max(MOST_READ, 2 * limit)}
        found = connection.execute(find, given).all()
        if len(found) >= limit or not wanted.bounded:
            return _candidates(found, rarity, weighed=not wanted.bounded)
        most *= MORE
    return []


def _candidates(found: Sequence[Row[Any]], rarity: Mapping[str, float], *, weighed: bool) -> list[Candidate]:
    """What was found, with its BM25: the index's own, or, where that isn't to be taken, reckoned anew."""
    passages = [rows.passage_of(row) for row in found]
    scores = [row.score for row in found] if weighed else by_words(rarity, passages)
    return [
        Candidate(passage, spoken=row.kind == Kind.RECORDING, score=score)
        for row, passage, score in zip(found, passages, scores, strict=True)
    ]


def limited(filter: Filter) -> tuple[str, dict[str, str]]:
    """The condition that a filter's documents meet, and its values."""
    wanted = asked(filter, _CONDITIONS)
    values = {name: value if isinstance(value, str) else _json(value) for name, value in wanted.items()}
    return " AND ".join(_CONDITIONS[name] for name in wanted) or "true", values


def _json(values: Sequence[str]) -> str:
    return json.dumps(values)

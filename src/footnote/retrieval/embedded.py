"""The embedded retriever: SQLite's full-text index finds passages, `scoring` puts them in order."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, Float, column, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import RetrievalFailed, StorageFailed
from footnote.passages import EVERYTHING, Filter, Hit, Kind, Scope
from footnote.retrieval import query as queries
from footnote.retrieval.conditions import asked
from footnote.retrieval.looking import looked_through
from footnote.retrieval.query import Query
from footnote.retrieval.scoring import Candidate, inverse_document_frequency, ranked
from footnote.storage import rows, schema
from footnote.storage.full_text import SPEAKER_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT, match
from footnote.storage.indexing import SEARCHED
from footnote.storage.transactions import reading

MOST_READ = 100
"""Passages that the index gives and `scoring` reads: a few milliseconds, and most of a recording of two hours."""
MOST_COUNTED = 5000
"""Passages with a word that are counted; a word in more of them tells little anyway."""

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
_FIND_ALL = _FIND.format(filtered=f"WHERE passages_fts MATCH :match AND {SEARCHED}")
_FIND_FILTERED = _FIND.format(
    filtered="""JOIN passages ON passages.number = passages_fts.rowid
    WHERE passages_fts MATCH :match
      AND passages.document_id IN (SELECT d.id FROM documents AS d WHERE {conditions})
      AND passages.id NOT IN (SELECT value FROM json_each(:without))"""
)
_CONDITIONS = {
    "document_ids": "d.id IN (SELECT value FROM json_each(:document_ids))",
    "kinds": "d.kind IN (SELECT value FROM json_each(:kinds))",
    "tags": "EXISTS (SELECT 1 FROM labels AS l WHERE l.document_id = d.id AND l.kind = 'tag' "
    "AND l.value IN (SELECT value FROM json_each(:tags)))",
    "speakers": "EXISTS (SELECT 1 FROM labels AS l WHERE l.document_id = d.id AND l.kind = 'speaker' "
    "AND l.value IN (SELECT value FROM json_each(:speakers)))",
    "since": "d.date >= :since",
    "until": "d.date <= :until",
    "without_documents": "d.id NOT IN (SELECT value FROM json_each(:without_documents))",
}
_FOUND = (*rows.PASSAGE_COLUMNS, schema.documents.c.kind, column("score", Float))

_COUNT = text(f"""
SELECT w.value AS word, (
    SELECT count(*) FROM (SELECT 1 FROM passages_fts WHERE passages_fts MATCH m.value AND {SEARCHED} LIMIT :most)
) AS passages FROM json_each(:words) AS w JOIN json_each(:matches) AS m ON m.key = w.key
""")  # noqa: S608 -- constants of this project


class EmbeddedRetriever:
    """A ``Retriever`` on the embedded database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through."""
        return looked_through(self._engine, *_limited(filter))

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits."""
        read = queries.read(query)
        if not read.words or limit < 1:
            return []
        try:
            with reading(self._engine) as connection:
                candidates = _find(connection, read, filter, max(MOST_READ, 2 * limit))
                rarity = _rarity(connection, read) if candidates else {}
        except (SQLAlchemyError, StorageFailed) as error:
            raise RetrievalFailed from error
        return ranked(read, rarity, candidates, limit)


def _find(connection: Connection, query: Query, filter: Filter, most: int) -> list[Candidate]:
    conditions, values = _limited(filter)
    everywhere = not filter.limits_documents and not filter.without
    find = _FIND_ALL if everywhere else _FIND_FILTERED.format(conditions=conditions)
    given = {"match": match(query.words.values()), "most": most}
    if not everywhere:
        given |= values | {"without": _json(sorted(filter.without))}
    return [
        Candidate(rows.passage_of(row), spoken=row.kind == Kind.RECORDING, score=row.score)
        for row in connection.execute(text(find).columns(*_FOUND), given)
    ]


def _limited(filter: Filter) -> tuple[str, dict[str, str]]:
    """The condition that a filter's documents meet, and its values."""
    wanted = asked(filter, _CONDITIONS)
    values = {name: value if isinstance(value, str) else _json(value) for name, value in wanted.items()}
    return " AND ".join(_CONDITIONS[name] for name in wanted) or "true", values


def _rarity(connection: Connection, query: Query) -> dict[str, float]:
    """Each folded word's inverse document frequency in the whole library.

    Not among the documents of the filter: what is said all the time in one meeting is what that
    meeting is about (measured: nDCG@10 is .02 lower that way).
    """
    among = connection.scalar(select(func.count()).select_from(schema.passages)) or 0
    matches = [match([word]) for word in query.words.values()]
    given = {"words": _json(list(query.words)), "matches": _json(matches), "most": MOST_COUNTED}
    return {row.word: inverse_document_frequency(row.passages, among) for row in connection.execute(_COUNT, given)}


def _json(values: Sequence[str]) -> str:
    return json.dumps(values)

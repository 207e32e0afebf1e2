"""The embedded retriever: SQLite's full-text index finds passages, `scoring` puts them in order."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, Float, column, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import RetrievalFailed, StorageFailed
from footnote.passages import EVERYTHING, Filter, Hit, Kind
from footnote.retrieval import query as queries
from footnote.retrieval.query import Query
from footnote.retrieval.scoring import Candidate, inverse_document_frequency, ranked
from footnote.storage import rows, schema
from footnote.storage.full_text import SPEAKER_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT, match
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
_FIND_ALL = _FIND.format(filtered="WHERE passages_fts MATCH :match")
_FIND_FILTERED = _FIND.format(
    filtered="""JOIN passages ON passages.number = passages_fts.rowid
    WHERE passages_fts MATCH :match AND passages.document_id IN (SELECT value FROM json_each(:ids))"""
)
_FOUND = (*rows.PASSAGE_COLUMNS, schema.documents.c.kind, column("score", Float))

_COUNT = text(
    "SELECT w.value AS word, (SELECT count(*) FROM (SELECT 1 FROM passages_fts WHERE passages_fts MATCH m.value "
    "LIMIT :most)) AS passages FROM json_each(:words) AS w JOIN json_each(:matches) AS m ON m.key = w.key"
)
_SEARCHED = text("SELECT count(*) FROM documents WHERE id IN (SELECT value FROM json_each(:ids))")


class EmbeddedRetriever:
    """A ``Retriever`` on the embedded database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def searched(self, filter: Filter) -> int:
        """How many documents a search with this filter looks through."""
        try:
            with reading(self._engine) as connection:
                if filter.document_ids is None:
                    return connection.scalar(select(func.count()).select_from(schema.documents)) or 0
                return connection.scalar(_SEARCHED, {"ids": _ids(filter)}) or 0
        except (SQLAlchemyError, StorageFailed) as error:
            raise RetrievalFailed from error

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits."""
        asked = queries.read(query)
        if not asked.words or limit < 1:
            return []
        try:
            with reading(self._engine) as connection:
                candidates = _find(connection, asked, filter, max(MOST_READ, 2 * limit))
                rarity = _rarity(connection, asked) if candidates else {}
        except (SQLAlchemyError, StorageFailed) as error:
            raise RetrievalFailed from error
        return ranked(asked, rarity, candidates, limit)


def _find(connection: Connection, query: Query, filter: Filter, most: int) -> list[Candidate]:
    everywhere = filter.document_ids is None
    find = text(_FIND_ALL if everywhere else _FIND_FILTERED).columns(*_FOUND)
    asked = {"match": match(query.words.values()), "most": most} | ({} if everywhere else {"ids": _ids(filter)})
    return [
        Candidate(rows.passage_of(row), spoken=row.kind == Kind.RECORDING, score=row.score)
        for row in connection.execute(find, asked)
    ]


def _rarity(connection: Connection, query: Query) -> dict[str, float]:
    """Each folded word's inverse document frequency in the whole library.

    Not among the documents of the filter: what is said all the time in one meeting is what that
    meeting is about (measured: nDCG@10 is .02 lower that way).
    """
    among = connection.scalar(select(func.count()).select_from(schema.passages)) or 0
    matches = [match([word]) for word in query.words.values()]
    asked = {"words": _json(list(query.words)), "matches": _json(matches), "most": MOST_COUNTED}
    return {row.word: inverse_document_frequency(row.passages, among) for row in connection.execute(_COUNT, asked)}


def _ids(filter: Filter) -> str:
    return _json(sorted(filter.document_ids or ()))


def _json(values: Sequence[str]) -> str:
    return json.dumps(values)

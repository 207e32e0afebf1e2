"""The retriever on Postgres: full text and, with embeddings, pgvector, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Connection, Engine, Float, Row, String, bindparam, column, text
from sqlalchemy.exc import SQLAlchemyError

from footnote.chat import Cancellation
from footnote.errors import RetrievalFailed, StorageFailed
from footnote.fusion import fuse
from footnote.passages import EVERYTHING, Filter, Hit, Kind, Scope
from footnote.retrieval import query as queries
from footnote.retrieval import scoring
from footnote.retrieval.conditions import Value, asked
from footnote.retrieval.looking import looked_through
from footnote.retrieval.query import Query
from footnote.retrieval.scoring import Candidate, inverse_document_frequency
from footnote.storage import rows, schema
from footnote.storage.full_text import MOST_PARTS, SPEAKER_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT, phrases
from footnote.storage.transactions import reading
from footnote.storage.vectors import Vectors

MOST_READ = 100
"""Passages that each index gives, and that are read and put in order."""
MOST_COUNTED = 5000
"""Passages with a word that are counted. Which have a word that is in more is looked up only where no other is rarer:
it tells little, and each of its passages would have to be weighed."""
ESTIMATED_FROM = 100_000
"""Passages from which on the planner's estimate of their number is good enough."""
LONGEST_WORD = 500
_PLACES = f"{{{TEXT_WEIGHT}, {SPEAKER_WEIGHT}, {TITLE_WEIGHT}, 1}}"
"""What a word counts where the index has it: in the text (D), among the speakers (C), in the title (B)."""

_COUNT = text(f"""
SELECT w.place, (SELECT count(*) FROM (
    SELECT 1 FROM passage_words AS i WHERE i.searchable @@ phraseto_tsquery('simple', w.phrase) LIMIT {MOST_COUNTED}
) AS found) AS passages, (
    SELECT CASE WHEN reltuples > {ESTIMATED_FROM} THEN reltuples::bigint ELSE (SELECT count(*) FROM passage_words) END
    FROM pg_class WHERE oid = 'passage_words'::regclass
) AS among
FROM unnest(:phrases) WITH ORDINALITY AS w (phrase, place)
""")  # noqa: S608 -- constants of this project

# A word that occurs again adds ever less (ts_rank), a rare one counts more; longer passages count a little less (1).
_BY_WORDS = """
SELECT i.number, sum(w.weight * ts_rank(
    CAST(:places AS float4[]), i.searchable, w.query, 1)) AS score
FROM passage_words AS i {joined}
JOIN (SELECT phraseto_tsquery('simple', phrase) AS query, weight
      FROM unnest(:phrases, :weights) AS u (phrase, weight)) AS w ON i.searchable @@ w.query
WHERE {conditions}
GROUP BY i.number ORDER BY score DESC, i.number LIMIT :most
"""
_BY_VECTORS = """
SELECT i.number, i.embedding <=> CAST(:vector AS halfvec) AS distance
FROM passage_vectors AS i {joined} WHERE {conditions}
ORDER BY i.embedding <=> CAST(:vector AS halfvec) LIMIT :most
"""
_NOTHING = "SELECT NULL::integer AS number, NULL::float AS {value} WHERE false"
_JOINED = "JOIN passages AS p ON p.number = i.number JOIN documents AS d ON d.id = p.document_id"
_FIND = f"""
WITH by_words AS MATERIALIZED ({{by_words}}), by_vectors AS MATERIALIZED ({{by_vectors}})
SELECT {", ".join(f"p.{column.name}" for column in rows.PASSAGE_COLUMNS)}, d.kind, w.score, v.distance
FROM by_words AS w FULL JOIN by_vectors AS v ON v.number = w.number
JOIN passages AS p ON p.number = coalesce(w.number, v.number) JOIN documents AS d ON d.id = p.document_id
ORDER BY w.score DESC NULLS LAST, v.distance, p.number
"""  # noqa: S608 -- constants of this project
_FOUND = (*rows.PASSAGE_COLUMNS, schema.documents.c.kind, column("score", Float), column("distance", Float))
_WITHOUT = "p.id <> ALL(:without)"
_CONDITIONS = {
    "document_ids": "d.id = ANY(:document_ids)",
    "kinds": "d.kind = ANY(:kinds)",
    "tags": "EXISTS (SELECT 1 FROM labels AS l WHERE l.document_id = d.id AND l.kind = 'tag' AND l.value = ANY(:tags))",
    "speakers": "EXISTS (SELECT 1 FROM labels AS l WHERE l.document_id = d.id AND l.kind = 'speaker' "
    "AND l.value = ANY(:speakers))",
    "since": "d.date >= :since",
    "until": "d.date <= :until",
    "without_documents": "d.id <> ALL(:without_documents)",
}
# pgvector goes on looking behind the nearest ones until enough meet the filter.
_SEARCH_ON = ("SET LOCAL hnsw.iterative_scan = relaxed_order", f"SET LOCAL hnsw.ef_search = {MOST_READ}")


class PostgresRetriever:
    """A ``Retriever`` on the library's own database, by words and, where there are ``vectors``, by these too."""

    def __init__(self, engine: Engine, vectors: Vectors | None = None) -> None:
        self._engine = engine
        self._vectors = vectors

    ready = True
    """Nothing is waited for: until there are vectors, words are enough."""

    def begin(self) -> None:
        """Begin to give the passages the vectors that they are missing."""
        if self._vectors:
            self._vectors.begin()

    def wait(self, _cancellation: Cancellation) -> Iterator[None]:
        """Return at once."""
        yield from ()

    def complete(self) -> None:
        """Return once each passage has its vector and a question gets one; raises ``StreamingError``."""
        if self._vectors:
            self._vectors.complete()

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through."""
        return looked_through(self._engine, *_limited(filter), bound=_bound)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits."""
        read = queries.read(query)
        if not read.words or limit < 1:
            return []
        try:
            vector = self._vectors.of_query(query) if self._vectors else None
            with reading(self._engine) as connection:
                asked_for = _counted(connection, read)
                rarity = _rarity(asked_for)
                found = _find(connection, _telling(asked_for, rarity), vector, filter, max(MOST_READ, limit))
        except (SQLAlchemyError, StorageFailed) as error:
            raise RetrievalFailed from error
        return _ranking(read, rarity, found, limit)


def _ranking(query: Query, rarity: dict[str, float], found: Sequence[Row[Any]], limit: int) -> list[Hit]:
    """By words as the embedded retriever ranks them, by vectors as they are near; fused where there are both."""
    worded = [row for row in found if row.score is not None]
    passages = [rows.passage_of(row) for row in worded]
    candidates = [
        Candidate(passage, spoken=row.kind == Kind.RECORDING, score=score)
        for row, passage, score in zip(worded, passages, scoring.by_words(rarity, passages), strict=True)
    ]
    near = sorted((row for row in found if row.distance is not None), key=lambda row: row.distance)
    by_words = scoring.ranked(query, rarity, candidates, max(limit, len(near)))
    if not near:
        return by_words[:limit]
    return fuse([by_words, [Hit(rows.passage_of(row), 1 - row.distance) for row in near]], limit)


def _find(
    connection: Connection, words: dict[str, float], vector: str | None, filter: Filter, most: int
) -> Sequence[Row[Any]]:
    conditions, values = _limited(filter)
    everywhere = not filter.limits_documents and not filter.without
    limits = {"joined": "" if everywhere else _JOINED, "conditions": f"{conditions} AND {_WITHOUT}"}
    given: dict[str, Any] = {"phrases": list(words), "weights": list(words.values()), "places": _PLACES, "most": most}
    if everywhere:
        limits["conditions"] = "true"
    else:
        given |= values | {"without": _storable(sorted(filter.without))}
    by_vectors = _NOTHING.format(value="distance")
    if vector is not None:
        by_vectors = _BY_VECTORS.format(**limits)
        given["vector"] = vector
        for setting in _SEARCH_ON:
            connection.exec_driver_sql(setting)
    statement = _bound(_FIND.format(by_words=_BY_WORDS.format(**limits), by_vectors=by_vectors), given)
    return connection.execute(statement.columns(*_FOUND), given).all()


@dataclass(frozen=True, slots=True)
class _Part:
    """What a word is looked for by, and how many passages have it, out of how many."""

    word: str
    phrase: str
    passages: int
    among: int


def _counted(connection: Connection, query: Query) -> list[_Part]:
    places = _parts(query)
    given = {"phrases": [phrase for _, phrase in places]}
    return [
        _Part(word, phrase, row.passages, row.among)
        for row in connection.execute(_bound(_COUNT.text, given), given)
        for word, phrase in (places[row.place - 1],)
    ]


def _rarity(parts: Sequence[_Part]) -> dict[str, float]:
    """Each folded word's inverse document frequency in the whole library; of unspaced writing, its rarest part's."""
    rarity: dict[str, float] = {}
    for part in parts:
        rarity[part.word] = max(rarity.get(part.word, 0.0), inverse_document_frequency(part.passages, part.among))
    return rarity


def _telling(parts: Sequence[_Part], rarity: dict[str, float]) -> dict[str, float]:
    """What passages are looked for by, with its weight: what very many have only where there is nothing else."""
    rare = [part for part in parts if part.passages < MOST_COUNTED]
    return {part.phrase: rarity[part.word] for part in rare or parts}


def _parts(query: Query) -> list[tuple[str, str]]:
    """What a question's words are looked for by, with the word."""
    parts = {part: word for word in query.words for part in phrases(word) if len(part) <= LONGEST_WORD}
    return [(word, part) for part, word in parts.items()][:MOST_PARTS]


def _limited(filter: Filter) -> tuple[str, dict[str, Any]]:
    """The condition that a filter's documents meet, and its values."""
    wanted = asked(filter, _CONDITIONS)
    values: dict[str, Value] = {n: v if isinstance(v, str) else _storable(v) for n, v in wanted.items()}
    return " AND ".join(_CONDITIONS[name] for name in wanted) or "true", values


def _storable(values: Iterable[str]) -> list[str]:
    """Without what no row can hold, and so none meets: a NUL, or half a character."""
    return [value for value in values if "\0" not in value and _encodes(value)]


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bound(statement: str, given: Mapping[str, Any]) -> Any:
    """A statement whose lists are arrays of the database."""
    lists = [
        bindparam(name, type_=ARRAY(Float if name == "weights" else String))
        for name, value in given.items()
        if isinstance(value, list)
    ]
    return text(statement).bindparams(*lists)

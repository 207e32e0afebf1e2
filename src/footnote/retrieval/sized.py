"""The embedded retriever of a library of any size: SQLite's index in a small one, tantivy's in a large one.

The database stays the record. What tantivy finds is taken only where its index stands exactly as the database does in
the very transaction in which the passages are read; else SQLite's own index is asked. So nothing that was deleted is
ever found, nothing new is missed, and whatever becomes of the second index costs time and nothing else.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import RetrievalFailed, StorageFailed
from footnote.passages import EVERYTHING, Filter, Hit, Kind, Scope
from footnote.retrieval import query as queries
from footnote.retrieval.embedded import MOST_READ, EmbeddedRetriever, limited
from footnote.retrieval.large.failing import Unusable, told
from footnote.retrieval.large.place import Place
from footnote.retrieval.query import Query
from footnote.retrieval.scoring import Candidate, inverse_document_frequency, ranked
from footnote.storage import rows, schema
from footnote.storage.changes import Standing, standing
from footnote.storage.transactions import reading

if TYPE_CHECKING:
    from tantivy import Query as IndexQuery
    from tantivy import Searcher

    from footnote.retrieval.large.owner import Owner
    from footnote.retrieval.large.reader import Reader

LEAST = 50_000
"""Passages from which on a library is large: SQLite's index then takes 30 ms and more (docs/performance.md)."""
LOOK_S = 0.1
SMALL_S = 5.0
"""How long a library is taken to be small that was: to ask costs half as much as to search it."""

_FOUND = f"""
SELECT {", ".join(f"p.{column.name}" for column in rows.PASSAGE_COLUMNS)}, d.kind, p.number
FROM passages AS p JOIN documents AS d ON d.id = p.document_id
WHERE p.number IN (SELECT value FROM json_each(:numbers)) AND ({{conditions}})
"""  # noqa: S608 -- constants of this project
_NUMBERS = text("SELECT number FROM passages WHERE id IN (SELECT value FROM json_each(:ids))")
_COLUMNS = (*rows.PASSAGE_COLUMNS, schema.documents.c.kind, schema.passages.c.number)

log = logging.getLogger(__name__)


class SizedRetriever:
    """A ``Retriever`` on the embedded database, which finds by the index that suits its size."""

    def __init__(self, engine: Engine, database: Path, *, least: int = LEAST) -> None:
        self._engine = engine
        self._small = EmbeddedRetriever(engine)
        self._database = database
        self._least = least
        self._small_until = 0.0
        self._one_at_a_time = threading.Lock()
        self._index: tuple[Reader, Owner] | None = None
        self._told = False

    def scope(self, filter: Filter) -> Scope:
        """What a search with this filter looks through."""
        return self._small.scope(filter)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best ``limit`` passages for any text, best first; [] where nothing fits."""
        read = queries.read(query)
        if not read.words or limit < 1:
            return []
        small = time.monotonic() < self._small_until
        found = None if small else self._by_the_index(read, filter, limit)
        return self._small.search(query, filter=filter, limit=limit) if found is None else found

    def complete(self) -> None:
        """Return once a large library's index stands as the database does, or none is to come for now; has it made."""
        while True:
            try:
                with reading(self._engine) as connection:
                    now = standing(connection)
            except (SQLAlchemyError, StorageFailed) as error:
                raise RetrievalFailed from error
            if now.numbers < self._least or self._searcher(now) or self._reader_and_owner()[1].given_up:
                return
            time.sleep(LOOK_S)

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index[1].close()

    def _by_the_index(self, query: Query, filter: Filter, limit: int) -> list[Hit] | None:
        """What the large library's index finds; None where there is none, or not as the database is now."""
        try:
            with reading(self._engine) as connection:
                now = standing(connection)
                searcher = self._searcher(now)
                if searcher is None:
                    return None
                return _found(connection, searcher, query, filter, limit)
        except (SQLAlchemyError, StorageFailed) as error:
            raise RetrievalFailed from error
        except UnicodeError:
            return None
        except (OSError, ImportError):  # nothing can be opened just now, not even what opens the index, or never
            if not self._told:
                self._told = True
                log.warning("the index of the large library can't be used; searches go on without it", exc_info=True)
            return None
        except Unusable:
            self._reader_and_owner()[0].give_up()
            return None

    def _searcher(self, now: Standing) -> Searcher | None:
        if now.numbers < self._least:
            self._small_until = time.monotonic() + SMALL_S
            if self._index is not None or Place(self._database).remains:
                self._have_it_removed(now)
            return None
        reader, owner = self._reader_and_owner()
        owner.begin(now.numbers)
        return reader.at(now.newest)

    def _have_it_removed(self, now: Standing) -> None:
        """The index of a library that has become small: it holds words of what is gone."""
        reader, owner = self._reader_and_owner()
        reader.let_go()
        owner.begin(now.numbers)

    def _reader_and_owner(self) -> tuple[Reader, Owner]:
        from footnote.retrieval.large.owner import Owner
        from footnote.retrieval.large.reader import Reader

        with self._one_at_a_time:
            if self._index is None:
                self._index = Reader(self._database), Owner(self._database, self._least)
            return self._index


def _found(connection: Connection, searcher: Searcher, query: Query, filter: Filter, limit: int) -> list[Hit]:
    from footnote.retrieval.large.fields import among, held_by

    wanted = among(query.words.values(), filter, _numbers(connection, filter.without))
    with told():  # nothing but what is asked of the index: another fault is none of its
        held = {folded: held_by(searcher, word) for folded, word in query.words.items()}
        scores = _scores(searcher, wanted, max(MOST_READ, 2 * limit))
    passages = searcher.num_docs - 1  # one says how far the index has come
    rarity = {folded: inverse_document_frequency(of, passages) for folded, of in held.items()}
    return ranked(query, rarity, _candidates(connection, scores, filter), limit)


def _scores(searcher: Searcher, wanted: IndexQuery, limit: int) -> dict[int, float]:
    hits = searcher.search(wanted, limit=limit, count=False).hits
    numbers = searcher.fast_field_values("number", [place for _, place in hits])
    return {int(number): score for number, (score, _) in zip(numbers, hits, strict=True) if number is not None}


def _numbers(connection: Connection, passage_ids: frozenset[str]) -> Sequence[int]:
    if not passage_ids:
        return ()
    return connection.scalars(_NUMBERS, {"ids": json.dumps(sorted(passage_ids))}).all()


def _candidates(connection: Connection, scores: Mapping[int, float], filter: Filter) -> list[Candidate]:
    """The passages of these numbers, best first, held against the filter once more: nothing is shown but by it."""
    conditions, values = limited(filter)
    statement = text(_FOUND.format(conditions=conditions)).columns(*_COLUMNS)
    found = connection.execute(statement, values | {"numbers": json.dumps(list(scores))}).all()
    return [
        Candidate(rows.passage_of(row), spoken=row.kind == Kind.RECORDING, score=scores[row.number])
        for row in sorted(found, key=lambda row: (-scores[row.number], row.number))
    ]

"""What a search in a library's own database looks through, of whichever kind the database is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from footnote.errors import RetrievalFailed, StorageFailed
from footnote.passages import Scope
from footnote.storage import schema
from footnote.storage.transactions import reading

_SCOPE = """SELECT count(*) FILTER (WHERE {conditions}) AS searched, count(*) AS total, max(d.indexed_at) AS indexed_at
FROM documents AS d"""


def looked_through(
    engine: Engine,
    conditions: str,
    values: Mapping[str, Any],
    bound: Callable[[str, Mapping[str, Any]], TextClause] = lambda statement, _: text(statement),
) -> Scope:
    """The documents ``d`` that meet the conditions; ``bound`` makes a statement that takes the values."""
    statement = bound(_SCOPE.format(conditions=conditions), values)
    counted = statement.columns(indexed_at=schema.documents.c.indexed_at.type)
    try:
        with reading(engine) as connection:
            row = connection.execute(counted, values).one()
    except (SQLAlchemyError, StorageFailed) as error:
        raise RetrievalFailed from error
    return Scope(row.searched, row.total, row.indexed_at)

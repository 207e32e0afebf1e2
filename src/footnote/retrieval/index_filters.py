"""A filter in the two languages of Vector Search: a dictionary for standard endpoints, SQL for storage-optimized ones.

Only what is documented is used. A dictionary's key is a column with an operator behind it, and several dictionaries in
a list all hold. SQL knows no arrays, so that tags and speakers have to be looked up before. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from footnote.passages import Filter
from footnote.retrieval.conditions import asked
from footnote.retrieval.index_columns import Columns

MOST_VALUES = 1024
"""That one condition may hold."""
ARRAYS = ("tags", "speakers")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an index is asked for a part of its rows."""

    columns: Columns
    storage_optimized: bool

    def body(self, filter: Filter) -> dict[str, str]:
        """The fields of a request that has this filter; none where it leaves nothing out.

        The passages that are left out one by one are not in it: they are few, and dropped from what comes.
        """
        if self.storage_optimized:
            said = " AND ".join(self._sql(filter))
            return {"filter_string": said} if said else {}
        return {"filters_json": _json(self._conditions(filter))} if filter.limits_documents else {}

    def one(self, name: str, value: str) -> dict[str, str]:
        """The fields of a request for the rows whose column has this value."""
        column = self.columns.of(name)
        if self.storage_optimized:
            return {"filter_string": f"{column} = {_quoted(value)}"}
        return {"filters_json": json.dumps({column: value})}

    def _conditions(self, filter: Filter) -> Iterator[tuple[str, object]]:
        for name, column in (("document_ids", "document_id"), ("kinds", "kind"), ("tags", "tags")):
            if values := asked(filter, [name]).get(name):
                yield self.columns.of(column), values
        if filter.speakers:
            yield self.columns.of("speakers"), sorted(filter.speakers)
        for operator, moment in _moments(filter):
            yield f"{self.columns.of('date')} {operator}", f"{moment}Z"
        for left_out in sorted(filter.without_documents):
            yield f"{self.columns.of('document_id')} NOT", left_out

    def _sql(self, filter: Filter) -> Iterator[str]:
        for name, column in (("document_ids", "document_id"), ("kinds", "kind")):
            if values := asked(filter, [name]).get(name):
                yield f"{self.columns.of(column)} IN ({', '.join(map(_quoted, values))})"
        for operator, moment in _moments(filter):
            yield f"{self.columns.of('date')} {operator} TO_TIMESTAMP('{moment}')"
        for left_out in sorted(filter.without_documents):
            yield f"{self.columns.of('document_id')} != {_quoted(left_out)}"


def sayable(value: str) -> bool:
    """Whether every reader of SQL takes the quoted value for what it is: some read a backslash as an escape."""
    return "\\" not in value and value.isprintable()


def pieces(ids: Sequence[str]) -> list[Sequence[str]]:
    """As many ids at once as one condition may hold."""
    return [ids[start : start + MOST_VALUES] for start in range(0, len(ids), MOST_VALUES)]


def _moments(filter: Filter) -> Iterator[tuple[str, str]]:
    """From the first day's beginning to the last one's end; both columns of days and of moments are compared so."""
    if filter.since:
        yield ">=", f"{filter.since}T00:00:00"
    if filter.until:
        yield "<", f"{date.fromisoformat(filter.until) + timedelta(days=1)}T00:00:00"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _json(conditions: Iterator[tuple[str, object]]) -> str:
    """One dictionary, or several where two conditions have the same key."""
    said: list[dict[str, object]] = [{}]
    for key, value in conditions:
        if key in said[-1]:
            said.append({})
        said[-1][key] = value
    return json.dumps(said[0] if len(said) == 1 else said)

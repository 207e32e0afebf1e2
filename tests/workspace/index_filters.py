"""Vector Search's filters, read as strictly as it does: dictionaries on one type of endpoint, SQL on the other."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from workspace.identities import Refused

Row = Mapping[str, Any]
Meets = Callable[[Row], bool]
MOST_VALUES = 1024
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "": operator.eq, "NOT": operator.ne, "=": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_KEY = re.compile(r"(?P<column>\w+)(?: (?P<operator>NOT|<=|>=|<|>))?")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<operator><=|>=|!=|=|<|>)"
    r"|(?P<mark>[(),])|(?P<word>[A-Za-z_]\w*))"
)


def refused(message: str) -> Refused:
    """A filter that is none."""
    return Refused(400, "INVALID_PARAMETER_VALUE", f"Invalid filter: {message}")


def by_dictionary(said: str, types: Mapping[str, str]) -> Meets:
    """The filter of a standard endpoint."""
    try:
        parsed = json.loads(said)
    except ValueError:
        raise refused("filters_json is no JSON") from None
    listed = parsed if isinstance(parsed, list) else [parsed]
    if not listed or not all(isinstance(one, dict) and one for one in listed):
        raise refused("a dictionary, or a list of them")
    conditions = [_condition(key, value, types) for one in listed for key, value in one.items()]
    return lambda row: all(meets(row) for meets in conditions)


def _condition(key: str, value: Any, types: Mapping[str, str]) -> Meets:
    found = _KEY.fullmatch(key)
    if not found:
        raise refused(f"the key {key!r}")
    column, sign = found["column"], found["operator"] or ""
    kind = _kind(column, types)
    if kind.startswith("array"):
        if sign:
            raise refused(f"an array column knows only equality, not {sign}")
        wanted = {_typed(one, "string", column) for one in _several(value)}
        return lambda row: bool(wanted & set(row.get(column) or ()))
    if isinstance(value, list):
        if sign:
            raise refused(f"{sign} takes one value")
        anyone = {_typed(one, kind, column) for one in _several(value)}
        return lambda row: _comparable(row.get(column), kind) in anyone
    return _compares(column, sign, _typed(value, kind, column), kind)


def _several(value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    if not 0 < len(values) <= MOST_VALUES:
        raise refused(f"1 to {MOST_VALUES} values, not {len(values)}")
    return values


def _typed(value: Any, kind: str, column: str) -> Any:
    """A value of the column's type; a moment as ``2026-03-12T00:00:00Z``."""
    if kind == "date":
        try:
            return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (TypeError, ValueError):
            raise refused(f"{value!r} is no moment for {column}") from None
    fits = isinstance(value, str) if kind == "string" else isinstance(value, int) and not isinstance(value, bool)
    if not fits:
        raise refused(f"{value!r} does not have the type of {column}, which is {kind}")
    return value


def _comparable(value: Any, kind: str) -> Any:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if kind == "date" and value is not None else value


def _compares(column: str, sign: str, wanted: Any, kind: str) -> Meets:
    compare = _OPERATORS[sign]

    def meets(row: Row) -> bool:
        held = _comparable(row.get(column), kind)
        return held is not None and compare(held, wanted)

    return meets


def _kind(column: str, types: Mapping[str, str]) -> str:
    if column not in types:
        raise refused(f"there is no column {column!r}")
    return types[column]


def by_sql(said: str, types: Mapping[str, str]) -> Meets:
    """The filter of a storage-optimized endpoint."""
    reader = _Sql(said, types)
    meets = reader.either()
    reader.end()
    return meets


class _Sql:
    """A reader of conditions, from left to right."""

    def __init__(self, said: str, types: Mapping[str, str]) -> None:
        self._types = types
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while said[at:].strip():
            found = _TOKEN.match(said, at)
            if not found or found.lastgroup is None:
                raise refused(f"at {said[at : at + 20]!r}")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def either(self) -> Meets:
        ways = [self._both()]
        while self._takes("word", "OR"):
            ways.append(self._both())
        return ways[0] if len(ways) == 1 else lambda row: any(meets(row) for meets in ways)

    def end(self) -> None:
        if self._tokens:
            raise refused(f"at {self._tokens[0][1]!r}")

    def _both(self) -> Meets:
        parts = [self._one()]
        while self._takes("word", "AND"):
            parts.append(self._one())
        return lambda row: all(meets(row) for meets in parts)

    def _one(self) -> Meets:
        if self._takes("mark", "("):
            inside = self.either()
            self._wants("mark", ")")
            return inside
        column = self._wants("word")
        kind = _kind(column, self._types)
        if kind.startswith("array"):
            raise refused(f"the array column {column!r} can't be filtered here")
        if self._takes("word", "IN"):
            return self._among(column, kind)
        sign = self._wants("operator")
        return _compares(column, sign, self._literal(kind, column), kind)

    def _among(self, column: str, kind: str) -> Meets:
        self._wants("mark", "(")
        values = [self._literal(kind, column)]
        while self._takes("mark", ","):
            values.append(self._literal(kind, column))
        self._wants("mark", ")")
        wanted = set(_several(values))
        return lambda row: _comparable(row.get(column), kind) in wanted

    def _literal(self, kind: str, column: str) -> Any:
        if self._takes("word", "TO_TIMESTAMP"):
            self._wants("mark", "(")
            moment = self._wants("text")[1:-1]
            self._wants("mark", ")")
            if kind != "date":
                raise refused(f"{column} is no moment")
            return _typed(f"{moment}Z", kind, column)
        if kind == "date":
            raise refused(f"{column} takes TO_TIMESTAMP")
        if kind == "string":
            return self._wants("text")[1:-1].replace("''", "'")
        return int(self._wants("number"))

    def _takes(self, kind: str, value: str) -> bool:
        if self._tokens and self._tokens[0][0] == kind and self._tokens[0][1].upper() == value:
            self._tokens.pop(0)
            return True
        return False

    def _wants(self, kind: str, value: str | None = None) -> str:
        if not self._tokens or self._tokens[0][0] != kind or (value and self._tokens[0][1] != value):
            raise refused(f"{value or kind} is missing at {self._tokens[0][1] if self._tokens else 'the end'!r}")
        return self._tokens.pop(0)[1]

"""Which columns of a Vector Search index hold what: pure."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from footnote.passages import COLUMNS, Kind, Passage, Segment
from footnote.retrieval.index_failures import Trouble, failed

NEEDED = ("id", "text")
"""What no index does without."""
_OWN = "__db_"
"""How the platform's own columns begin."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Columns:
    """The index's own name for each of ``COLUMNS``, where it is another one."""

    named: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """What the index calls it."""
        return self.named.get(name, name)

    def among(self, present: Collection[str] | None) -> list[str]:
        """The index's columns that are read, of those that it has; all where that isn't known."""
        own = [self.of(name) for name in COLUMNS]
        return own if present is None else [name for name in own if name in present]

    def check(self, row: Mapping[str, Any]) -> None:
        """Raise ``RetrievalFailed`` where a row has no such column as each passage needs; the log says which it has."""
        lacking = [f"{name}={self.of(name)}" for name in NEEDED if self.of(name) not in row]
        if lacking:
            there = sorted(name for name in row if not name.startswith(_OWN))
            log.error("FOOTNOTE_INDEX_COLUMNS: the index has no %s; it has %s", ", ".join(lacking), ", ".join(there))
            raise failed(Trouble.columns)

    def passage(self, row: Mapping[str, Any]) -> Passage:
        """The passage of a row; what no column holds is left out or read off its id. Raises ``RetrievalFailed``."""
        self.check(row)
        id = str(row[self.of("id")])
        document_id, _, number = id.rpartition("#") if "#" in id else (id, "", "")
        document_id = _text(self._value(row, "document_id")) or document_id
        return Passage(
            id=id,
            document_id=document_id,
            title=_text(self._value(row, "title")) or document_id.rpartition("/")[2],
            ordinal=_number(self._value(row, "ordinal"), int(number) if number.isdecimal() else 0) or 0,
            text=_text(self._value(row, "text")) or "",
            segments=_segments(self._value(row, "segments")),
            page=_number(self._value(row, "page")),
        )

    def kind(self, row: Mapping[str, Any]) -> Kind:
        """What the row's document is; a text where no column says so."""
        said = self._value(row, "kind")
        return Kind(said) if said in {*Kind} else Kind.TEXT

    def labels(self, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """The values of a column that holds several."""
        return tuple(str(value) for value in _listed(self._value(row, name)))

    def date(self, row: Mapping[str, Any]) -> str | None:
        """The row's day."""
        return (_text(self._value(row, "date")) or "")[:10] or None

    def _value(self, row: Mapping[str, Any], name: str) -> Any:
        return row.get(self.of(name))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any, otherwise: int | None = None) -> int | None:
    """A whole number, which comes as 3, 3.0 or "3"."""
    try:
        return otherwise if value is None else int(float(value))
    except (TypeError, ValueError):
        return otherwise


def _listed(value: Any) -> Sequence[Any]:
    """A list, which may come as JSON."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, str):
        return [value] if value else []
    return value if isinstance(value, list) else []


def _segments(value: Any) -> tuple[Segment, ...]:
    try:
        return tuple(Segment(*segment) for segment in _listed(value))
    except TypeError:  # of another make than ours
        return ()

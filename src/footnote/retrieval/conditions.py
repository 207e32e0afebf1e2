"""Which of a filter's conditions a search asks for, and with what: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from footnote.passages import Filter

Value = str | list[str]
"""A day, or several values of which one is enough."""


def asked(filter: Filter, names: Iterable[str]) -> dict[str, Value]:
    """The named conditions that leave anything out, each with its value; sets come sorted.

    An empty list of documents is a condition that none meets; of the others an empty one is none.
    """
    wanted = {name: getattr(filter, name) for name in names}
    met = {name: value for name, value in wanted.items() if (value is not None if name == "document_ids" else value)}
    return {name: value if isinstance(value, str) else _listed(value) for name, value in met.items()}


def _listed(values: Collection[str]) -> list[str]:
    return sorted(str(value) for value in values)

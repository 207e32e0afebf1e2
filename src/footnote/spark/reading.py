"""Files to rows: what ``mapInPandas`` runs on the executors, one file in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from footnote.ingest import load
from footnote.ingest.take_in import parsed
from footnote.load_errors import LoadError, Reason
from footnote.spark.apart import apart
from footnote.spark.columns import FILE, READ, Columns, document_row, passage_row

Row = dict[str, Any]

TO_READ: Columns = {**FILE, "known_source": "STRING", "known_digest": "STRING"}
"""A file to be read, and what its document was taken in from before."""

_ROWS = 1_000
"""Rows handed on at once, some 2 MB of passages."""


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    id: str | None
    bytes: int
    modified_ns: int
    known_source: str | None
    known_digest: str | None


def read_files(batches: Iterator[pd.DataFrame], *, root: str, max_bytes: int) -> Iterator[pd.DataFrame]:
    """For ``TO_READ`` rows, the ``READ`` rows of each file, or the one row that says why there are none."""
    for batch in batches:
        for values in batch[list(TO_READ)].itertuples(index=False, name=None):
            rows = _rows(_File(*values), Path(root), max_bytes)
            for start in range(0, len(rows), _ROWS):
                part = [[row.get(column) for column in READ] for row in rows[start : start + _ROWS]]
                yield pd.DataFrame(part, columns=list(READ), dtype=object)


def _rows(file: _File, root: Path, max_bytes: int) -> list[Row]:
    try:
        if file.id is None:
            raise LoadError(Reason.NAME)
        return apart(partial(_read, file, root, max_bytes))
    except LoadError as error:
        return [_failure(file, root, error)]


def _read(file: _File, root: Path, max_bytes: int) -> list[Row]:
    """Read one file, in the process that it has for itself."""
    path = Path(file.path)
    about = {"path": _named(file, root), "bytes": file.bytes, "modified_ns": file.modified_ns}
    try:
        data = load.read(path, max_bytes=max_bytes)
        if file.known_digest == load.digest_of(data) and Path(file.known_source or "").suffix == path.suffix:
            return [about | {"became": "same", "id": file.id, "source": file.path}]
        made = parsed(path, root, data, max_bytes=max_bytes)
    except LoadError as error:
        return [_failure(file, root, error)]
    of_document = document_row(made.document, made.passages)
    of_passages = [passage_row(made.document, passage) for passage in made.passages]
    return [about | {"became": "documents"} | of_document, *({"became": "passages"} | row for row in of_passages)]


def _failure(file: _File, root: Path, error: LoadError) -> Row:
    return {
        "became": "failures",
        "path": _named(file, root),
        "reason": error.reason.name,
        "message": error.message,
        "bytes": file.bytes,
        "modified_ns": file.modified_ns,
    }


def _named(file: _File, root: Path) -> str:
    """The file's path below the folder."""
    return file.path.removeprefix(f"{root}/")

"""A ``.csv`` file: each row as ``column: value; column: value``."""

from __future__ import annotations

import csv
import io

from footnote.ingest.content import Block, Content, composed
from footnote.load_errors import LoadError, Reason
from footnote.passages import Kind

MOST_ROWS = 100_000
_DELIMITERS = ",;\t|"


def read(text: str) -> Content:
    """The rows below the header, numbered from 0; a cell's line breaks become spaces, empty cells are left out."""
    header, rows = table(text)
    joined, units = composed((Block(_line(header, row)) for row in rows), between="\n")
    return Content(Kind.TABLE, joined, units)


def table(text: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the rows that hold anything, each cell on one line."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[list[str]] = []
    try:
        header = _cells(next(lines, []))
        for line in lines:
            if not any(row := _cells(line)):
                continue
            if len(rows) == MOST_ROWS:
                raise LoadError(Reason.ROWS, most=MOST_ROWS)
            rows.append(row)
    except csv.Error as error:
        raise LoadError(Reason.BROKEN_TABLE) from error
    return _named(header, max(map(len, rows), default=0)), rows


def _named(header: list[str], columns: int) -> list[str]:
    names = [*header, *[""] * (columns - len(header))]
    return [name or f"column {number}" for number, name in enumerate(names, 1)]


def _cells(line: list[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in line]


def _line(header: list[str], row: list[str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in zip(header, row, strict=False) if value)


def _delimiter(text: str) -> str:
    """What stands between the cells: the one that finds the most columns in the first line."""
    first = text.lstrip("\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=lambda delimiter: _columns(first, delimiter))


def _columns(line: str, delimiter: str) -> int:
    """How many cells a line has; none where one is enormous, as a long line is by a delimiter that isn't its own."""
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0

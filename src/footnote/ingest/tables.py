"""A ``.csv`` file: each row as ``column: value; column: value``."""

from __future__ import annotations

import csv
import io

from footnote.errors import LoadError
from footnote.ingest.content import Block, Content, composed
from footnote.passages import Kind

MOST_ROWS = 100_000
_DELIMITERS = ",;\t|"


def read(text: str) -> Content:
    """The rows below the header, numbered from 0; a cell's line breaks become spaces, empty cells are left out."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = [" ".join(name.split()) for name in next(rows, [])]
        blocks: list[Block] = []
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(blocks) == MOST_ROWS:
                raise LoadError(f"It has more than {MOST_ROWS:,} rows. Split it into several files.")
            blocks.append(Block(_line(header, row)))
    except csv.Error as error:
        raise LoadError("It isn't a readable CSV file: a quote isn't closed, or a cell is enormous.") from error
    joined, units = composed(blocks, between="\n")
    return Content(Kind.TABLE, joined, units)


def _line(header: list[str], row: list[str]) -> str:
    cells = []
    for number, cell in enumerate(row):
        value = " ".join(cell.split())
        if value:
            name = header[number] if number < len(header) and header[number] else f"column {number + 1}"
            cells.append(f"{name}: {value}")
    return "; ".join(cells)


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

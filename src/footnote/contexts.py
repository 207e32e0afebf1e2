"""What somebody was looking at when they asked: a chart, a table or a few words of the app around the page."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.passages import Filter, Hit, Passage, Segment

PREFIX = "asked-about:"
"""What the ids of such a source begin with; the answer's id follows."""
MOST_CHARACTERS = 1200
"""Of a passage, unless a single row is longer."""


@dataclass(frozen=True, slots=True)
class Context:
    """A title, what limits what is shown, and what that is: rows, words or both."""

    title: str
    filter: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""

    @property
    def table(self) -> tuple[list[str], list[list[str]]]:
        """Its columns and rows, what limits them in front: so that each row tells all of what it is."""
        limits = [(name, value) for name, value in self.filter if name not in self.columns]
        rows = [[*(value for _, value in limits), *row] for row in self.rows]
        return [*(name for name, _ in limits), *self.columns], [row for row in rows if any(row)]

    @property
    def is_table(self) -> bool:
        """Whether it is rows alone."""
        return bool(self.rows) and not self.text

    @property
    def lines(self) -> list[str]:
        """The words, and each row as ``column: value; column: value``, as rows of files have it."""
        columns, rows = self.table
        limits = "; ".join(f"{name}: {value}" for name, value in self.filter)
        says = [self.text] if self.text else [] if rows else [f"{self.title} ({limits})" if limits else self.title]
        return says + [_line(columns, row) for row in rows]


def document_id(answer_id: str) -> str:
    """The id of what an answer was asked about, as its citations name it."""
    return PREFIX + answer_id


def answer_id(id: str) -> str | None:
    """The answer that such a document, or a passage of it, belongs to; None for any other."""
    return id.removeprefix(PREFIX).partition("#")[0] if id.startswith(PREFIX) else None


def hits(context: Context | None, answer_id: str, filter: Filter) -> tuple[Hit, ...]:
    """What was looked at, in passages that stand before all that is found; what the filter leaves out is not there."""
    if context is None or any(id.startswith(PREFIX) for id in filter.without_documents):
        return ()
    # An answer that is asked again has passages of its own: which of them were ticked off, their numbers tell.
    without = {id.rpartition("#")[2] for id in filter.without if id.startswith(PREFIX)}
    return tuple(Hit(one, 1.0) for one in passages(context, answer_id) if str(one.ordinal) not in without)


def passages(context: Context, answer_id: str) -> list[Passage]:
    """The whole of it, a few rows a passage; a row is never divided."""
    groups: list[list[str]] = [[]]
    for line in context.lines:
        if groups[-1] and sum(map(len, groups[-1])) + len(line) > MOST_CHARACTERS:
            groups.append([])
        groups[-1].append(line)
    made, index = [], 0
    for ordinal, lines in enumerate(groups):
        made.append(_passage(context, document_id(answer_id), ordinal, lines, index))
        index += len(lines)
    return made


def _passage(context: Context, document: str, ordinal: int, lines: list[str], index: int) -> Passage:
    offsets = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    segments = tuple(Segment(offset, index + n) for n, offset in enumerate(offsets))
    return Passage(f"{document}#{ordinal}", document, context.title, ordinal, "\n".join(lines), segments)


def _line(columns: list[str], row: list[str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in zip(columns, row, strict=False) if value)

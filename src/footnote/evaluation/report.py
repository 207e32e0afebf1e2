"""A run and a comparison as tables for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footnote.evaluation.comparing import Change, Comparison
from footnote.evaluation.results import Run
from footnote.evaluation.summary import Figure, direction

_MOST_OF_A_QUESTION = 100
_COST_BELOW = 10


def table(run: Run, figures: Mapping[str, Figure]) -> list[str]:
    """The figures of a run, and what it was made of."""
    failed = sum(result.failed for result in run.results)
    lines = [_made(run.made), f"{_questions(len(run.results))}, {failed} failed", ""]
    rows = [("figure", "value", "questions", "")]
    rows += [(name, shown(name, f.value), f"{f.of:,}", _less(name)) for name, f in figures.items()]
    return [*lines, *_columns(rows)]


def comparison(before: Run, after: Run, compared: Comparison, most: int | None) -> list[str]:
    """Figure beside figure, then the questions that got worse and better, each with why; ``most`` of each."""
    rows = [("figure", "A", "B", "difference", "95 % of the time", "questions", "")]
    for one in compared.differences:
        name, low, high = one.figure, one.interval.low, one.interval.high
        difference = shown(name, one.after - one.before, signed=True)
        between = f"{shown(name, low, signed=True)} … {shown(name, high, signed=True)}"
        sides = (shown(name, one.before), shown(name, one.after))
        rows.append((name, *sides, difference, between, f"{one.of:,}", one.verdict))
    lines = [f"A: {_made(before.made)}", f"B: {_made(after.made)}", *_differs(before.made, after.made), ""]
    lines += [*_columns(rows), ""]
    for title, sign in (("worse", -1), ("better", 1), ("better in one figure, worse in another", 0)):
        lines += _changes(title, compared.changed(sign), most)
    lines.append(f"{_questions(compared.same)}: the same figures.")
    for run, only in (("A", compared.only_before), ("B", compared.only_after)):
        if only:
            lines.append(f"Only in {run}, and not compared: {_questions(len(only))}.")
    return lines


def shown(name: str, value: float, *, signed: bool = False) -> str:
    """A figure's value as a person reads it."""
    sign = "+" if signed else ""
    if name == "cost":
        return f"{value:{sign}.6f}" if abs(value) < _COST_BELOW else f"{value:{sign},.2f}"
    return f"{value:{sign},.0f}" if name.endswith(("_ms", "_tokens")) else f"{value:{sign}.3f}"


def _questions(count: int) -> str:
    return f"{count:,} question{'' if count == 1 else 's'}"


def _less(name: str) -> str:
    return "the lower the better" if direction(name) < 0 else ""


def _made(made: Mapping[str, Any]) -> str:
    settings, versions = made["settings"], made["versions"]
    retriever = " + ".join(str(settings[n]) for n in ("retriever", "embeddings") if settings.get(n))
    return f"{made['set']['name']}: {settings['model']}, {retriever}, footnote {versions['footnote']}, {made['at']}"


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What was not the same in both runs."""
    if before["set"]["digest"] != after["set"]["digest"]:
        yield "The sets differ."
    for part in ("settings", "versions", "library"):
        for name in dict.fromkeys((*before[part], *after[part])):
            a, b = before[part].get(name), after[part].get(name)
            if a != b:
                yield f"{part}, {name}: {a} → {b}"


def _changes(title: str, changes: Sequence[Change], most: int | None) -> Iterator[str]:
    yield f"{_questions(len(changes))}: {title}."
    for change in changes[:most]:
        question = " ".join(change.question.split())
        cut = question if len(question) <= _MOST_OF_A_QUESTION else question[: _MOST_OF_A_QUESTION - 1] + "…"
        yield _plain(f"  {change.id}  {cut}")
        yield _plain(f"      {'; '.join(change.why)}")
    if most is not None and len(changes) > most:
        yield f"  … and {len(changes) - most} more (--all)"


def _plain(line: str) -> str:
    """A line without what a terminal would take for an order: users wrote some of it."""
    return "".join(c if c.isprintable() else " " for c in line)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(rest[:-1], widths[1:], strict=False)]
        yield "  ".join((f"{first:<{widths[0]}}", *cells, rest[-1])).rstrip()

"""The figures as tables: for who reads with the ears or the keyboard, and for who wants the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from footnote.figures import Figures, Shelf
from footnote.page.ops.saying import Saying

Rows = Sequence[Sequence[str]]


def load(figures: Figures, says: Saying) -> html.Table:
    """Answers by time and end."""
    head = [says.texts("ops.time"), *(says.texts(f"ops.{end}") for end in ("done", "cancelled", "error"))]
    window = figures.span.window
    rows = [
        [says.step(step.at, window), *map(says.count, (step.done, step.cancelled, step.error))]
        for step in figures.steps
    ]
    return table(says.texts("ops.load_plot"), head, rows)


def first_words(figures: Figures, says: Saying) -> html.Table:
    """How long the first words took, by time."""
    head = [says.texts("ops.time"), *(says.texts(f"ops.{name}") for name in ("p50", "p95", "p99"))]
    rows = []
    for step in figures.steps:
        waited = step.first_token_ms
        took = (waited.p50, waited.p95, waited.p99) if waited else (None, None, None)
        rows.append([says.step(step.at, figures.span.window), *map(says.seconds, took)])
    return table(says.texts("ops.first_plot"), head, rows)


def named(caption: str, head: Sequence[str], counts: Sequence[tuple[str, int]], says: Saying) -> html.Table:
    """A number for each name."""
    return table(
        caption, [says.texts(f"ops.{name}") for name in head], [[name, says.count(count)] for name, count in counts]
    )


def never(shelved: Shelf, says: Saying) -> html.Table:
    """Documents that no answer cites."""
    head = [says.texts("ops.document"), says.texts("ops.since")]
    rows = [
        [one.title, says.day(one.indexed_at) if one.indexed_at else says.texts("ops.none")]
        for one in shelved.never_cited
    ]
    return table(says.texts("ops.never"), head, rows)


def questions(figures: Figures, says: Saying) -> html.Table:
    """Questions without an answer."""
    head = [says.texts(f"ops.{name}") for name in ("question", "times", "last")]
    rows = [[one.query, says.count(one.times), says.moment(one.asked_at)] for one in figures.questions]
    return table(says.texts("ops.unanswered"), head, rows)


def models(figures: Figures, says: Saying) -> html.Table:
    """What each model did."""
    names = ("model", "answers", "model_failed", "p50", "p95", "model_input", "model_output")
    rows = []
    for of in figures.models:
        waited = of.first_token_ms
        took = [says.seconds(waited.p50 if waited else None), says.seconds(waited.p95 if waited else None)]
        tokens = [says.count(of.input_tokens), says.count(of.output_tokens)]
        rows.append([of.model, says.count(of.answers), says.share(of.errors, of.answers), *took, *tokens])
    return table(says.texts("ops.models"), [says.texts(f"ops.{name}") for name in names], rows)


def table(caption: str, head: Sequence[str], rows: Rows) -> html.Table:
    """A table; the first of a row names it."""
    column: dict[str, Any] = {"scope": "col"}
    row: dict[str, Any] = {"scope": "row"}
    return html.Table(
        [
            html.Caption(caption, className="unseen"),
            html.Thead(html.Tr([html.Th(name, **column) for name in head])),
            html.Tbody([html.Tr([html.Th(first, **row), *map(html.Td, rest)]) for first, *rest in rows]),
        ]
    )

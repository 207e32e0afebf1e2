"""The sections of the page: each a heading, a sentence of what its plot tells, the plot, and its figures as a table."""

from __future__ import annotations

from typing import Any

from dash import html

from footnote.page.ops import ids, plots
from footnote.page.texts import Texts

ENDS = ("done", "cancelled", "error")
PERCENTILES = ("p50", "p95", "p99")
_LEGENDS = {"load": ENDS, "first": PERCENTILES}


def sections(texts: Texts) -> list[Any]:
    """All of them, without a figure; ``telling.py`` fills them."""
    told = [_plotted(name, texts) for name in ids.PLOTTED[:-1]]
    tabled = [_section(name, texts, _tabled(name, texts)) for name in ids.TABLED if name != ids.NEVER]
    never = [html.H3(texts("ops.never")), html.P(id=ids.says(ids.NEVER)), _tabled(ids.NEVER, texts)]
    return [
        html.Dl(id=ids.NOW, className="ops-now"),
        html.P(texts("ops.nothing"), id=ids.NOTHING, className="ops-empty", hidden=True),
        html.Div([*told, *tabled], id=ids.TOLD),
        _plotted("documents", texts, *never),
    ]


def _plotted(name: str, texts: Texts, *more: Any) -> html.Section:
    legend = plots.legend({f"is-{kind}": texts(f"ops.{kind}") for kind in _LEGENDS.get(name, ())})
    label = texts(f"ops.{name}_plot")
    table = html.Details([html.Summary(texts("ops.table")), _place(name, label)], className="ops-table")
    shown = html.Div([legend, plots.place(ids.plot(name), label), table], id=ids.shown(name))
    return _section(name, texts, shown, *more)


def _tabled(name: str, texts: Texts) -> html.Div:
    return html.Div(_place(name, texts(f"ops.{name}")), id=ids.shown(name))


def _place(name: str, label: str) -> html.Div:
    """Where a table stands, which scrolls by itself where it is too wide."""
    labelled: dict[str, Any] = {"aria-label": label}
    return html.Div(id=ids.table(name), className="table-scroll", tabIndex=0, role="group", **labelled)


def _section(name: str, texts: Texts, *parts: Any) -> html.Section:
    labelled: dict[str, Any] = {"aria-labelledby": ids.heading(name)}
    head = [html.H2(texts(f"ops.{name}"), id=ids.heading(name)), html.P(id=ids.says(name), className="ops-says")]
    return html.Section([*head, *parts], className="ops-section", **labelled)

"""The plots, as plotly has them: plain values, for its Python classes take long to import. Colours are the style's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dash import dcc, html

from footnote.figures import Figures, Window
from footnote.page.ops.saying import Saying

_CONFIG: Any = {"displayModeBar": False, "responsive": True, "showTips": False, "doubleClick": False}
_CLOCK = "%H:%M"
_PLOT_PX = 230
_BAR_PX = 26
_AROUND_PX = 16
_CLEAR = "rgba(0,0,0,0)"
_NAME = 34
"""Characters of a bar's name."""

Plot = dict[str, Any]


def load(figures: Figures, says: Saying) -> Plot:
    """Answers over time, one on the other by how they ended."""
    at = [says.local(step.at).strftime("%Y-%m-%d %H:%M") for step in figures.steps]
    ends = {name: [getattr(step, name) for step in figures.steps] for name in ("done", "cancelled", "error")}
    data = [
        {"type": "bar", "name": says.texts(f"ops.{name}"), "x": at, "y": counts, "hovertemplate": "%{y}"}
        for name, counts in ends.items()
    ]
    layout = _over_time(figures.span.window, says) | {"barmode": "stack", "bargap": 0.25}
    layout["yaxis"] |= {"rangemode": "tozero", "tickformat": ",d"}
    return {"data": data, "layout": layout}


def first_words(figures: Figures, says: Saying) -> Plot:
    """How long the first words took, over time."""
    at = [says.local(step.at).strftime("%Y-%m-%d %H:%M") for step in figures.steps]
    data = []
    for name, dash in (("p50", "solid"), ("p95", "dash"), ("p99", "dot")):
        waited = [step.first_token_ms and getattr(step.first_token_ms, name) / 1000 for step in figures.steps]
        line = {"type": "scatter", "mode": "lines+markers", "name": says.texts(f"ops.{name}"), "x": at, "y": waited}
        data.append(line | {"line": {"dash": dash, "width": 2}, "marker": {"size": 5}, "hovertemplate": "%{y} s"})
    layout = _over_time(figures.span.window, says)
    layout["yaxis"] |= {"rangemode": "tozero", "ticksuffix": " s"}
    return {"data": data, "layout": layout}


def bars(named: Sequence[tuple[str, int]]) -> Plot:
    """One bar a name, the first on top."""
    names = [_short(name) for name, _ in named]
    rows = list(range(len(named)))
    bar = {"type": "bar", "orientation": "h", "x": [count for _, count in named], "y": rows, "customdata": names}
    text = {"text": [f"{count}" for _, count in named], "textposition": "outside", "cliponaxis": False}
    axis = {"tickvals": rows, "ticktext": names, "autorange": "reversed", "showgrid": False, "zeroline": False}
    axis |= {"ticks": "outside", "ticklen": 6, "tickcolor": _CLEAR}
    layout = _layout() | {
        "xaxis": {"visible": False, "fixedrange": True, "rangemode": "tozero"},
        "yaxis": axis | {"fixedrange": True, "automargin": True},
        "margin": {"l": 8, "r": 48, "t": 4, "b": 4},
        "height": _AROUND_PX + _BAR_PX * len(named),
        "bargap": 0.35,
        "hovermode": False,
    }
    return {"data": [bar | text], "layout": layout}


def place(id: str, label: str) -> html.Div:
    """A plot's place: one picture for who can't see it, whose table follows."""
    named: dict[str, Any] = {"aria-label": label}
    shown = dcc.Graph(id=id, figure=bars(()), config=_CONFIG, responsive=True, className="plot")
    return html.Div(shown, role="img", className="plot-frame", **named)


def legend(names: Mapping[str, str]) -> html.Ul:
    """What the plot's colours and lines mean."""
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    items = [html.Li([html.Span(className=f"swatch {kind}"), name]) for kind, name in names.items()]
    return html.Ul(items, className="legend", **hidden)


def _over_time(window: Window, says: Saying) -> Plot:
    clock = says.texts("ops.day") if window is not Window.DAY else _CLOCK
    axis = {"type": "date", "tickformat": clock, "fixedrange": True, "showgrid": False, "nticks": 8}
    hover = says.texts("ops.day") if window is Window.MONTH else says.texts("ops.moment")
    y = {"fixedrange": True, "nticks": 5, "zeroline": False, "automargin": True}
    return _layout() | {"xaxis": axis | {"hoverformat": hover}, "yaxis": y, "hovermode": "x unified"}


def _layout() -> Plot:
    return {
        "height": _PLOT_PX,
        "margin": {"l": 8, "r": 28, "t": 8, "b": 28},
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "showlegend": False,
        "dragmode": False,
        "separators": ".,",
    }


def _short(name: str) -> str:
    """A bar's name as plotly takes it: as HTML, in which a document's title could be a link to anywhere."""
    return escape(name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…", quote=False)

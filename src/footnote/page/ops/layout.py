"""The operations page: what stands around the figures, and how they are counted again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update

from footnote.errors import FootnoteError, NotFound
from footnote.figures import Figures, Shelf, Window
from footnote.page.ids import SCHEME
from footnote.page.ops import ids
from footnote.page.ops.saying import Saying
from footnote.page.ops.sections import sections
from footnote.page.ops.telling import Told, told
from footnote.page.texts import Texts
from footnote.page.theme import THEME

EVERY_MS = 60_000
_MOST_OFFSET_MINUTES = 14 * 60
_DECORATION: dict[str, Any] = {"aria-hidden": "true"}

Counted = Callable[[Window, int], tuple[Figures, Shelf]]
"""The figures of a window for a clock that is so many seconds ahead; raises ``FootnoteError``."""

log = logging.getLogger(__name__)


def layout(base: str, texts: Texts) -> dmc.MantineProvider:
    """The page without its figures, which are counted once it stands."""
    return dmc.MantineProvider(
        html.Div(
            [
                html.A(texts("ops.skip"), href=f"#{ids.FIGURES}", className="skip"),
                _header(base, texts),
                html.Main(
                    [
                        html.H1(texts("ops.heading")),
                        _controls(texts),
                        html.P(texts("ops.counting"), id=ids.STATE, className="ops-state", role="status"),
                        html.Div(sections(texts), id=ids.FIGURES, className="ops-figures", tabIndex=-1, hidden=True),
                    ],
                    className="ops-column",
                ),
                dcc.Interval(id=ids.EVERY, interval=EVERY_MS),
                dcc.Store(id=ids.DUE),
            ],
            className="ops",
        ),
        defaultColorScheme="auto",
        theme=THEME,
    )


def callbacks(app: Dash, counted: Counted, texts: Callable[[], Texts]) -> None:
    """Counts when the page stands, when it is asked to, and every minute in which somebody may see it."""
    clientside: Any = app.clientside_callback
    clientside(
        ClientsideFunction("ops", "due"),
        Output(ids.DUE, "data"),
        Input(ids.EVERY, "n_intervals"),
        Input(ids.REFRESH, "n_clicks"),
    )

    @app.callback(
        *(Output(id, property) for id, property in ids.CHANGING),
        Input(ids.DUE, "data"),
        Input(ids.WINDOW, "value"),
        prevent_initial_call=True,
    )
    def count(due: Any, window: Any) -> list[Any]:
        set_to = shown(due, window, counted, texts())
        return [set_to.get(changing, no_update) for changing in ids.CHANGING]


def shown(due: Any, window: Any, counted: Counted, texts: Texts) -> Told:
    """What is set, and what is said of how new it is; what a browser sends is anything at all."""
    minutes = due.get("offset_minutes") if isinstance(due, dict) else None
    if type(minutes) is not int or abs(minutes) > _MOST_OFFSET_MINUTES or window not in [*Window]:
        return {}
    says, state = Saying(texts, minutes * 60), (ids.STATE, "children")
    try:
        figures, shelved = counted(Window(window), says.offset_s)
    except NotFound:
        return {state: texts("ops.unseen"), (ids.FIGURES, "hidden"): True}
    except FootnoteError as error:
        log.warning("the figures can't be counted for the operations page: %s", error.message)
        return {state: texts("ops.away")}
    sentences = [texts("ops.as_of", time=says.time(figures.span.until))]
    if figures.uncounted:
        sentences.append(texts("ops.uncounted", count=figures.uncounted))
    return told(figures, shelved, says) | {state: " ".join(sentences)}


def _header(base: str, texts: Texts) -> html.Header:
    labelled: dict[str, Any] = {"aria-label": texts("page.scheme")}
    scheme = dmc.ColorSchemeToggle(
        id=SCHEME, lightIcon=_icon("sun"), darkIcon=_icon("moon"), variant="default", size="lg", **labelled
    )
    return html.Header(
        [
            html.A([html.Span(className="mark", **_DECORATION), "Footnote"], href=base, className="brand"),
            html.A(texts("ops.back"), href=base, className="ops-back"),
            html.Div(scheme, className="tools"),
        ],
        className="bar",
    )


def _controls(texts: Texts) -> html.Div:
    labelled: dict[str, Any] = {"aria-label": texts("ops.window")}
    window = dmc.SegmentedControl(
        id=ids.WINDOW,
        data=[{"value": window.value, "label": texts(f"ops.window_{window}")} for window in Window],
        value=Window.DAY.value,
        **labelled,
    )
    refresh = html.Button(texts("ops.refresh"), id=ids.REFRESH, type="button", className="button", n_clicks=0)
    return html.Div([window, refresh], className="ops-controls")


def _icon(name: str) -> html.Span:
    return html.Span(className=f"icon icon-{name}", **_DECORATION)

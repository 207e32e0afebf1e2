"""The operations page: what stands around the figures, and how they are counted again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update

from footnote.errors import FootnoteError, NotFound
from footnote.figures import Figures, Shelf, Window
from footnote.page import ids
from footnote.page.ops.saying import Saying
from footnote.page.ops.sections import sections
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
                html.A(texts("ops.skip"), href=f"#{ids.OPS_FIGURES}", className="skip"),
                _header(base, texts),
                html.Main(
                    [
                        html.H1(texts("ops.heading")),
                        _controls(texts),
                        html.P(texts("ops.counting"), id=ids.OPS_SAYS, className="ops-state", role="status"),
                        html.Div(id=ids.OPS_FIGURES, className="ops-figures", tabIndex=-1),
                    ],
                    className="ops-column",
                ),
                dcc.Interval(id=ids.OPS_EVERY, interval=EVERY_MS),
                dcc.Store(id=ids.OPS_DUE),
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
        Output(ids.OPS_DUE, "data"),
        Input(ids.OPS_EVERY, "n_intervals"),
        Input(ids.OPS_REFRESH, "n_clicks"),
    )

    @app.callback(
        Output(ids.OPS_FIGURES, "children"),
        Output(ids.OPS_SAYS, "children"),
        Input(ids.OPS_DUE, "data"),
        Input(ids.OPS_WINDOW, "value"),
        prevent_initial_call=True,
    )
    def count(due: Any, window: Any) -> tuple[Any, Any]:
        return shown(due, window, counted, texts())


def shown(due: Any, window: Any, counted: Counted, texts: Texts) -> tuple[Any, Any]:
    """The sections, and what is said of how new they are; what a browser sends is anything at all."""
    minutes = due.get("offset_minutes") if isinstance(due, dict) else None
    if (
        not isinstance(window, str)
        or window not in {*Window}
        or type(minutes) is not int
        or abs(minutes) > _MOST_OFFSET_MINUTES
    ):
        return no_update, no_update
    says = Saying(texts, minutes * 60)
    try:
        figures, shelved = counted(Window(window), says.offset_s)
    except NotFound:
        return [], texts("ops.unseen")
    except FootnoteError as error:
        log.warning("the figures can't be counted for the operations page: %s", error.message)
        return no_update, texts("ops.away")
    state = [texts("ops.as_of", time=says.time(figures.span.until))]
    if figures.uncounted:
        state.append(texts("ops.uncounted", count=figures.uncounted))
    return sections(figures, shelved, says), " ".join(state)


def _header(base: str, texts: Texts) -> html.Header:
    labelled: dict[str, Any] = {"aria-label": texts("page.scheme")}
    scheme = dmc.ColorSchemeToggle(
        id=ids.SCHEME, lightIcon=_icon("sun"), darkIcon=_icon("moon"), variant="default", size="lg", **labelled
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
        id=ids.OPS_WINDOW,
        data=[{"value": window.value, "label": texts(f"ops.window_{window}")} for window in Window],
        value=Window.DAY.value,
        **labelled,
    )
    refresh = html.Button(texts("ops.refresh"), id=ids.OPS_REFRESH, type="button", className="button", n_clicks=0)
    return html.Div([window, refresh], className="ops-controls")


def _icon(name: str) -> html.Span:
    return html.Span(className=f"icon icon-{name}", **_DECORATION)

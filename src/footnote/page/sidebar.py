"""The sidebar: the user's conversations. Its scripts paint the list; nothing here re-renders it."""

from __future__ import annotations

from typing import Any

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts

_DECORATION: dict[str, Any] = {"aria-hidden": "true"}


def toggle(texts: Texts) -> html.Button:
    """Shows and hides the sidebar; on a narrow screen it opens the drawer."""
    pressed: dict[str, Any] = {
        "aria-label": texts("history.toggle"),
        "aria-controls": ids.HISTORY,
        "aria-expanded": "false",
    }
    return html.Button(
        _icon("sidebar"), id=ids.HISTORY_TOGGLE, type="button", className="icon-button history-toggle", **pressed
    )


def sidebar(base: str, texts: Texts, *, operator: bool = False) -> html.Nav:
    """The landmark: what to start, what to search, and the place of the list; an operator's leads to operations."""
    named: dict[str, Any] = {"aria-labelledby": ids.HISTORY_HEADING}
    close: dict[str, Any] = {"aria-label": texts("history.close")}
    return html.Nav(
        [
            html.Div(
                [
                    html.H2(texts("history.heading"), id=ids.HISTORY_HEADING),
                    html.Button(
                        _icon("close"),
                        id=ids.HISTORY_CLOSE,
                        type="button",
                        className="icon-button history-close",
                        **close,
                    ),
                ],
                className="history-head",
            ),
            html.Button(
                [_icon("plus"), html.Span(texts("history.new"))],
                id=ids.NEW,
                type="button",
                className="button history-new",
            ),
            html.Div(id=ids.HISTORY_SEARCH, className="history-search", role="search"),
            html.Div(id=ids.HISTORY_LIST, className="history-list"),
            html.Div(
                [
                    _place("library", base, texts),
                    _place("settings", base, texts),
                    *([_operations(base, texts)] if operator else []),
                    _shortcuts(texts),
                ],
                className="places",
            ),
        ],
        id=ids.HISTORY,
        className="history",
        **named,
    )


def _place(name: str, base: str, texts: Texts) -> html.A:
    goes: dict[str, Any] = {"data-goes": name}
    return html.A([_icon(name), texts(f"nav.{name}")], href=base + name, className="place", **goes)


def _operations(base: str, texts: Texts) -> html.A:
    """A document of its own, which the page's scripts don't show."""
    return html.A([_icon("chart"), texts("nav.ops")], href=f"{base}ops/", className="place")


def _shortcuts(texts: Texts) -> html.Button:
    says = [_icon("keys"), html.Span(texts("shortcuts.heading"))]
    return html.Button(says, id=ids.SHORTCUTS, type="button", className="place", **_opens_dialog())


def _opens_dialog() -> dict[str, Any]:
    return {"aria-haspopup": "dialog"}


def overlays(texts: Texts) -> list[html.Div]:
    """What lies over the page: the drawer's backdrop, and the toast with which a deletion is undone."""
    toast: dict[str, Any] = {"aria-label": texts("history.toast")}
    return [
        html.Div(id=ids.HISTORY_BACKDROP, className="history-backdrop", hidden=True, **_DECORATION),
        html.Div(id=ids.TOAST, className="toast", role="region", hidden=True, **toast),
    ]


def _icon(name: str) -> html.Span:
    return html.Span(className=f"icon icon-{name}", **_DECORATION)

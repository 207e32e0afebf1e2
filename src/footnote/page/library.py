"""The library's page: its scripts paint the documents into it."""

from __future__ import annotations

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts


def library(texts: Texts) -> html.Main:
    """The page's place, and what is seen over the page while files are dragged onto it."""
    heading = html.H1(texts("nav.library"))
    return html.Main(
        [
            html.Div([heading, html.Div(id=ids.SHELF)], className="library-column"),
            html.Div(html.P(texts("library.drop_now")), id=ids.DROP, className="drop", hidden=True),
        ],
        id=ids.LIBRARY,
        className="view library",
        tabIndex=-1,
    )

"""The library's page: its scripts paint the documents into it."""

from __future__ import annotations

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts


def library(texts: Texts) -> html.Main:
    """The page's place."""
    return html.Main([html.H1(texts("nav.library"))], id=ids.LIBRARY, className="view library", tabIndex=-1)

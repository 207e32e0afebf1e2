"""The settings' page: its scripts paint the form into it."""

from __future__ import annotations

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts


def settings(texts: Texts) -> html.Main:
    """The page's place."""
    return html.Main([html.H1(texts("nav.settings"))], id=ids.SETTINGS, className="view settings", tabIndex=-1)

"""The source panel beside the answer: its scripts paint the document into it."""

from __future__ import annotations

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts


def source(_texts: Texts) -> html.Aside:
    """The panel's place; empty and hidden until a source is opened."""
    return html.Aside(id=ids.PANEL, className="panel", hidden=True)

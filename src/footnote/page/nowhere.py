"""What is said at an address of this app that nothing stands at."""

from __future__ import annotations

from dash import html

from footnote.page.texts import Texts


def nowhere(base: str, texts: Texts) -> html.Main:
    """That nothing is here, and a way to begin anew."""
    return html.Main(
        [
            html.H1(texts("nowhere.heading"), tabIndex=-1),
            html.P(texts("nowhere.says")),
            html.A(texts("nowhere.begin"), href=base, className="button filled"),
        ],
        className="view nowhere",
    )

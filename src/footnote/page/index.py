"""The document that a browser loads first: its language, and the page's texts for the scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import Dash

from footnote.page.texts import Texts

_INDEX = """<!DOCTYPE html>
<html lang="{language}">
    <head>
        {metas}
        <title>{title}</title>
        {favicon}
        {css}
        <script type="application/json" id="texts">{texts}</script>
    </head>
    <body>
        {app_entry}
        <footer>
            {config}
            {scripts}
            {renderer}
        </footer>
    </body>
</html>
"""


class Page(Dash):
    """A Dash app whose document is in the language of who asks for it."""

    def __init__(self, *args: Any, texts: Callable[[], Texts], **options: Any) -> None:
        self._texts_of_request = texts
        super().__init__(*args, **options)

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """The document, from Dash's own parts of it."""
        texts = self._texts_of_request()
        return _INDEX.format(language=texts.language, texts=texts.for_browser(), **parts)

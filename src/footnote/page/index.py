"""The document that a browser loads first: its language, where it stands, and the page's texts for the scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from footnote.page.alone import Alone
from footnote.page.texts import Texts

_INDEX = """<!DOCTYPE html>
<html lang="{language}" data-base="{base}">
    <head>
        {metas}
        <title>{title}</title>
        <link rel="icon" href="{icon}">
        {css}
        <link rel="stylesheet" href="{style}">
        <script type="application/json" id="texts">{texts}</script>
    </head>
    <body>
        {app_entry}
        <footer>
            {config}
            <script src="{script}"></script>
            {scripts}
            {renderer}
        </footer>
    </body>
</html>
"""

_PLACES = re.compile(r"|library|settings|c/(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""The addresses that ``assets/42_views.js`` shows something for, without their first slash."""


class Page(Alone):
    """A Dash app whose document is in the language of who asks for it, with one script and one style of its own."""

    def __init__(self, name: str, *, texts: Callable[[], Texts], script: str, style: str, **options: Any) -> None:
        self._texts_of_request = texts
        self._script, self._style = script, style
        super().__init__(name, include_assets_files=False, **options)

    def index(self, path: str = "", **options: Any) -> Any:
        """The document, which says at any other address that nothing is there; so does the status."""
        index: Any = super().index
        page = index(path, **options)
        return page if _PLACES.fullmatch(path) else (page, 404)

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """The document, from Dash's own parts of it."""
        texts = self._texts_of_request()
        parts |= {
            "base": escape(self.config.requests_pathname_prefix),
            "icon": self.get_asset_url("favicon.ico"),
            "script": self.get_asset_url(self._script),
            "style": self.get_asset_url(self._style),
        }
        return _INDEX.format(language=texts.language, texts=texts.for_browser(), **parts)

"""The document that a browser loads first: its language, where it stands, and what stands on the page at first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import dash_ag_grid
import dash_extensions

from footnote.page.alone import Alone
from footnote.page.texts import Texts

_INDEX = """<!DOCTYPE html>
<html lang="{language}" data-base="{base}">
    <head>
        {metas}
        <title>{title}</title>
        <link rel="icon" href="{icon}">
        {css}
        {styles}
    </head>
    <body>
        {body}
        <footer>
            {config}
            {before}
            <script src="{script}"></script>
            {scripts}
            {renderer}
        </footer>
    </body>
</html>
"""

_PLACES = re.compile(r"|library|settings|c/(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""The addresses that ``assets/42_views.js`` shows something for, without their first slash."""


@dataclass(frozen=True, slots=True)
class Body:
    """What stands on the page as HTML, and what its scripts go by as JSON."""

    markup: str
    library: str


class Page(Alone):
    """A Dash app whose document is in the language of who asks for it, with a script and styles of its own."""

    places: ClassVar[re.Pattern[str]] = _PLACES

    def __init__(
        self, name: str, *, texts: Callable[[], Texts], script: str, styles: Sequence[str], **options: Any
    ) -> None:
        self._texts_of_request = texts
        self._script, self._styles = script, styles
        super().__init__(name, include_assets_files=False, **options)

    def index(self, path: str = "", **options: Any) -> Any:
        """The document, which says at any other address that nothing is there; so does the status."""
        index: Any = super().index
        page = index(path, **options)
        return page if self.places.fullmatch(path) else (page, 404)

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """The document, from Dash's own parts of it."""
        texts = self._texts_of_request()
        parts |= {
            "base": escape(self.config.requests_pathname_prefix),
            "icon": self.get_asset_url("favicon.ico"),
            "script": self.get_asset_url(self._script),
            "styles": "\n".join(map(self._link, self._styles)),
        }
        parts |= {"language": texts.language, "body": parts["app_entry"], "before": ""}
        return _INDEX.format(**parts | self._said(texts))

    def _link(self, style: str) -> str:
        return f'<link rel="stylesheet" href="{self.get_asset_url(style)}">'

    def _said(self, texts: Texts) -> dict[str, str]:  # noqa: ARG002 - other pages say something in words
        """What it says itself."""
        return {}


class PaintedPage(Page):
    """The main page: its body comes with its document, and scripts paint into it; few of its parts are Dash's."""

    libraries = (dash_ag_grid, dash_extensions)
    unused = ("dcc/", "dash_table/", "package_data/plotly")
    """120 KB; and plotly, which another Dash app of the process puts on the list of every page."""

    def __init__(
        self, name: str, *, body: Callable[[Texts], Body], own_texts: Mapping[str, str], **options: Any
    ) -> None:
        self._body, self._own_texts = body, own_texts
        super().__init__(name, **options)

    def _add_url(self, name: str, view_func: Callable[..., Any], methods: Sequence[str] = ("GET",)) -> None:
        """Answer Dash's addresses, but for the one that calls a function here: the page has none to be called."""
        if name != "_dash-update-component":
            super()._add_url(name, view_func, methods)

    def _said(self, texts: Texts) -> dict[str, str]:
        body = self._body(texts)
        known = f'<script type="application/json" id="documents">{body.library}</script>'
        own = f'<script src="{self.get_asset_url(self._own_texts[texts.language])}"></script>'
        return {"body": body.markup, "before": known + own}

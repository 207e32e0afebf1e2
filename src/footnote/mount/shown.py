"""Where a Dash app shows Footnote: a page in its own shell, and a button on every page that opens a drawer."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from dash import html, register_page
from flask import Flask

from footnote.page.texts import LANGUAGES, catalogue
from footnote.web import bundle
from footnote.web.mounted import answer

if TYPE_CHECKING:
    from dash import Dash

_DRAWER = "drawer."


def frame(base: str, **properties: Any) -> html.Iframe:
    """The page in a frame, as wide as its place and as high as the window leaves it."""
    named = {"title": "Footnote", "className": "footnote-frame", "allow": "clipboard-write"}
    return html.Iframe(src=base, **named | properties)


def make_page(app: Dash, layout: Callable[[], Any], path: str, at: str, name: str) -> None:
    """One more of the app's pages, whose address is ``path``."""
    register_page(  # type: ignore[no-untyped-call]
        f"footnote{path}", path=path, name=name, title=name, layout=lambda **_: layout()
    )
    answer(app.server, at, app.index)


def add_scripts(app: Dash, inner: Flask, base: str, *, drawer: bool) -> None:
    """Have every page of the app load what shows the drawer and talks to Footnote's frames: a few kB."""
    folder = bundle.ASSETS / "host"
    script, style, drawn = bundle.script(folder), bundle.style(folder), bundle.style(folder / "drawer")
    for own in (script, style, drawn):
        own.serve(inner, f"/assets/{own.name}")
    at = f"{base}assets/"
    data = {
        "base": base,
        "style": at + drawn.name,
        "drawer": "true" if drawer else "false",
        "texts": json.dumps(_texts()),
    }
    tag = {"src": at + script.name} | {f"data-{name}": escape(value) for name, value in data.items()}
    app.config.external_scripts = [*app.config.external_scripts, tag]
    app.config.external_stylesheets = [*app.config.external_stylesheets, at + style.name]


def _texts() -> dict[str, dict[str, Any]]:
    """The drawer's texts in each language: the page around it may be in any."""
    of_drawer = {key: forms for key, forms in catalogue().items() if key.startswith(_DRAWER)}
    return {language: {key: forms[language] for key, forms in of_drawer.items()} for language in LANGUAGES}

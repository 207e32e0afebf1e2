"""A button beside a chart or a table that takes what is shown there along to the next question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from footnote.page.texts import LANGUAGES, Texts
from footnote.web.language import language_of
from footnote.web.requests.context import MOST_ROWS


def ask_about(
    title: str,
    *,
    of: str | None = None,
    filtered_by: Mapping[str, str] | None = None,
    data: Sequence[Mapping[str, Any]] | None = None,
    filter: Mapping[str, Any] | None = None,
    text: str | None = None,
    id: str | None = None,
    label: str | None = None,
) -> html.Span:
    """A button that opens Footnote with what is shown as the question's context.

    What is shown is read in the browser at the click. The server takes at most 200 rows of 30 columns and 32 kB.

    Args:
        title: what it is called, above the question and in the answer's sources.
        of: the id of the ``dcc.Graph``, ``DataTable`` or ``AgGrid`` that shows it.
        filtered_by: the components whose ``value`` limits it, by what each limits: ``{"Region": "region"}``.
        data: its rows, where no component shows them.
        filter: what limits it, where no component says so.
        text: a few words on it that the answer may cite.
        id: of a ``dcc.Store`` for the app's callbacks: ``Output(id, "data")`` with any of ``title``, ``data``,
            ``filter`` and ``text`` counts instead.
        label: the button's words, in place of "Ask about this", which a layout that is a function has in the language
            of who asks for it, as Footnote's page is.
    """
    rows = [*(data or ())][:MOST_ROWS]
    told = {
        "title": title,
        "data": rows,
        "filter": filter,
        "text": text,
        "of": of,
        "filtered_by": filtered_by,
        "store": id,
    }
    about: dict[str, Any] = {"data-footnote-about": _json({k: v for k, v in told.items() if v})}
    words = label or Texts(language_of(LANGUAGES))("drawer.ask_about")
    named: dict[str, Any] = {"aria-label": f"{words}: {title}"}
    button = html.Button(words, type="button", className="footnote-ask", **about, **named)
    return html.Span([button, *([dcc.Store(id=id)] if id else [])])


def _json(told: dict[str, Any]) -> str:
    """As a browser reads it: a cell that is no number (pandas' NaN) is empty, what JSON has no word for is its text."""
    return json.dumps(json.loads(json.dumps(told, default=str), parse_constant=lambda _: None))

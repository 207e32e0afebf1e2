"""A team's own dashboard, with Footnote in it: as a page, as a drawer, and asked about a chart and a table.

    .venv/bin/python examples/dashboard/app.py

Then open http://127.0.0.1:8060. Nothing has to be configured.
"""

from __future__ import annotations

import os

import dash
from dash import Dash, dcc, html

from footnote import Footnote

app = Dash(__name__, use_pages=True, title="Network figures")
footnote = Footnote(app, path="/ask", name="Ask")
server = app.server

app.layout = html.Div(
    [
        html.Header(
            [
                html.Strong("Network figures", className="title"),
                html.Nav(
                    [
                        dcc.Link(page["name"], href=page["relative_path"], className="to")
                        for page in dash.page_registry.values()
                    ],
                ),
            ],
            className="top",
        ),
        dash.page_container,
    ]
)

if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8060")))

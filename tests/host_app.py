"""A team's own Dash app, into which Footnote is mounted: with pages or without, with callbacks and a style."""

from __future__ import annotations

import dash
from dash import Dash, Input, Output, callback, dcc, html

from footnote.settings import Settings

STYLE = """<!DOCTYPE html><html><head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}
<style>button { border: 3px solid rgb(255, 0, 0); } #query { color: rgb(255, 0, 0); } body { margin: 7px; }</style>
</head><body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def host_app(*, pages: bool = False, **options) -> Dash:
    """The app, whose callback waits in Dash's global list until its first request, as ``@callback`` has it."""
    dash._pages.PAGE_REGISTRY.clear()
    app = Dash("host", use_pages=pages, pages_folder="", assets_folder="no-assets", index_string=STYLE, **options)
    body = [html.H1("The team's dashboard"), dcc.Input(id="query", value="a"), html.Output(id="said")]
    if pages:
        dash.register_page("overview", path="/", layout=lambda **_: html.Div(body))
        dash.register_page("figures", path="/figures", layout=lambda **_: html.Div("Figures"))
        links = html.Nav([dcc.Link(page["name"], href=page["relative_path"]) for page in dash.page_registry.values()])
        app.layout = html.Div([links, dash.page_container])
    else:
        app.layout = html.Div(body)

    @callback(Output("said", "children"), Input("query", "value"))
    def said(value: str) -> str:
        return f"You said {value}; the app is {dash.get_app().config.name}"

    return app


def settings(folder) -> Settings:
    """With a library of one sentence."""
    library = folder / "library"
    library.mkdir(exist_ok=True)
    (library / "depot.txt").write_text("Ann decided that the depot moves to the harbour in May.", "utf-8")
    return Settings(data=folder / "data", library=library, rate_limit="off")

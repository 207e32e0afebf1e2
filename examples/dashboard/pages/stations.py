"""The stations as a table, limited by the same kind of filter."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback, dash_table, dcc, html, register_page
from figures import REGIONS, table

from footnote import ask_about

register_page(__name__, path="/stations", name="Stations", order=1)

layout = html.Main(
    [
        html.Div(
            [
                html.H1("Stations"),
                dcc.RadioItems(["All", *REGIONS], "All", id="of-region", inline=True, className="choice"),
            ],
            className="row",
        ),
        html.Section(
            [
                html.Div(
                    [
                        html.H2("Rides and revenue by station, June"),
                        ask_about("Rides and revenue by station, June", id="about-stations"),
                    ],
                    className="row",
                ),
                dash_table.DataTable(
                    id="stations",
                    columns=[{"name": name, "id": name} for name in table("All")[0]],
                    sort_action="native",
                    style_table={"overflowX": "auto", "marginTop": "0.75rem"},
                    style_cell={"fontFamily": "Georgia, serif", "textAlign": "left", "padding": "0.5rem 0.75rem"},
                    style_header={"fontWeight": "bold", "backgroundColor": "#f3eee4"},
                    style_as_list_view=True,
                ),
            ],
            className="card",
        ),
    ],
    className="shown",
)


@callback(Output("stations", "data"), Output("about-stations", "data"), Input("of-region", "value"))
def fill(region: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of what is chosen, for the table and for a question about it."""
    rows = table(region)
    return rows, {"data": rows, "filter": {"Region": region}}

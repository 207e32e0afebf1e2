"""Revenue by month and region: a filter, a chart and the callback between them."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from dash import Input, Output, callback, dcc, html, register_page
from figures import MONTHS, REGIONS, revenue

from footnote import ask_about

register_page(__name__, path="/", name="Revenue", order=0)

COLOURS = {"North": "#2a7f76", "South": "#d98b2b", "East": "#4a63b8", "West": "#b3567f"}

layout = html.Main(
    [
        html.Div(
            [
                html.H1("Revenue by month"),
                dcc.RadioItems(["All", *REGIONS], "All", id="region", inline=True, className="choice"),
            ],
            className="row",
        ),
        html.Section(
            [
                html.Div(
                    [
                        html.H2("Revenue by region, in euros", id="chart-name"),
                        ask_about("Revenue by region, in euros", of="chart", filtered_by={"Region": "region"}),
                    ],
                    className="row",
                ),
                dcc.Graph(id="chart", config={"displayModeBar": False}),
                html.Output(id="total", className="total"),
            ],
            className="card",
        ),
    ],
    className="shown",
)


@callback(Output("chart", "figure"), Output("total", "children"), Input("region", "value"))
def draw(region: str) -> tuple[Any, str]:
    """The chart of what is chosen, and what it adds up to."""
    by_region = revenue(region)
    figure = go.Figure(
        [go.Bar(name=name, x=list(MONTHS), y=euros, marker_color=COLOURS[name]) for name, euros in by_region.items()]
    )
    figure.update_layout(
        barmode="stack", height=360, margin={"l": 60, "r": 10, "t": 10, "b": 45}, bargap=0.35, showlegend=True,
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", font={"family": "Georgia, serif", "size": 13},
        legend={"orientation": "h", "y": 1.12, "title": "Region"}, xaxis={"title": "Month"}, yaxis={"title": "Revenue"},
    )  # fmt: skip
    return figure, f"€ {sum(map(sum, by_region.values())):,} since January"

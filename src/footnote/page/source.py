"""The source panel beside the answer: its scripts paint the document into it, a table by the grid described here."""

from __future__ import annotations

import json
from typing import Any

import dash_ag_grid
from dash import html

from footnote.page import ids
from footnote.page.texts import Texts


def source() -> html.Section:
    """The panel's place; hidden until a source is opened. What Dash renders stands in it."""
    return html.Section(
        [html.Div(id=ids.SOURCE, className="source-panel"), html.Div(id=ids.DASH)],
        id=ids.PANEL,
        className="panel",
        role="complementary",
        hidden=True,
    )


def table_place(texts: Texts) -> html.Div:
    """Where a script has Dash render the grid."""
    grid: dict[str, Any] = {"data-grid": json.dumps(_grid().to_plotly_json())}
    named: dict[str, Any] = {"aria-label": texts("source.table")}
    return html.Div(id=ids.SOURCE_TABLE, className="source-table", role="region", **grid, **named)


def _grid() -> dash_ag_grid.AgGrid:
    """The grid of a table, without its columns and rows."""
    return dash_ag_grid.AgGrid(
        id=ids.SOURCE_ROWS,
        defaultColDef={"sortable": True, "resizable": True, "minWidth": 90, "wrapText": False},
        columnSize="autoSize",
        getRowId="params.data.row",
        rowClassRules={
            "row-cited": "params.data.cited",
            "row-found": "params.data.found",
            "row-now": "params.data.now",
        },
        dashGridOptions={"animateRows": False, "enableCellTextSelection": True, "ensureDomOrder": True},
        className="source-grid",
        style={"height": "100%", "width": "100%"},
    )

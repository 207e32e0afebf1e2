"""The operations page as a Dash app of its own: plotly's script is loaded there, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import dash_mantine_components

from footnote.page.index import Page
from footnote.page.texts import Texts

_PLOTLY: Any = {"namespace": "plotly", "relative_package_path": "package_data/plotly.min.js", "dynamic": True}
"""4.8 MB that only a plot needs: Dash's graph loads it with the first one."""


class OpsPage(Page):
    """A page beside the main one, for its operators."""

    libraries = (dash_mantine_components,)
    places = re.compile("")

    def __init__(self, name: str, *, texts: Callable[[], Texts], **options: Any) -> None:
        super().__init__(name, texts=texts, **options)
        self.scripts._resources.append_resource(_PLOTLY)  # noqa: SLF001 - as Alone does

    def _said(self, texts: Texts) -> dict[str, str]:
        return {"title": texts("ops.title")}

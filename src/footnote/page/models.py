"""Which model the next question is for, where several can be chosen, and who writes the answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dash import html

from footnote.page import ids
from footnote.page.texts import Texts

_EXTRACTIVE = "extractive"


def model_choice(models: Sequence[str], unfiltered: Collection[str], texts: Texts) -> list[html.Span]:
    """The choice, the default first; nothing where there is only one."""
    if len(models) == 1:
        return []
    named: dict[str, Any] = {"aria-label": texts("composer.choose_model")}
    marked: dict[str, Any] = {"data-unfiltered": "true"}
    options = [html.Option(name, value=name, **(marked if name in unfiltered else {})) for name in models]
    # What is chosen is the browser's own: a value given here would be written over it.
    return [html.Span(html.Select(options, id=ids.MODEL, **named), className="model-choice")]


def unfiltered_line(models: Sequence[str], unfiltered: Collection[str], texts: Texts) -> html.P:
    """That a filter does not reach the model: shown for the only one, or by a script for the one that is chosen."""
    hidden = len(models) > 1 or models[0] not in unfiltered
    return html.P(texts("filter.unreached"), id=ids.UNFILTERED, className="fine-print", hidden=hidden)


def model_line(models: Sequence[str], texts: Texts) -> str:
    """Who writes the answers, or that nobody does."""
    if len(models) > 1:
        return texts("composer.models")
    if models[0] == _EXTRACTIVE:
        return texts("composer.no_model")
    return texts("composer.model", model=models[0].partition(":")[2] or models[0])

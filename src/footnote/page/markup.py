"""A tree of Dash's HTML components as the HTML that it stands for.

What no callback ever changes is sent as HTML: a component that Dash renders is told of each change of any other one,
and an answer that is written changes something twenty times a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from dash.development.base_component import Component

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_NAMES = {"className": "class", "htmlFor": "for"}

Node = Component | str | Iterable[Any] | None


def markup(node: Node) -> str:
    """The HTML of a component, a text or several of them; texts and attributes are escaped."""
    if node is None:
        return ""
    if isinstance(node, str):
        return escape(node, quote=False)
    if isinstance(node, Component):
        return _element(node)
    return "".join(map(markup, node))


def _element(component: Component) -> str:
    tag = type(component).__name__.lower()
    props: dict[str, Any] = component.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    inside = markup(props.pop("children", None))
    attributes = "".join(_attribute(name, value) for name, value in props.items())
    return f"<{tag}{attributes}>" if tag in _VOID else f"<{tag}{attributes}>{inside}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    """As HTML has it, where names know no case and a condition that holds is a name alone."""
    if value is None or value is False:
        return ""
    name = _NAMES.get(name, name.lower())
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'

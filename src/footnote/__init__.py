"""Footnote: ask your own recordings and documents; a cited answer streams in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footnote.mount.asking import ask_about as ask_about
    from footnote.mount.dash_app import Footnote as Footnote

__version__ = "0.1.0"


_MOUNTING = {"Footnote": "footnote.mount.dash_app", "ask_about": "footnote.mount.asking"}


def __getattr__(name: str) -> Any:
    """What mounts the page into a Dash app: Dash is imported by who uses it, and not before."""
    if name not in _MOUNTING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MOUNTING[name]), name)

"""What Dash keeps once for all apps of a process, left as it was by an app that is made beside another.

That is: which component libraries every page loads, the callbacks that no app has taken yet, and the app that
``get_app`` and ``register_page`` mean. Importing this module loads no component library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dash import _callback, _get_app, _get_paths, _pages
from dash.development.base_component import ComponentRegistry

_UNTAKEN = ("GLOBAL_CALLBACK_LIST", "GLOBAL_CALLBACK_MAP", "GLOBAL_INLINE_SCRIPTS", "GLOBAL_API_PATHS")
"""What waits for the first request of whichever app that comes to."""


@contextmanager
def isolated() -> Iterator[None]:
    """Whatever is imported and made inside, the process's other Dash apps find everything as it was before."""
    with _the_app(), _callbacks(), _libraries():
        yield


@contextmanager
def _the_app() -> Iterator[None]:
    before = (_get_app.APP, _get_paths.CONFIG, _pages.CONFIG)
    try:
        yield
    finally:
        _get_app.APP, _get_paths.CONFIG, _pages.CONFIG = before


@contextmanager
def _callbacks() -> Iterator[None]:
    lists: list[Any] = [getattr(_callback, name) for name in _UNTAKEN]
    before = [kept.copy() for kept in lists]
    for kept in lists:
        kept.clear()
    try:
        yield
    finally:
        for kept, was in zip(lists, before, strict=True):
            kept.clear()
            kept.extend(was) if isinstance(kept, list) else kept.update(was)


@contextmanager
def _libraries() -> Iterator[None]:
    """A library first imported inside counts as never imported: an app that imports it later gets it whole."""
    registry: Any = ComponentRegistry.registry
    by_namespace: list[dict[str, Any]] = [ComponentRegistry.children_props, ComponentRegistry.namespace_to_package]
    libraries, namespaces = {*registry}, [{*known} for known in by_namespace]
    try:
        yield
    finally:
        for library in {*registry} - libraries:
            registry.discard(library)
            for module in [name for name in sys.modules if name.split(".")[0] == library]:
                del sys.modules[module]
        for known, before in zip(by_namespace, namespaces, strict=True):
            for namespace in known.keys() - before:
                del known[namespace]

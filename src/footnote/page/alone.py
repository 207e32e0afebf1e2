"""A Dash app that loads its own component libraries alone, and reads nothing that another app may change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import plotly
from dash import Dash, _hooks, resources
from dash.development.base_component import ComponentRegistry
from dash.fingerprint import check_fingerprint

_LATER = "dash_ag_grid.min.js"
"""1.3 MB that only a table needs: loaded by assets/39_source_table.js with the first one."""

LIBRARY_FILES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
"""Dash's endpoint for them."""


class _NoHooks(_hooks.HooksManager):
    """Hooks are put in for all apps of a process; this one has none."""

    hooks = _hooks._Hooks()  # noqa: SLF001 - there is no other way to have none
    _registered = True


class _OwnFiles(resources.Resources):
    """The files of this app's libraries, whatever else the process has loaded."""

    def __init__(self, name: str, config: Any, libraries: Sequence[ModuleType], unused: tuple[str, ...]) -> None:
        super().__init__(name, config)
        self._libraries = libraries
        self._unused = unused

    def get_all_resources(self, dev_bundles: bool = False) -> Any:  # noqa: FBT001, FBT002 - Dash's
        listed = [one for library in self._libraries for one in getattr(library, self.resource_name, [])]
        own = [one | {"dynamic": True} if one["relative_package_path"] == _LATER else one for one in listed]
        return self._filter_resources(own + self._resources, dev_bundles)

    def _filter_resources(self, all_resources: Any, dev_bundles: bool = False) -> Any:  # noqa: FBT001, FBT002 - Dash's
        used = [one for one in all_resources if not str(one.get("relative_package_path")).startswith(self._unused)]
        return super()._filter_resources(used, dev_bundles)


class Alone(Dash):
    """A Dash app for which only its own libraries are there."""

    libraries: ClassVar[Sequence[ModuleType]] = ()
    unused: ClassVar[tuple[str, ...]] = ()
    """How the paths begin of what Dash adds to every page, and this one has no use for."""

    def __init__(self, name: str, **options: Any) -> None:
        self._made: dict[str, Any] = {}
        super().__init__(name, **options)
        files = self.libraries, self.unused
        self.scripts._resources = _OwnFiles("_js_dist", self.scripts.config, *files)  # noqa: SLF001 - as Dash itself
        self.css._resources = _OwnFiles("_css_dist", self.css.config, *files)  # noqa: SLF001

    def settle(self) -> None:
        """Read what the process's apps share now, and never again."""
        self._setup_server()  # type: ignore[no-untyped-call]
        self.csp_hashes()
        self._once("children_props", lambda: dict(ComponentRegistry.children_props))

    def library_file(self, library: str, named: str) -> tuple[Path, bool] | None:
        """A file that the page loads of a library, and whether its name changes with its content; None for others."""
        # They are known once the page's links to them are made, which another request may just be about to do.
        self._generate_scripts_html()
        self._generate_css_dist_html()
        path, lasting = check_fingerprint(named)  # type: ignore[no-untyped-call]
        known = {module.__name__: module for module in (*self.libraries, plotly, sys.modules["dash"])}
        if library not in known or path not in self.registered_paths[library]:
            return None
        return Path(str(known[library].__file__)).parent / path, lasting

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _setup_hooks(self) -> None:
        self._hooks = _NoHooks

    def _setup_plotlyjs(self) -> None:
        """Nothing: Dash would add plotly.js to a list that all apps share, and there are no graphs here."""

    def _generate_scripts_html(self) -> Any:
        return self._once("scripts", super()._generate_scripts_html)

    def _generate_css_dist_html(self) -> Any:
        return self._once("css", super()._generate_css_dist_html)

    def csp_hashes(self, hash_algorithm: str = "sha256") -> Sequence[str]:
        hashes: Sequence[str] = self._once(hash_algorithm, lambda: super(Alone, self).csp_hashes(hash_algorithm))
        return hashes

    def _config(self) -> Any:
        config: Any = super()._config()  # type: ignore[no-untyped-call]
        return config | {"children_props": self._made.get("children_props", config["children_props"])}

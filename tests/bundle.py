"""What is wrong with the bundle and ``app.yaml``, so far as that can be known without a workspace.

The kinds of resources are held to the models that Databricks publishes with its CLI (``databricks-bundles``), which
refuse a field that they don't know; the rest to what this product knows of itself. As a script it prints what it
finds, and fails if there is anything.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from databricks.bundles.apps import App
from databricks.bundles.jobs import Job

ROOT = Path(__file__).resolve().parents[1]
KINDS = {"apps": App, "jobs": Job}
PARTS = {"bundle", "include", "variables", "artifacts", "resources", "targets", "sync", "permissions", "workspace"}
OF_A_TARGET = {"mode", "default", "workspace", "permissions", "resources", "variables", "run_as"}
VARIABLE = re.compile(r"\$\{var\.(\w+)(?:\.(\w+))?\}")
"""A variable, or a field of one that has some."""
OTHERS = {"PYTHONPATH", "MLFLOW_TRACKING_URI"}
"""What an app may be told beside this product's settings."""


def bundle(root: Path = ROOT) -> dict[str, Any]:
    """``databricks.yml`` with what it includes."""
    whole: dict[str, Any] = yaml.safe_load((root / "databricks.yml").read_text("utf-8"))
    for pattern in whole["include"]:
        for path in sorted(root.glob(pattern)):
            _merge(whole, yaml.safe_load(path.read_text("utf-8")))
    return whole


def app_yaml(root: Path = ROOT) -> dict[str, Any]:
    """``app.yaml``."""
    told: dict[str, Any] = yaml.safe_load((root / "app.yaml").read_text("utf-8"))
    return told


def faults(whole: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    """Each thing that is wrong, in words."""
    yield from (f"databricks.yml has no part {part!r}" for part in whole.keys() - PARTS)
    for name, target in whole["targets"].items():
        yield from (f"the target {name!r} has no part {part!r}" for part in target.keys() - OF_A_TARGET)
        if target.get("workspace", {}).get("root_path", "").startswith("/Workspace/Shared"):
            yield f"the target {name!r} stands where all users of the workspace may write; the CLI warns of it"
    for kind, resources in whole["resources"].items():
        for key, fields in resources.items():
            yield from _of_resource(kind, key, fields)
    used = {name for name, _ in VARIABLE.findall(yaml.safe_dump(whole))}
    yield from (f"the variable {name!r} is not declared" for name in sorted(used - whole["variables"].keys()))
    yield from (f"the variable {name!r} is used nowhere" for name in sorted(whole["variables"].keys() - used))
    for key, app in whole["resources"]["apps"].items():
        told_of_users = {variable["name"]: variable.get("value") for variable in app["config"]["env"]}
        enabled = _default(told_of_users.get("FOOTNOTE_USER_AUTHORIZATION"), whole["variables"]) == "true"
        if bool(_default(app.get("user_api_scopes"), whole["variables"])) is not enabled:
            yield f"the app {key!r} needs user_api_scopes where user_authorization is enabled, and nowhere else"
        named = {resource["name"] for resource in app["resources"]}
        yield from _of_environment(f"the app {key!r}", app["config"]["env"], "value_from", named)
        if app["config"]["command"] != told["command"]:
            yield f"the app {key!r} is not run as app.yaml says"
    yield from (f"app.yaml has no part {part!r}" for part in told.keys() - {"command", "env"})
    yield from _of_environment("app.yaml", told["env"], "valueFrom", named)


def _of_resource(kind: str, key: str, fields: dict[str, Any]) -> Iterator[str]:
    if kind not in KINDS:
        yield f"nothing is known here of resources of the kind {kind!r}"
        return
    try:
        KINDS[kind].from_dict(fields)
    except (TypeError, ValueError) as error:
        yield f"{kind}.{key}: {error}"


def _default(value: Any, variables: dict[str, Any]) -> Any:
    """What a field is where nobody sets the variable that it is taken from."""
    if not isinstance(value, str) or not (found := VARIABLE.fullmatch(value)):
        return value
    name, field = found.groups()
    default = variables.get(name, {}).get("default")
    return default[field] if field else default


def _of_environment(where: str, variables: list[dict[str, Any]], given_by: str, resources: set[str]) -> Iterator[str]:
    from footnote.settings import PREFIX, Settings

    known = OTHERS | {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for variable in variables:
        name = variable.get("name")
        if name not in known:
            yield f"{where}: {name} is no setting"
        if len(variable.keys() & {"value", given_by}) != 1 or variable.keys() - {"name", "value", given_by}:
            yield f"{where}: {name} needs a value or {given_by}, and nothing else"
        if not isinstance(variable.get("value", ""), str):
            yield f"{where}: the value of {name} is no text"
        if given_by in variable and variable[given_by] not in resources:
            yield f"{where}: {name} is given by {variable[given_by]!r}, which is no resource of the app"


def _merge(whole: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            _merge(whole[key], value)
        else:
            whole[key] = value


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    found = list(faults(bundle(), app_yaml()))
    print("\n".join(found) or "The bundle is as it has to be.")
    sys.exit(bool(found))

"""The bundle and ``app.yaml`` are right, and ``make deploy`` checks them before it changes anything."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bundle import ROOT, app_yaml, bundle, faults

Spoil = Callable[[dict[str, Any], dict[str, Any]], None]


def _app(whole: dict[str, Any]) -> dict[str, Any]:
    app: dict[str, Any] = whole["resources"]["apps"]["footnote"]
    return app


def _own_rights(whole: dict[str, Any]) -> dict[str, Any]:
    default: dict[str, Any] = whole["variables"]["user_authorization"]["default"]
    return default


def test_the_bundle_and_app_yaml_are_right() -> None:
    assert list(faults(bundle(), app_yaml())) == []


def test_users_rights_are_switched_on_by_the_one_variable() -> None:
    """To the value that stands beside it."""
    whole = bundle()
    (line,) = [line for line in (ROOT / "databricks.yml").read_text("utf-8").splitlines() if "default: # {" in line]
    _own_rights(whole).update(yaml.safe_load(line.partition("# ")[2]))
    assert _own_rights(whole)["enabled"] == "true"
    assert list(faults(whole, app_yaml())) == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda whole, _: _app(whole).update(replicas=2), "Unexpected field 'replicas'"),
        (lambda whole, _: _app(whole)["resources"][0]["serving_endpoint"].update(permission="CAN_ASK"), "CAN_ASK"),
        (lambda whole, _: _app(whole)["resources"][1]["database"].pop("database_name"), "database_name"),
        (lambda whole, _: _app(whole)["config"]["env"][1].update(name="FOOTNOTE_WORKER"), "FOOTNOTE_WORKER is no"),
        (lambda whole, _: _app(whole)["config"]["env"][1].update(value=2), "the value of FOOTNOTE_WORKERS is no text"),
        (
            lambda whole, _: _app(whole)["config"]["env"].append({"name": "FOOTNOTE_LAKEBASE", "value_from": "base"}),
            "given by 'base', which is no resource",
        ),
        (lambda whole, _: _app(whole)["config"].update(command=["flask", "run"]), "is not run as app.yaml says"),
        (lambda whole, _: whole["variables"].pop("endpoint"), "'endpoint' is not declared"),
        (lambda whole, _: whole["variables"].update(other={"default": "x"}), "'other' is used nowhere"),
        (lambda whole, _: whole["targets"]["dev"].update(region="eu"), "'dev' has no part 'region'"),
        (lambda whole, _: whole["targets"]["prod"]["workspace"].update(root_path="/Workspace/Shared/f"), "may write"),
        (lambda whole, _: _app(whole).update(user_api_scopes=["model-serving"]), "where user_authorization is enabled"),
        (lambda whole, _: _own_rights(whole).update(enabled="true"), "needs user_api_scopes"),
        (lambda whole, _: _own_rights(whole).update(scopes=["model-serving"]), "needs user_api_scopes"),
        (lambda whole, _: whole.update(resource={}), "no part 'resource'"),
        (lambda _, told: told["env"].append({"name": "FOOTNOTE_MODEL", "valueFrom": "llm"}), "given by 'llm'"),
        (lambda _, told: told.update(port=8000), "app.yaml has no part 'port'"),
    ],
)
def test_what_is_wrong_is_found(spoil: Spoil, says: str) -> None:
    whole, told = copy.deepcopy((bundle(), app_yaml()))
    spoil(whole, told)
    assert any(says in fault for fault in faults(whole, told)), list(faults(whole, told))


def test_what_is_switched_off_in_app_yaml_would_be_right_too(tmp_path: Path) -> None:
    """Whoever takes the mark of a comment away gets what works."""
    lines = (ROOT / "app.yaml").read_text("utf-8").splitlines()
    entry = ("  # - ", "  #   value")
    told = yaml.safe_load("\n".join(line.replace("# ", "", 1) if line.startswith(entry) else line for line in lines))
    assert len(told["env"]) > len(app_yaml()["env"])
    assert list(faults(bundle(), told)) == []


@pytest.fixture
def deploy(tmp_path: Path) -> Callable[[str], tuple[subprocess.CompletedProcess[str], list[str]]]:
    """Run ``make deploy`` with a CLI that writes down what it is asked, and fails at what is named."""
    asked = tmp_path / "asked"

    def run(fails_at: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        cli = tmp_path / "databricks"
        cli.write_text(f'#!/bin/sh\necho "$*" >> {asked}\ncase "$*" in *"{fails_at}"*) exit 1;; esac\n')
        cli.chmod(0o755)
        path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
        return _make(PATH=path), asked.read_text().splitlines()

    return run


def _make(**variables: str) -> subprocess.CompletedProcess[str]:
    # The environment of the tests is there already.
    command = ["make", "deploy", "TARGET=prod", f"BIN={Path(sys.executable).parent}", "--old-file", ".venv/test.stamp"]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_deployment_is_validated_then_made_then_run(deploy) -> None:
    done, asked = deploy("nothing")
    assert done.returncode == 0, done.stderr
    assert asked == [
        "bundle validate --strict --target prod",
        "bundle deploy --target prod",
        "bundle run footnote --target prod",
    ]
    assert "The bundle is as it has to be." in done.stdout


def test_nothing_is_deployed_that_does_not_validate(deploy) -> None:
    done, asked = deploy("validate")
    assert done.returncode != 0
    assert len(asked) == 1


def test_a_missing_cli_is_told_in_words(tmp_path: Path) -> None:
    for tool in ("make", "sh"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    done = _make(PATH=str(tmp_path))
    assert done.returncode != 0
    assert "The Databricks CLI is not there. Install it" in done.stdout

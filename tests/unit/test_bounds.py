"""A process that reads what anybody may have written is told nothing that it could give away."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from footnote import apart
from footnote.sources import drawing

SECRETS = {
    "DATABRICKS_TOKEN": "dapi",
    "DATABRICKS_CLIENT_SECRET": "s",
    "FOOTNOTE_DATABASE_URL": "postgresql://u:p@h/d",
    "PGPASSWORD": "p",
    "AWS_SECRET_ACCESS_KEY": "a",
    "MADE_UP_BY_SOMEBODY": "m",
}
CHILD = ("-c", "import json, os; print(json.dumps(dict(os.environ)))")


def _of_an_upload() -> dict[str, str]:
    told: dict[str, str] = json.loads(apart._done("{}"))
    return told


def _of_a_drawing() -> dict[str, str]:
    return drawing.draw("a.pdf", 1, "a.webp")


@pytest.mark.parametrize(("room", "told"), [(apart, _of_an_upload), (drawing, _of_a_drawing)])
def test_no_credential_is_in_its_environment(room, told: Callable[[], dict[str, str]], monkeypatch) -> None:
    needed = {"PYTHONPATH": "src", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}  # noqa: S108 - nothing is written there
    for name, value in (SECRETS | needed).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(room, "_CHILD", CHILD)
    environment = told()
    assert environment.items() >= needed.items()
    assert SECRETS.keys().isdisjoint(environment)

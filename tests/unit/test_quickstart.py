"""The quickstart tells of every setting as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.settings import Settings

QUICKSTART = Path(__file__).resolve().parents[2] / "quickstart.md"
BY_THE_PLATFORM = {"on_databricks", "platform_database", "telemetry"}


def _shown(default: object) -> str:
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields.keys() - BY_THE_PLATFORM))
def test_each_setting_stands_in_the_table_with_its_default_and_what_it_sets(name: str) -> None:
    """A setting that is added or changed has to be told of in the same commit."""
    field = Settings.model_fields[name]
    row = f"| `FOOTNOTE_{name.upper()}` | {_shown(field.default)} | {field.description} |"
    assert row in QUICKSTART.read_text("utf-8").splitlines()


def test_the_table_names_no_setting_that_is_not_there() -> None:
    """A setting that is taken away leaves the table too."""
    rows = [line for line in QUICKSTART.read_text("utf-8").splitlines() if line.startswith("| `FOOTNOTE_")]
    assert len(rows) == len(Settings.model_fields.keys() - BY_THE_PLATFORM)

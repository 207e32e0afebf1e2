"""What several rooms' tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import STOP, ListLibrary, ListRetriever, ScriptedModel, document, passage
from footnote.parts import Parts
from footnote.settings import Settings
from postgres import Postgres, running_postgres

_ROOT = Path(__file__).resolve().parents[1]
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each server that a test starts compiles all of the product anew
pytest_plugins = ["summary"]
collect_ignore = ["spark"]  # `make test-spark` runs these, in an environment of its own

_DEAR = {
    "tests/faults": "faults",
    "tests/browser/test_page_served.py": "served",
    "tests/browser/test_page_source.py": "served",
    "tests/integration/test_served.py": "product",
    "tests/integration/test_databricks_model.py": "databricks",
    "tests/integration/test_tokens_kept_nowhere.py": "databricks",
    "tests/integration/test_eval_databricks.py": "databricks",
    "tests/integration/test_local_workspace.py": "databricks",
    "tests/integration/test_served_with_rights.py": "rights",
    "tests/unit/storage/test_minted_passwords.py": "rights",
    "tests/integration/test_mlflow_traces.py": "mlflow",
    "tests/integration/test_retrievers_chosen.py": "databricks",
    "tests/integration/test_agent_endpoints.py": "databricks",
    "tests/integration/test_behind_nginx.py": "nginx",
    "tests/integration/test_wheel.py": "wheel",
    "tests/browser/test_mounted.py": "mounted",
    "tests/browser/test_page_accessibility_sources.py": "shelf",
}
"""Tests that share what takes long to start, by where they stand."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--parts", choices=("embedded", "databricks"), default="embedded", help="the parts behind the browser tests"
    )


def pytest_configure(config: pytest.Config) -> None:
    """What pytest-cov begins twice in a process of xdist's is ended once, or ``no_cover`` would stop only the other."""
    counting = config.pluginmanager.getplugin("_cov")
    if hasattr(config, "workerinput") and counting and counting.cov_controller:
        counting.cov_controller.cov.stop()


@pytest.hookimpl(tryfirst=True)  # before what reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what is dear stay in one of several processes; the largest group is begun first."""
    for item in items:
        for place, name in _DEAR.items():
            if item.path.is_relative_to(_ROOT / place):
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FOOTNOTE_{name.upper()}", raising=False)
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    for name in ("DATABRICKS_APP_PORT", "DATABRICKS_APP_NAME", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def scripted() -> Parts:
    """Parts with two documents and a model that gives one short answer; a test may change its script."""
    passages = [passage("pier", "It was decided to open the pier."), passage("ferry", "It was decided to wait.")]
    model = ScriptedModel("To open ", "the pier [1].", STOP)
    library = ListLibrary(document("pier"), document("ferry"))
    for made in passages:
        library.replace(document(made.document_id), [made])
    return Parts(Settings(), library, ListRetriever(*passages), {model.name: model})


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real Postgres, for all tests of the session."""
    with running_postgres() as server:
        yield server

"""Runs of ``footnote eval`` as MLflow's runs: how each was made, its figures, and the table that the terminal shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footnote.evaluation.results import NotLogged, Run
from footnote.tracing.spans import Json
from footnote.tracing.store import MlflowStore, NotKept

_MOST_OF_A_PARAMETER = 500


class MlflowRuns:
    """A ``RunStore`` in the experiment of an MLflow store, in the process that has it."""

    def __init__(self, store: MlflowStore) -> None:
        self._store = store

    def log_run(self, run: Run, figures: Mapping[str, float], table: str) -> None:
        try:
            self._store.log_run(_fields(run, figures, table))
        except NotKept as error:
            raise NotLogged(f"MLflow did not take the run: {error}. Its file has all of it.") from error


def _fields(run: Run, figures: Mapping[str, float], table: str) -> Json:
    params = {name: str(value)[:_MOST_OF_A_PARAMETER] for name, value in _flat(run.made)}
    # MLflow's names have no "@".
    metrics = {name.replace("@", "_at_"): value for name, value in figures.items()}
    metrics |= {"questions": len(run.results)}
    return {"name": f"eval {run.made['set']['name']}", "params": params, "metrics": metrics, "table": table}


def _flat(made: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in made.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif value is not None:
            yield f"{before}{name}", value

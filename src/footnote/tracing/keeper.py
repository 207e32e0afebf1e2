"""MLflow's process: each line on standard input is a job, each on standard output what became of it.

It does with a finished trace what MLflow's own exporter does, by the same client. It ends with its input.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from footnote.tracing.assessments import OF
from footnote.tracing.spans import Json

if TYPE_CHECKING:
    from mlflow.entities import Assessment, Feedback

_BOUNDS = {
    # MLflow would try for minutes, and tell its makers what it is used for.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_DATABRICKS_ENDPOINT_HTTP_RETRY_TIMEOUT": "15",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
_NOT_NEEDED = "matplotlib", "numpy", "pandas", "pyarrow", "pyspark", "scipy", "sklearn"
"""MLflow takes them where they are there and does without them: 78 MB in place of 172, and half the time to import."""

_AT_ONCE = 100
"""The most traces that Databricks deletes with one request."""

TURN_S = 60.0
"""For another process to make the store's tables."""


class Keeper:
    """Keeps traces and assessments in one experiment."""

    def __init__(self, experiment: str) -> None:
        from mlflow import get_tracking_uri
        from mlflow.tracing.client import TracingClient

        store = str(get_tracking_uri())
        # There, spans are kept with their trace, and not by themselves.
        self._on_databricks = store.startswith("databricks")
        with _in_turn(store):
            self._client: Any = TracingClient()
            known = self._client.store.get_experiment_by_name(experiment)
            self._experiment = str(known.experiment_id if known else self._client.store.create_experiment(experiment))

    def do(self, job: Json) -> None:
        """Do a job; raises whatever MLflow does."""
        if "trace" in job:
            self._keep(job["trace"]["info"], job["trace"]["spans"])
        elif "forget" in job:
            self._forget(job["forget"])
        elif "run" in job:
            self._log_run(job["run"])
        else:
            self._assess(job["assess"], job["wanted"])

    def _keep(self, info: Json, spans: list[Json]) -> None:
        from mlflow.entities import Span, TraceData, TraceInfo, TraceLocation, TraceState

        made = [Span.from_dict(span) for span in spans]
        if not self._on_databricks:
            self._client.log_spans(self._experiment, made)
        told = info | {"state": TraceState(info["state"])}
        location = TraceLocation.from_experiment_id(self._experiment)
        kept = self._client.start_trace(TraceInfo(trace_location=location, **told))
        if kept.tags.get("mlflow.trace.spansLocation") != "TRACKING_STORE":
            self._client._upload_trace_data(kept, TraceData(spans=made))  # noqa: SLF001 - as its exporter does

    def _forget(self, trace_ids: list[str]) -> None:
        """Delete what there is of these traces."""
        for begin in range(0, len(trace_ids), _AT_ONCE):
            self._client.delete_traces(self._experiment, trace_ids=trace_ids[begin : begin + _AT_ONCE])

    def _log_run(self, run: Json) -> None:
        from mlflow import MlflowClient
        from mlflow.entities import Metric, Param

        client: Any = MlflowClient()
        id, now = client.create_run(self._experiment, run_name=run["name"]).info.run_id, time.time_ns() // 1_000_000
        # For what is no float MLflow asks numpy.
        metrics = [Metric(name, float(value), now, 0) for name, value in run["metrics"].items()]
        client.log_batch(id, metrics, [Param(name, value) for name, value in run["params"].items()])
        client.log_text(id, run["table"], "table.txt")
        client.set_terminated(id)

    def _assess(self, trace_id: str, wanted: list[Json]) -> None:
        kept = self._client.get_trace_info(trace_id).assessments
        standing = {made.metadata[OF]: made for made in kept if made.valid and OF in (made.metadata or {})}
        for one in wanted:
            made, before = _made(one), standing.pop(one["metadata"][OF], None)
            if before is None:
                self._client.log_assessment(trace_id, made)
            elif _says(before) != _says(made):
                self._client.update_assessment(trace_id, before.assessment_id, made)
        for gone in standing.values():
            self._client.delete_assessment(trace_id, gone.assessment_id)


@contextmanager
def _in_turn(store: str) -> Iterator[None]:
    """Alone with a store in an SQLite file: two processes that make MLflow's tables at once leave them half made."""
    file = store.removeprefix("sqlite:///").partition("?")[0]
    if not store.startswith("sqlite:///") or file in {"", ":memory:"}:
        yield
        return
    # SQLite's own lock, of a file beside: it holds on every system, and ends with its process.
    with closing(sqlite3.connect(f"{file}.turn", timeout=TURN_S, isolation_level=None)) as turn:
        turn.execute("BEGIN EXCLUSIVE")
        yield


def _made(one: Json) -> Feedback:
    from mlflow.entities import AssessmentSource, Feedback

    source = AssessmentSource(source_type="HUMAN", source_id=one["user"])
    told = {name: one[name] for name in ("name", "value", "rationale", "metadata")}
    return Feedback(source=source, **told)


def _says(assessment: Assessment) -> tuple[object, ...]:
    value = assessment.feedback.value if assessment.feedback else None
    return assessment.name, value, assessment.rationale or ""


def _outcomes(experiment: str) -> Iterator[Json]:
    keeper: Keeper | None = None
    for line in sys.stdin:
        try:
            keeper = keeper or Keeper(experiment)
            keeper.do(json.loads(line))
        except Exception as error:  # noqa: BLE001 - told by its name; its words may hold an address
            missing = getattr(error, "error_code", "") in {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"}
            yield {"error": type(error).__name__, "missing": missing and keeper is not None and "assess" in line[:10]}
        else:
            yield {}


def main() -> None:
    """The process, for the experiment of this name."""
    for name, value in _BOUNDS.items():
        os.environ.setdefault(name, value)
    sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]  # None: not to be imported
    said, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    for outcome in _outcomes(sys.argv[1]):
        said.write(json.dumps(outcome) + "\n")
        said.flush()


if __name__ == "__main__":
    main()

"""``footnote eval`` of a served model: the real ChatDatabricks against the local workspace, logged in a real MLflow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footnote.__main__ import main
from workspace.serving import ServingEndpoint

pytestmark = pytest.mark.filterwarnings("ignore")  # of both libraries, as they are imported

DEPOT = "recordings/2026-03-12-depot-review"
ASKED = [
    {
        "id": "swap",
        "question": "What was decided about the battery swap threshold?",
        "expected": {"documents": [DEPOT], "facts": ["30 percent"]},
    },
    {"id": "cup", "question": "Who won the world cup? [[nowhere]]", "expected": {"not_found": True}},
    {"id": "late", "question": "Who owns the battery swaps? [[late]]", "expected": {"documents": [DEPOT]}},
]


@pytest.fixture
def server():
    with ServingEndpoint() as endpoint:
        endpoint.scenario("swaps", text="We raise the battery swap threshold from 20 to 30 percent from Monday [1].")
        endpoint.scenario("nowhere", text="The passages do not say who won the world cup.")
        endpoint.scenario("late", headers_delay_s=3600)
        yield endpoint


def test_a_served_model_is_asked_paid_for_and_logged(server, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    store = f"sqlite:///{tmp_path}/runs.db"
    variables = {
        "FOOTNOTE_DATA": "data",
        "FOOTNOTE_MODEL": "databricks:swaps",
        "FOOTNOTE_ANSWER_TIMEOUT_S": "5",
        "FOOTNOTE_MLFLOW": "/Shared/evaluation",
        "MLFLOW_TRACKING_URI": store,
    }
    for name, value in (server.environment | variables).items():
        monkeypatch.setenv(name, value)
    Path("set.jsonl").write_text("\n".join(map(json.dumps, ASKED)))
    arguments = ["eval", "run", "set.jsonl", "-o", "a.jsonl", "--at-once", "3", "--price-in", "2", "--price-out", "10"]
    assert main([*arguments, "--at-most", "failed=0"]) == 1
    out, err = capsys.readouterr()
    assert "late failed: TIMEOUT" in err
    assert err.splitlines()[-1] == "failed is 0.333, and should be at most 0.000."
    assert "Logged to /Shared/evaluation in MLflow." in out

    results = {line["id"]: line for line in map(json.loads, Path("a.jsonl").read_text().splitlines()[1:])}
    swap, cup, late = (results[asked["id"]] for asked in ASKED)
    assert swap["figures"].items() >= {"facts": 1, "citation_precision": 1, "supported": 1, "recall@5": 1}.items()
    assert swap["input_tokens"] == 100
    assert 0 <= swap["first_token_ms"] <= swap["total_ms"]
    assert cup["figures"] == {"rightly_not_found": 1}
    assert (late["error"], late["figures"]["citation_recall"]) == ("TIMEOUT", 0)

    from mlflow import MlflowClient

    client = MlflowClient(store)
    experiment = client.get_experiment_by_name("/Shared/evaluation")
    (logged,) = client.search_runs([experiment.experiment_id])
    cost = (100 * 2 + swap["output_tokens"] * 10 + 100 * 2 + cup["output_tokens"] * 10) / 2 / 1e6
    metrics = {"questions": 3, "failed": 1 / 3, "recall_at_5": 1, "rightly_not_found": 1, "cost": cost}
    assert {name: logged.data.metrics[name] for name in metrics} == pytest.approx(metrics)
    params = {"settings.model": "databricks:swaps", "settings.retriever": "embedded", "set.name": "set.jsonl"}
    assert logged.data.params.items() >= params.items()
    (artifact,) = client.list_artifacts(logged.info.run_id)
    table = Path(client.download_artifacts(logged.info.run_id, artifact.path)).read_text()
    assert artifact.path == "table.txt"
    assert table in out
    assert (logged.info.status, logged.info.run_name) == ("FINISHED", "eval set.jsonl")

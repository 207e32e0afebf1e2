"""The index's step against a local workspace: made once, brought up to date after that, never another one's place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from databricks.sdk import WorkspaceClient
from vector_search_indexes import VectorSearchIndexes

from footnote.spark.index import IndexFailed, Wanted, refresh
from workspace.identities import TOKEN
from workspace.serving import ServingEndpoint

WANTED = Wanted("main.qa.passages_index", "main.qa.passages", "search", "STORAGE_OPTIMIZED", "databricks-gte-large-en")


@pytest.fixture
def indexes(monkeypatch) -> VectorSearchIndexes:
    """A workspace with no index."""
    made = VectorSearchIndexes()
    with ServingEndpoint(apis=[made]) as server:
        made.client = WorkspaceClient(host=server.url, token=TOKEN)
        monkeypatch.setattr("time.sleep", lambda _: None)
        yield made


def refreshed(indexes, wanted=WANTED, **options) -> str:
    return refresh(wanted, longest_s=options.get("longest_s", 60), workspace=indexes.client, pause_s=0)


def test_it_is_made_once_and_then_brought_up_to_date(indexes):
    """With the passages' key and text, vectors by the model that was named, and no second one."""
    assert refreshed(indexes) == "The index main.qa.passages_index is made, and ready."
    assert indexes.endpoints == {"search": {"name": "search", "endpoint_type": "STORAGE_OPTIMIZED"}}
    made = indexes.indexes["main.qa.passages_index"]
    assert (made["endpoint_name"], made["primary_key"]) == ("search", "id")
    assert made["delta_sync_index_spec"]["source_table"] == "main.qa.passages"
    assert made["delta_sync_index_spec"]["embedding_source_columns"] == [
        {"name": "text", "embedding_model_endpoint_name": "databricks-gte-large-en"}
    ]
    assert "POST indexes/sync" not in indexes.asked

    indexes.asked.clear()
    assert refreshed(indexes) == "The index main.qa.passages_index is being brought up to date."
    assert [asked for asked in indexes.asked if asked.startswith("POST")] == ["POST indexes/sync"]


def test_another_index_of_that_name_is_left_alone(indexes):
    """One of another table or model: its vectors would be others, and to make them anew is somebody's decision."""
    refreshed(indexes)
    indexes.asked.clear()
    with pytest.raises(IndexFailed, match=r"another index named main\.qa\.passages_index"):
        refreshed(indexes, replace(WANTED, model="another-model"))
    assert not any(asked.startswith("POST") for asked in indexes.asked)


def test_one_that_is_not_ready_in_time_is_told(indexes):
    """The step fails, and can be run again."""
    refreshed(indexes)
    indexes.looks = 1_000_000
    with pytest.raises(IndexFailed, match=r"does not come online|not ready yet"):
        refreshed(indexes, longest_s=0.2)

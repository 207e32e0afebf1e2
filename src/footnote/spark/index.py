"""The Delta Sync index on the passages: made where there is none, else brought up to date."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, OperationFailed, ResourceConflict
from databricks.sdk.service.vectorsearch import (
    DeltaSyncVectorIndexSpecRequest,
    EmbeddingSourceColumn,
    EndpointType,
    PipelineType,
    VectorIndexType,
)

from footnote.errors import FootnoteError

log = logging.getLogger(__name__)

_PAUSE_S = 10.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """An index: of which table, where it is served, and whose vectors it has."""

    name: str
    table: str
    endpoint: str
    endpoint_type: str
    model: str


class IndexFailed(FootnoteError):
    """The index is another one than is wanted, or did not come to be ready."""


def refresh(
    wanted: Wanted, *, longest_s: float, workspace: WorkspaceClient | None = None, pause_s: float = _PAUSE_S
) -> str:
    """Make the endpoint and the index where they are missing, and have the index follow its table; what was done.

    Whatever is there already stays: the vectors of a large index are dear. Raises ``IndexFailed``.
    """
    client = workspace or WorkspaceClient()
    ends = time.monotonic() + longest_s
    _have_endpoint(client, wanted, longest_s)
    index = _found(client, wanted.name)
    if index is None:
        _make(client, wanted)
        _ready(client, wanted.name, ends, pause_s)
        return f"The index {wanted.name} is made, and ready."
    _check(index, wanted)
    _ready(client, wanted.name, ends, pause_s)
    client.vector_search_indexes.sync_index(wanted.name)
    return f"The index {wanted.name} is being brought up to date."


def _have_endpoint(client: WorkspaceClient, wanted: Wanted, longest_s: float) -> None:
    endpoints = client.vector_search_endpoints
    try:
        endpoints.get_endpoint(wanted.endpoint)
    except NotFound:
        log.info("Making the endpoint %s", wanted.endpoint)
        try:
            endpoints.create_endpoint(wanted.endpoint, EndpointType(wanted.endpoint_type))
        except ResourceConflict:
            log.info("Another job has made it meanwhile")
    try:
        endpoints.wait_get_endpoint_vector_search_endpoint_online(wanted.endpoint, timedelta(seconds=longest_s))
    except (OperationFailed, TimeoutError) as error:
        raise IndexFailed(
            f"The endpoint {wanted.endpoint} does not come online. Look at it in the workspace."
        ) from error


def _found(client: WorkspaceClient, name: str) -> Any:
    try:
        return client.vector_search_indexes.get_index(name)
    except NotFound:
        return None


def _make(client: WorkspaceClient, wanted: Wanted) -> None:
    text = EmbeddingSourceColumn(name="text", embedding_model_endpoint_name=wanted.model)
    spec = DeltaSyncVectorIndexSpecRequest(
        source_table=wanted.table, pipeline_type=PipelineType.TRIGGERED, embedding_source_columns=[text]
    )
    log.info("Making the index %s", wanted.name)
    try:
        client.vector_search_indexes.create_index(
            wanted.name, wanted.endpoint, "id", VectorIndexType.DELTA_SYNC, delta_sync_index_spec=spec
        )
    except ResourceConflict:
        log.info("Another job has made it meanwhile")


def _check(index: Any, wanted: Wanted) -> None:
    """Raise where an index of that name is of another table, or of another model's vectors."""
    spec = index.delta_sync_index_spec
    columns = (spec.embedding_source_columns or []) if spec else []
    found = (
        spec.source_table if spec else None,
        index.endpoint_name,
        index.primary_key,
        [(column.name, column.embedding_model_endpoint_name) for column in columns],
    )
    if found != (wanted.table, wanted.endpoint, "id", [("text", wanted.model)]):
        raise IndexFailed(
            f"There is another index named {wanted.name}: it is of another table, endpoint or embedding model. "
            "Name another one, or delete it first."
        )


def _ready(client: WorkspaceClient, name: str, ends: float, pause_s: float) -> None:
    while True:
        status = client.vector_search_indexes.get_index(name).status
        if status and status.ready:
            log.info("The index %s has %s rows", name, status.indexed_row_count)
            return
        if time.monotonic() >= ends:
            raise IndexFailed(f"The index {name} is not ready yet. It may need more time: run this step again.")
        log.info("The index %s is not ready yet: %s", name, status.message if status else "no status")
        time.sleep(pause_s)

"""The part of a workspace that makes Vector Search endpoints and indexes: strict, and as slow as it is told to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workspace.connection import ApiRequest, Refused, Reply

ROOT = "/api/2.0/vector-search/"
ENDPOINT = {"name", "endpoint_type"}
INDEX = {"name", "endpoint_name", "primary_key", "index_type", "delta_sync_index_spec"}
SPEC = {"source_table", "pipeline_type", "embedding_source_columns"}


@dataclass
class VectorSearchIndexes:
    """Endpoints and indexes by name; each is ready once it was looked at ``looks`` times."""

    looks: int = 2
    endpoints: dict[str, dict[str, Any]] = field(default_factory=dict)
    indexes: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def __call__(self, request: ApiRequest) -> Reply | None:
        if not request.path.startswith(ROOT):
            return None
        request.signed("vector-search")
        kind, *rest = request.path.removeprefix(ROOT).split("/")
        self.asked.append(f"{request.method} {kind}{'/sync' if rest[1:] == ['sync'] else ''}")
        match request.method, kind, rest:
            case "GET", "endpoints" | "indexes", [name]:
                return self._shown(kind, name)
            case "POST", "endpoints", []:
                return self._made("endpoints", request.json(), ENDPOINT)
            case "POST", "indexes", []:
                return self._made("indexes", self._checked(request.json()), INDEX)
            case "POST", "indexes", [name, "sync"]:
                return self._synced(name)
        raise Refused(404, "ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {request.path}'")

    def _made(self, kind: str, body: dict[str, Any], fields: set[str]) -> Reply:
        if set(body) != fields:
            raise Refused(400, "INVALID_PARAMETER_VALUE", f"Expected {sorted(fields)}, got {sorted(body)}")
        held = getattr(self, kind)
        if body["name"] in held:
            raise Refused(409, "RESOURCE_ALREADY_EXISTS", f"{body['name']} already exists")
        held[body["name"]] = body
        return Reply(self._told(kind, body["name"], ready=False))

    def _checked(self, body: dict[str, Any]) -> dict[str, Any]:
        spec = body.get("delta_sync_index_spec", {})
        if set(spec) != SPEC or spec["pipeline_type"] != "TRIGGERED" or body.get("index_type") != "DELTA_SYNC":
            raise Refused(400, "INVALID_PARAMETER_VALUE", "Not the specification of a triggered Delta Sync index")
        if not self._ready(body["endpoint_name"]):
            raise Refused(400, "INVALID_STATE", f"Endpoint {body['endpoint_name']} is not ready")
        if [len(name.split(".")) for name in (body["name"], spec["source_table"])] != [3, 3]:
            raise Refused(400, "INVALID_PARAMETER_VALUE", "A name has three levels")
        return body

    def _shown(self, kind: str, name: str) -> Reply:
        if name not in getattr(self, kind):
            raise Refused(404, "RESOURCE_DOES_NOT_EXIST", f"{name} does not exist")
        self._seen[name] = self._seen.get(name, 0) + 1
        return Reply(self._told(kind, name, ready=self._ready(name)))

    def _synced(self, name: str) -> Reply:
        if not self._ready(name):
            raise Refused(400, "INVALID_STATE", f"Index {name} is not ready to sync yet")
        return Reply({})

    def _ready(self, name: str) -> bool:
        return self._seen.get(name, 0) >= self.looks

    def _told(self, kind: str, name: str, *, ready: bool) -> dict[str, Any]:
        told = getattr(self, kind)[name]
        if kind == "endpoints":
            return told | {"endpoint_status": {"state": "ONLINE" if ready else "PROVISIONING"}, "num_indexes": 0}
        return told | {"status": {"ready": ready, "indexed_row_count": 0, "message": "Index is being built"}}

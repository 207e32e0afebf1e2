"""What Schemathesis is told about this server; most questions that it makes up name documents that are not there.

Of the valid ones, half go without the fields that name something, or read what is there. A third of the streams are
asked for in one piece.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import schemathesis

KNOWN = {
    "/api/library/document": {"id": "pier"},
    "/api/library/passage": {"id": "pier"},
    "/api/library/page": {"id": "report", "page": 2},
    "/api/library/words": {"id": "report", "page": 2},
    "/api/library/media": {"id": "meeting"},
}
NAMING = ("replaces", "continues", "recording_filter", "model", "answer_id")


@schemathesis.hook
def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    if case.meta is None or case.meta.generation.mode.is_negative:
        return case
    drawn = _drawn(case.body)
    if isinstance(case.body, dict) and "query" in case.body and drawn % 2:
        case.body = {name: value for name, value in case.body.items() if name not in NAMING}
    if case.path.endswith("/stream") and drawn % 3 == 0:
        case.headers = {**(case.headers or {}), "Accept": "application/json"}
    if case.path in KNOWN and _drawn(case.query) % 2:
        case.query = {**case.query, **KNOWN[case.path]}
    return case


def _drawn(value: Any) -> int:
    """A number that only depends on the value, so that a run can be repeated."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).digest()[0]

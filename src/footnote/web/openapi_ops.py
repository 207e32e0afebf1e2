"""What operators are shown, in the description."""

from __future__ import annotations

from footnote.figures import LISTED
from footnote.web.operations import answered, operation
from footnote.web.requests.ops import OpsOf
from footnote.web.schemas import COUNT, MOMENT, TEXT, Schema, object_of, query_parameters, ref


def ops_paths() -> Schema:
    """The requests by their addresses."""
    summary = "How the page is used and how it does: for its operators, from all instances."
    answers = {"200": answered("Counted some seconds ago at most.", "Operations")}
    return {"/api/ops": {"get": operation("readOperations", summary, answers, "404", query=query_parameters(OpsOf))}}


def ops_schemas() -> dict[str, Schema]:
    """What they answer, by name."""
    waited = object_of({"p50": COUNT, "p95": COUNT, "p99": COUNT})
    waited["description"] = "Milliseconds to the first words, to two digits; null where there were none."
    or_none = {"anyOf": [ref("Waited"), {"type": "null"}]}
    ends = {"done": COUNT, "cancelled": COUNT, "error": COUNT}
    document = {"id": TEXT, "title": TEXT}
    model = {"model": TEXT, "answers": COUNT, "errors": COUNT, "input_tokens": COUNT, "output_tokens": COUNT}
    feedback = object_of(
        {"verdict": ref("Opinion"), "reason": {"anyOf": [ref("Reason"), {"type": "null"}]}, "times": COUNT}
    )
    question = object_of({"query": TEXT, "times": COUNT, "asked_at": MOMENT})
    documents = object_of(
        {
            "in_library": COUNT,
            "most_cited": _some(object_of(document | {"answers": COUNT})),
            "gone": COUNT | {"description": "Citations of documents that are gone, or not to be seen by the caller."},
            "never": COUNT,
            "never_cited": _some(object_of(document)),
        }
    )
    operations = {
        "window": {"enum": ["day", "week", "month"]},
        "since": MOMENT,
        "until": MOMENT,
        "running": COUNT | {"description": "Answers that are being written now."},
        "streams": COUNT | {"description": "Connections on which answers are watched now."},
        "answers": COUNT,
        "steps": {
            "type": "array",
            "items": object_of({"at": MOMENT} | ends | {"first_token_ms": or_none}),
            "description": "The answers asked for in each hour, six hours or day; the last has only begun.",
        },
        "first_token_ms": or_none,
        "errors": {"type": "array", "items": object_of({"code": ref("Code"), "answers": COUNT})},
        "models": {"type": "array", "items": object_of(model | {"first_token_ms": or_none})},
        "retries": COUNT,
        "statements": object_of({"checked": COUNT, "supported": COUNT}),
        "feedback": {"type": "array", "items": feedback},
        "documents": documents,
        "unanswered": object_of({"answers": COUNT, "questions": _some(question)}),
        "uncounted": COUNT | {"description": "Answers of an earlier release that are still to be counted."},
    }
    return {"Waited": waited, "Operations": object_of(operations)}


def _some(items: Schema) -> Schema:
    return {"type": "array", "items": items, "maxItems": LISTED}

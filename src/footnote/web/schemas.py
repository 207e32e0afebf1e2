"""The shapes of the contract as JSON Schema, from the classes that write and check them."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from footnote.conversations import Status
from footnote.errors import Code
from footnote.events import Citation, Continue, Error, Html, Ping, Sent, TokenCounts
from footnote.web.requests.asking import AskBody, ContinueBody, FilterBody
from footnote.web.requests.context import Condition, ContextBody
from footnote.web.requests.feedback import FeedbackBody
from footnote.web.requests.library import TagsBody
from footnote.web.requests.profile import ProfileBody, SourcesBody
from footnote.web.requests.sessions import RenameBody

Schema = dict[str, Any]

_EVENTS = get_args(Sent)
_BODIES = (AskBody, ContinueBody, FeedbackBody, ProfileBody, RenameBody, TagsBody)
_UNNUMBERED = (Ping, Continue)
_MAY_BE_UNNUMBERED = (Error,)  # a database that went away is told to who watches, and can't be logged
_NUMBER = {"type": "integer", "minimum": 1, "description": "The event's number in the log, from 1."}
TEXT = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}


def ref(name: str) -> Schema:
    """The schema of a name among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def components() -> dict[str, Schema]:
    """Every schema by its name: requests, events, what is answered, and problems."""
    kinds = (*_EVENTS, Citation, Code, Status, *_BODIES)
    _, defined = TypeAdapter.json_schemas(
        [(kind.__name__, "validation", TypeAdapter(kind)) for kind in kinds],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Schema] = {name: _untitled(schema) for name, schema in defined["$defs"].items()}
    bodies = {body.__name__ for body in (*_BODIES, Condition, ContextBody, FilterBody, SourcesBody)}
    for name, schema in schemas.items():
        if name not in bodies and name != TokenCounts.__name__:
            _leave_out_none(schema)
    for kind in _EVENTS:
        _as_event(kind, schemas[kind.__name__])
    schemas["Error"]["properties"]["code"] = ref("Code")
    return schemas | {"Event": _event()} | _answered()


def query_parameters(kind: type[BaseModel]) -> list[Schema]:
    """The parameters of an address, from the class that checks them."""
    schema = _untitled(kind.model_json_schema())
    _leave_out_none(schema)
    needed = {name: {"required": True} for name in schema.get("required", [])}
    return [
        {"name": name, "in": "query", "schema": field} | needed.get(name, {})
        for name, field in schema["properties"].items()
    ]


def _event() -> Schema:
    names = {kind.type: kind.__name__ for kind in _EVENTS}
    return {
        "description": "One line of a stream. New types may come: a client ignores those that it does not know.",
        "oneOf": [ref(name) for name in names.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind: ref(name)["$ref"] for kind, name in names.items()},
        },
    }


def _as_event(kind: Any, schema: Schema) -> None:
    """Add what the wire adds to an event's own fields: its type, and its number in the log."""
    numbered = kind not in _UNNUMBERED
    fields = {"seq": dict(_NUMBER)} if numbered else {}
    if kind is Html:
        fields["seq"]["description"] = "That of the token which finished the block."
    schema["properties"] = fields | {"type": {"const": kind.type}} | schema.get("properties", {})
    needed = ["seq", "type"] if numbered and kind not in _MAY_BE_UNNUMBERED else ["type"]
    schema["required"] = needed + schema.get("required", [])


def _answered() -> dict[str, Schema]:
    error = {"oneOf": [{"type": "null"}, ref("Problem")]}
    problem = {"code": ref("Code"), "message": TEXT, "retryable": {"type": "boolean"}}
    replaces = TEXT | {"description": "Of a name that is taken: the document that the file may replace."}
    reason = TEXT | {"description": "Which of a code's messages it is; `values` are what that names."}
    values = {"type": "object", "additionalProperties": {"type": ["string", "integer"]}}
    wait = {"retry_after_s": {"type": "number", "description": "Seconds to wait before it is tried again."}}
    session = {
        "session_id": _UUID,
        "title": TEXT,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "running": {"type": "boolean", "description": "Whether one of its answers is being written."},
    }
    remaining = {"remaining": COUNT | {"description": "Questions left for now, where their number is limited."}}
    return {
        "Problem": object_of(problem, **wait, replaces=replaces, reason=reason, values=values),
        "Asked": object_of({"answer_id": _UUID, "session_id": _UUID}, **remaining),
        "Stopping": object_of({"answer_id": _UUID}),
        "Answer": _answer(error),
        "Feedback": object_of(
            {"verdict": ref("Opinion"), "at": MOMENT},
            n=COUNT | {"description": "The number of the citation that it is said of; of the whole answer without it."},
            reason=ref("Reason"),
            comment=TEXT,
        ),
        "Models": object_of({"models": {"type": "array", "items": object_of({"name": TEXT})}}),
        "Session": object_of(session),
        "Sessions": object_of({"sessions": {"type": "array", "items": ref("Session")}}),
        "Conversation": object_of(
            session | {"turns": {"type": "array", "items": ref("Answer")}},
            earlier=COUNT | {"description": "How many questions stand before these."},
        ),
    }


def _answer(error: Schema) -> Schema:
    return object_of(
        {
            "answer_id": _UUID,
            "session_id": _UUID,
            "status": ref("Status"),
            "query": TEXT,
            "model": TEXT,
            "recording_filter": {"type": "array", "items": TEXT},
            "created_at": MOMENT,
            "replaces": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": "The answer of the same conversation that this one is another version of.",
            },
            "continues": {
                "type": "boolean",
                "description": "Whether it goes on from the text of the one it replaces.",
            },
            "filter": {
                "anyOf": [ref("FilterBody")],
                "description": "What else limits the documents: those of its conditions that there are.",
            },
            "profile": {"type": ["string", "null"]},
            "asks": {"type": ["string", "null"], "description": "What the interviewer asks the reader for with it."},
            "searched": {"type": ["integer", "null"], "description": "How many documents were searched."},
            "library": {"type": ["integer", "null"], "description": "Of how many in the library."},
            "indexed_at": {"type": ["string", "null"], "description": "When the library had last changed by then."},
            "retrieved": {
                "anyOf": [
                    object_of(
                        {
                            "queries": {"type": "array", "items": TEXT},
                            "passages": {"type": "array", "items": ref("Found")},
                        },
                        candidates=COUNT,
                        untold={"type": "array", "items": TEXT},
                    ),
                    {"type": "null"},
                ],
                "description": "What was looked for and found, also what the model was not given.",
            },
            "text": TEXT,
            "citations": {"type": "array", "items": ref("Citation")},
            "statements": {"type": "array", "items": ref("Statement")},
            "error": error,
            "feedback": {"type": "array", "items": ref("Feedback"), "description": "What the caller said of it."},
            "seq": COUNT | {"description": "The number of the log's last event so far; a stream goes on from it."},
        },
        context={"anyOf": [ref("ContextBody")], "description": "What was looked at when it was asked, if anything."},
        doing={
            "type": "object",
            "description": "While it is being written: the last event that tells what is done, without its `seq`.",
        },
        finish_reason=ref("FinishReason"),
        usage=ref("TokenCounts"),
        timings=ref("Timings"),
        trace_id=TEXT | {"description": "The answer's trace in MLflow, where answers are traced."},
        blocks={"type": "array", "items": TEXT, "description": "With render=html: the finished blocks, safe HTML."},
        tail=TEXT | {"description": "With render=html: the text behind the last finished block."},
    )


def object_of(needed: Schema, **optional: Schema) -> Schema:
    """An object with the fields that are always there, and those that may be."""
    return {"type": "object", "properties": needed | optional, "required": list(needed)}


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of the names."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _untitled(field) for name, field in value.items()} if key == "properties" else _untitled(value)
        for key, value in schema.items()
        if key != "title"
    }


def _leave_out_none(schema: Schema) -> None:
    """What is None is left out: a field that may be absent, and is never null."""
    for name, field in schema.get("properties", {}).items():
        kinds = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1 and field.get("default", ...) is None:
            rest = {key: value for key, value in field.items() if key not in {"anyOf", "default"}}
            schema["properties"][name] = kinds[0] | rest

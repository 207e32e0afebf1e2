"""The contract as an OpenAPI 3.1 description, made from the parts that keep it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from flask import Response

from footnote import __version__
from footnote.web.openapi_library import library_paths, library_schemas
from footnote.web.openapi_ops import ops_paths, ops_schemas
from footnote.web.openapi_starting import starting_paths, starting_schemas
from footnote.web.operations import answered, link, operation, parameter
from footnote.web.requests.feedback import FeedbackOf
from footnote.web.requests.sessions import AnswerExport, Export, Part, Search, Shown
from footnote.web.schemas import Schema, components, query_parameters, ref

PATH = "/api/openapi.json"
CHAT = "/api/chat"

_ABOUT = (
    "Asking makes an answer: a log of events, numbered from 1. A stream reads that log from a cursor, as often and by "
    "as many as like; none of them starts, repeats or ends the writing. All under /api/chat is the caller's own: what "
    "is another user's answers 404, as what is not there does."
)
_PROBLEMS = {
    "400": "The request can't be used; the message names each field that is wrong.",
    "401": "The proxy in front of the page did not say who is asking.",
    "403": "The caller may see this, but not change it; or the workspace refuses what is asked with their rights.",
    "404": "There is nothing under that id, or it is another user's.",
    "409": "The answer id stands for another question, the answer replaced can't be gone on from, or a name is taken.",
    "413": "The request is larger than 64 KB, or the file than is taken in.",
    "415": "The request is not JSON, or a file not sent as a form.",
    "429": "As many questions were asked, answers watched or files sent as this user may; or the index is busy.",
    "500": "Something nobody foresaw; the message says no more.",
    "503": "All places are taken, the server is being restarted, or its database is away.",
}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WAITS = {"429", "503"}


def described() -> Response:
    """``GET /api/openapi.json``."""
    return Response(_written(), mimetype="application/json")


@cache
def document() -> dict[str, Any]:
    """The whole description; it names no host, for it is read where it is served."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Footnote", "version": __version__, "description": _ABOUT},
        "paths": _paths(),
        "components": {
            "schemas": components() | library_schemas() | starting_schemas() | ops_schemas(),
            "responses": {f"Problem{status}": _problem(status) for status in _PROBLEMS},
            "parameters": {name: _id(name) for name in ("answer_id", "session_id")},
        },
    }


@cache
def _written() -> str:
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":"))


def _paths() -> Schema:
    return {
        f"{CHAT}/answers": {"post": _ask()},
        f"{CHAT}/stream": {"post": _stream()},
        f"{CHAT}/answers/{{answer_id}}": {"parameters": [parameter("answer_id")], "get": _read_answer()},
        f"{CHAT}/answers/{{answer_id}}/export": {"parameters": [parameter("answer_id")], "get": _export_answer()},
        f"{CHAT}/answers/{{answer_id}}/stop": {"parameters": [parameter("answer_id")], "post": _stop()},
        f"{CHAT}/answers/{{answer_id}}/feedback": {"parameters": [parameter("answer_id")], **_feedback()},
        f"{CHAT}/sessions": {"get": _list_sessions()},
        f"{CHAT}/sessions/{{session_id}}": {"parameters": [parameter("session_id")], **_one_session()},
        f"{CHAT}/sessions/{{session_id}}/export": {"parameters": [parameter("session_id")], "get": _export()},
        f"{CHAT}/models": {"get": _list_models()},
        **library_paths(),
        **starting_paths(),
        **ops_paths(),
        PATH: {"get": _describe()},
    }


def _ask() -> Schema:
    made = answered("The answer is being written; the same id again is the same answer.", "Asked")
    made["links"] = {
        "answer": link("readAnswer", answer_id="answer_id"),
        "stop": link("stopAnswer", answer_id="answer_id"),
        "conversation": link("readSession", session_id="session_id"),
        "rename": link("renameSession", session_id="session_id"),
        "export": link("exportSession", session_id="session_id"),
        "delete": link("deleteSession", session_id="session_id"),
    }
    return operation("askQuestion", "Ask a question.", {"201": made}, "403 404 409 413 415 429", body=ref("AskBody"))


def _stream() -> Schema:
    sent = {
        "description": "The events behind the cursor, as they come; or, with `Accept: application/json`, the "
        "finished answer in one piece.",
        "headers": {
            "Cache-Control": {"schema": {"type": "string"}},
            "X-Accel-Buffering": {"schema": {"type": "string"}, "description": "Asks proxies to hold nothing back."},
        },
        "content": {"text/event-stream": {"schema": _server_sent()}, "application/json": {"schema": ref("Answer")}},
    }
    body = {"anyOf": [ref("AskBody"), ref("ContinueBody")]}
    summary = "Ask and stream in one, or go on reading an answer from a cursor."
    return operation("streamAnswer", summary, {"200": sent}, "403 404 409 413 415 429", body=body)


def _server_sent() -> Schema:
    """One Server-Sent Event: in OpenAPI before 3.2, what a stream's schema describes."""
    line = {"contentMediaType": "application/json", "contentSchema": ref("Event")}
    data = {
        "type": "string",
        "description": "One line of JSON, or `[DONE]`, which is always the last.",
        "if": {"const": "[DONE]"},
        "else": line,
    }
    number = {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "The event's `seq`, where it has one."}
    return {"type": "object", "properties": {"id": number, "data": data}, "required": ["data"]}


def _read_answer() -> Schema:
    answers = {"200": answered("The answer as far as it goes.", "Answer")}
    return operation("readAnswer", "Read an answer.", answers, "404", query=query_parameters(Shown))


def _stop() -> Schema:
    answers = {"202": answered("It is being stopped; the text so far is kept.", "Stopping")}
    return operation("stopAnswer", "Stop an answer.", answers, "404")


def _feedback() -> Schema:
    said = {"200": answered("It is kept, in place of what was said before.", "Feedback")}
    unsaid: Schema = {"204": {"description": "It is kept no more."}}
    say = "Say that an answer is good or not, or that one of its citations is the wrong source."
    unsay = "Take that back."
    return {
        "put": operation("sayFeedback", say, said, "404 409 413 415", body=ref("FeedbackBody")),
        "delete": operation("unsayFeedback", unsay, unsaid, "404", query=query_parameters(FeedbackOf)),
    }


def _list_sessions() -> Schema:
    answers = {"200": answered("The last used first.", "Sessions")}
    summary = "List the caller's conversations, or those in which each of some words occurs."
    return operation("listSessions", summary, answers, "", query=query_parameters(Search))


def _one_session() -> Schema:
    read = {"200": answered("The conversation with its turns, in the order asked.", "Conversation")}
    renamed = {"200": answered("The conversation under its new title.", "Session")}
    deleted: Schema = {"204": {"description": "It is gone for good, with its answers."}}
    return {
        "get": operation("readSession", "Read a conversation.", read, "404", query=query_parameters(Part)),
        "patch": operation("renameSession", "Rename a conversation.", renamed, "404 413 415", body=ref("RenameBody")),
        "delete": operation("deleteSession", "Delete a conversation for good.", deleted, "404"),
    }


def _export() -> Schema:
    file = _file("A file to be saved: Markdown, HTML or Word with numbered footnotes, or JSON.")
    file["content"]["application/json"] = {"schema": ref("Conversation")}
    summary = "Take a conversation along as a file."
    return operation("exportSession", summary, {"200": file}, "404", query=query_parameters(Export))


def _export_answer() -> Schema:
    file = _file("A file to be saved, with numbered footnotes and their excerpts.")
    summary = "Take an answer along as a file."
    return operation("exportAnswer", summary, {"200": file}, "404", query=query_parameters(AnswerExport))


def _list_models() -> Schema:
    answers = {"200": answered("The default first.", "Models")}
    return operation("listModels", "List the models that a question may choose from.", answers, "")


def _file(description: str) -> Schema:
    named = {"schema": {"type": "string"}, "required": True, "description": "The file's name (RFC 6266)."}
    text = {"schema": {"type": "string"}}
    return {
        "description": description,
        "headers": {"Content-Disposition": named},
        "content": {"text/markdown": text, "text/html": text, _DOCX: {"schema": {"type": "string"}}},
    }


def _describe() -> Schema:
    described = {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "operationId": "describe",
        "summary": "This description.",
        "responses": {"200": described, "400": {"$ref": "#/components/responses/Problem400"}},
    }


def _problem(status: str) -> Schema:
    problem = answered(_PROBLEMS[status], "Problem")
    if status in _WAITS:
        problem["headers"] = {
            "Retry-After": {
                "schema": {"type": "integer", "minimum": 1},
                "description": "Seconds; the same as `retry_after_s`, rounded up.",
            }
        }
    return problem


def _id(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}

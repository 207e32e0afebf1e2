"""The description says what the server does: every route is in it, and every answer keeps to it."""

from __future__ import annotations

import json
import re
import threading
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from fakes import STOP, until
from footnote.conversations import Status
from footnote.errors import Code
from footnote.events import Error, Queued, Retrieved, Retrying, Sent, Token
from footnote.web.openapi import document
from footnote.web.requests.asking import AskBody
from footnote.wire import encode
from page_client import STREAM, UNKNOWN, WHOLE, question

GOLDEN = sorted((Path(__file__).resolve().parents[2] / "golden" / "streams").glob("*.json"))


def closed(schemas):
    """The components, with no field allowed that they don't name: what is sent and not described shows."""
    schemas = deepcopy(schemas)
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return schemas


SCHEMAS = closed(document()["components"]["schemas"])


def check(value, name):
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(value)


def operations():
    return {
        (path, method.upper()): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def test_every_route_is_described_and_nothing_else_is(page):
    routes = {(re.sub(r"<(\w+)>", r"{\1}", rule), method) for rule, method in page.routes("/api/")}
    assert set(operations()) == routes | {("/api/openapi.json", "GET")}


def test_every_address_says_what_its_ids_are():
    for path, methods in document()["paths"].items():
        named = [parameter["$ref"].rsplit("/", 1)[1] for parameter in methods.get("parameters", [])]
        assert named == re.findall(r"{(\w+)}", path)


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def test_every_reference_leads_somewhere_and_every_schema_is_one():
    for reference in references(document()):
        found = document()
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_has_a_name_of_its_own_and_links_lead_to_one():
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)
    for operation in operations().values():
        for response in operation["responses"].values():
            assert {link["operationId"] for link in response.get("links", {}).values()} <= set(names)


def test_it_is_served_the_same_each_time_and_names_no_host(page):
    responses = [page.client.get("/api/openapi.json") for _ in range(2)]
    assert responses[0].mimetype == "application/json"
    assert responses[0].get_data() == responses[1].get_data()
    described = responses[0].get_json()
    assert described == document()
    assert described["openapi"] == "3.1.0"
    assert "servers" not in described
    assert not re.search(r"https?://|localhost|127\.0", responses[0].get_data(as_text=True))


def test_it_is_served_to_who_is_not_signed_in(behind_a_proxy):
    assert behind_a_proxy.client.get("/api/openapi.json").status_code == 200


def test_every_kind_of_event_and_every_code_is_in_it():
    kinds = {kind.type: f"#/components/schemas/{kind.__name__}" for kind in get_args(Sent)}
    assert SCHEMAS["Event"]["discriminator"] == {"propertyName": "type", "mapping": kinds}
    assert set(SCHEMAS["Code"]["enum"]) == set(Code)
    assert set(SCHEMAS["Status"]["enum"]) == set(Status)
    assert set(SCHEMAS["AskBody"]["properties"]) == set(AskBody.model_fields)


def test_what_an_answer_tells_of_its_search_is_what_its_event_told():
    told = SCHEMAS["Answer"]["properties"]["retrieved"]["anyOf"][0]["properties"]
    assert set(told) == {field.name for field in fields(Retrieved)}


def events(text):
    frames = [frame for frame in text.split("\n\n") if frame]
    assert frames[-1] == "data: [DONE]"
    return [json.loads(re.search(r"^data: (.*)$", frame, re.MULTILINE)[1]) for frame in frames[:-1]]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_golden_streams_keep_to_it(path):
    golden = json.loads(path.read_text("utf-8"))
    sent = [event for response in golden["responses"] for event in events(response["sse"])]
    assert sent
    for event in sent:
        check(event, "Event")
    check(golden["record"], "Answer")


@pytest.mark.parametrize(
    ("event", "seq"),
    [
        (Queued(2), 3),
        (Retrying("RATE_LIMIT", 1, 0.5), 4),
        (Error("UNAVAILABLE", "The database is away.", retryable=True, retry_after_s=2.0), None),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_what_no_golden_stream_has_keeps_to_it_too(event, seq):
    check(json.loads(encode(event, seq)), "Event")


@pytest.mark.parametrize("line", ['{"type":"token","content":"x"}', '{"seq":0,"type":"ping"}', '{"seq":1,"type":"x"}'])
def test_it_is_not_so_wide_that_anything_keeps_to_it(line):
    assert not Draft202012Validator(
        {"$ref": "#/components/schemas/Event", "components": {"schemas": SCHEMAS}}
    ).is_valid(json.loads(line))


def test_what_the_server_answers_keeps_to_it(page):
    page.model.script = ("First", threading.Event())
    asked = question(answer_id=str(uuid4()))
    check(page.post("/answers", asked).get_json(), "Asked")
    until(page.log, asked["answer_id"], Token)
    check(page.call("GET", f"/answers/{asked['answer_id']}").get_json(), "Answer")
    check(page.call("POST", f"/answers/{asked['answer_id']}/stop").get_json(), "Stopping")
    page.until_ended(asked["answer_id"])
    page.model.script = ("It was **decided** [1].",)
    for more in ({}, {"replaces": asked["answer_id"], "continues": True}):
        page.answered(session_id=asked["session_id"], **more)
    page.model.script = ("It was decided [1].", STOP)
    page.answered(session_id=asked["session_id"])
    for query in ("", "?render=html"):
        check(page.call("GET", f"/sessions/{asked['session_id']}{query}").get_json(), "Conversation")
    check(page.call("GET", "/sessions").get_json(), "Sessions")
    check(page.call("PATCH", f"/sessions/{asked['session_id']}", {"title": "Pier"}).get_json(), "Session")
    check(page.call("GET", f"/sessions/{asked['session_id']}/export?format=json").get_json(), "Conversation")
    check(page.client.get("/api/library/documents").get_json(), "Documents")
    check(page.client.patch("/api/library/documents?id=pier", json={"tags": ["open"]}).get_json(), "Document")
    check(page.client.get("/api/library/document?id=pier").get_json(), "Source")
    check(page.client.get("/api/library/passage?id=pier").get_json(), "Passage")
    check(page.post("/stream", question(render="html"), **WHOLE).get_json(), "Answer")
    sent = events(page.post("/stream", question(render="html"), **STREAM).get_data(as_text=True))
    assert {"start", "stage", "retrieved", "token", "html", "citations", "done"} == {event["type"] for event in sent}
    for event in sent:
        check(event, "Event")


def test_a_problem_keeps_to_it_and_is_among_those_described(page):
    missing = {"answer_id": UNKNOWN, "session_id": UNKNOWN}
    for (path, method), operation in operations().items():
        response = page.client.open(path.format(**missing), method=method, data=b"x", content_type="text/plain")
        assert str(response.status_code) in operation["responses"], (path, method)
        if response.status_code >= 400:
            check(response.get_json(), "Problem")

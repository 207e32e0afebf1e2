"""A question carries what was looked at; its answer cites it, and it can be read as it was, by who asked."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from footnote.app import create_app
from footnote.parts import parts
from footnote.settings import Settings

ROWS = [[month, region, f"{n * 1000:,}"] for n, month in enumerate(("Jan", "Feb", "Mar"), 3) for region in ("North",)]
CONTEXT = {
    "title": "Revenue by region",
    "filter": [{"name": "Region", "value": "North"}],
    "columns": ["Month", "Region", "Revenue"],
    "rows": ROWS,
    "text": "",
}
ANN, BOB = {"X-Forwarded-Email": "ann@example.com"}, {"X-Forwarded-Email": "bob@example.com"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    (folder / "library").mkdir()
    (folder / "library" / "depot.txt").write_text("The depot moves to the harbour in May.", "utf-8")
    settings = Settings(data=folder / "data", library=folder / "library", trust_identity=True, rate_limit="off")
    server = create_app(parts(settings)).server
    yield server.test_client()
    server.extensions["footnote"].close()


def _ask(client, context, **fields):
    body = {
        "query": "What was the revenue of the region North in Feb?",
        "session_id": str(uuid4()),
        "context": context,
    } | fields
    return client.post("/api/chat/stream", json=body, headers=ANN | {"Accept": "application/json"})


def test_it_is_numbered_first_cited_kept_and_read_as_it_was(client):
    answer = _ask(client, CONTEXT).get_json()
    first = next(c for c in answer["citations"] if c["n"] == 1)
    assert first["recording_title"] == "Revenue by region"
    assert first["cited"]
    assert "Month: Feb; Region: North; Revenue: 4,000" in answer["text"]
    assert first["excerpt"] in "\n".join(f"Month: {m}; Region: {r}; Revenue: {v}" for m, r, v in ROWS)
    assert answer["statements"], "what it says is checked against it"
    again = client.get(f"/api/chat/answers/{answer['answer_id']}", headers=ANN).get_json()
    assert again["context"] == CONTEXT

    source = client.get("/api/library/document", query_string={"id": first["recording_id"]}, headers=ANN).get_json()
    assert (source["title"], source["kind"], source["original"]) == ("Revenue by region", "table", "here")
    assert source["table"] == {"columns": CONTEXT["columns"], "rows": ROWS}
    assert len(source["parts"]) == len(ROWS)
    passage = client.get("/api/library/passage", query_string={"id": first["passage_id"]}, headers=ANN)
    assert first["excerpt"] in passage.get_json()["text"]
    exported = client.get(f"/api/chat/answers/{answer['answer_id']}/export?format=markdown", headers=ANN).text
    assert "Revenue by region" in exported

    for place, id in (("document", first["recording_id"]), ("passage", first["passage_id"])):
        for asked, by in ((id, BOB), (f"asked-about:{uuid4()}#0", ANN), ("asked-about:", ANN)):
            assert client.get(f"/api/library/{place}", query_string={"id": asked}, headers=by).status_code == 404


def test_asked_without_it_again_it_is_another_question(client):
    id = str(uuid4())
    session = str(uuid4())
    assert _ask(client, CONTEXT, answer_id=id, session_id=session).status_code == 200
    assert _ask(client, CONTEXT, answer_id=id, session_id=session).status_code == 200
    assert _ask(client, None, answer_id=id, session_id=session).status_code == 409


def test_ticked_off_it_is_not_given_again(client):
    answer = _ask(client, CONTEXT).get_json()
    first = next(c for c in answer["citations"] if c["n"] == 1)
    again = _ask(client, CONTEXT, filter={"without": [first["passage_id"]]}).get_json()
    assert not [c for c in again["citations"] if c["recording_id"].startswith("asked-about:")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": " "}, "context.title"),
        ({"title": "x" * 201}, "context.title"),
        ({"rows": [["a"]] * 201}, "context.rows"),
        ({"rows": [["a"] * 4]}, "context"),
        ({"rows": [[1, "b", "c"]]}, "context.rows"),
        ({"rows": [["x" * 400, "x" * 400, "y"]] * 50}, "context"),
        ({"columns": ["c"] * 31}, "context.columns"),
        ({"filter": [{"name": "", "value": "v"}]}, "context.filter"),
        ({"text": "a\x00b"}, "context.text"),
    ],
)
def test_what_is_too_much_or_none_is_refused_by_its_field(client, change, says):
    refused = _ask(client, CONTEXT | change)
    assert refused.status_code == 400
    assert says in refused.get_json()["message"]


def test_as_many_small_cells_are_taken_as_the_page_may_send(client):
    """The page counts the bytes that it sends: 31 kB here, without a blank between the cells."""
    table = {"columns": [f"c{n}" for n in range(25)], "rows": [["abc"] * 25] * 200}
    assert len(json.dumps(CONTEXT | table, separators=(",", ":"))) < 32_000
    assert _ask(client, CONTEXT | table).status_code == 200


def test_hostile_words_stay_words(client):
    hostile = "</passage><script>alert(1)</script> revenue in February [7]"
    answer = _ask(client, {"title": hostile, "columns": ["Month"], "rows": [[hostile]]}, render="html").get_json()
    assert "<script" not in json.dumps(answer.get("blocks", []))

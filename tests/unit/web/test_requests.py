"""Requests are checked before anything is started; a problem has its status, its code and words for a person."""

import json
import threading
from dataclasses import replace
from uuid import uuid4

import pytest

from fakes import STOP, until, until_end, until_text
from footnote.errors import StorageFailed
from footnote.events import Token
from footnote.settings import Settings
from page_client import STREAM, UNKNOWN, WHOLE, Page, assert_problem, question


def test_a_question_is_taken_and_answered(page):
    asked = question()
    response = page.post("/answers", asked)
    assert response.status_code == 201
    body = response.get_json()
    assert set(body) == {"answer_id", "session_id", "remaining"}
    assert body["session_id"] == asked["session_id"]
    until_end(page.log, body["answer_id"])
    kept = page.call("GET", f"/answers/{body['answer_id']}").get_json()
    assert (kept["status"], kept["text"], kept["query"]) == ("complete", "To open the pier [1].", asked["query"])
    assert [(c["n"], c["cited"]) for c in kept["citations"]] == [(1, True), (2, False)]
    assert kept["error"] is None
    assert kept["finish_reason"] == "stop"
    assert kept["usage"] == {"input_tokens": 7, "output_tokens": 3}
    assert kept["searched"] == 2


WRONG = {
    "no query": ({"query": None}, "query"),
    "empty query": ({"query": ""}, "query"),
    "blank query": ({"query": " \n\t"}, "query"),
    "long query": ({"query": "x" * 4097}, "query"),
    "query of another type": ({"query": ["What?"]}, "query"),
    "query with a NUL": ({"query": "a\x00b"}, "query"),
    "query with half a surrogate pair": ({"query": "a\ud83db"}, "query"),
    "no session": ({"session_id": None}, "session_id"),
    "session that is no uuid": ({"session_id": "mine"}, "session_id"),
    "session of another type": ({"session_id": 7}, "session_id"),
    "answer id that is no uuid": ({"answer_id": "../../etc"}, "answer_id"),
    "filter of another type": ({"recording_filter": "pier"}, "recording_filter"),
    "filter of numbers": ({"recording_filter": ["pier", 7]}, "recording_filter.1"),
    "filter with an empty id": ({"recording_filter": [""]}, "recording_filter.0"),
    "filter of too many": ({"recording_filter": ["pier"] * 1001}, "recording_filter"),
    "filter by what is no kind": ({"filter": {"kinds": ["film"]}}, "filter.kinds.0"),
    "filter by what is no day": ({"filter": {"since": "2026-02-30"}}, "filter.since"),
    "filter by an empty tag": ({"filter": {"tags": [""]}}, "filter.tags.0"),
    "filter of another type than an object": ({"filter": ["board"]}, "filter"),
    "filter of what is not there": ({"recording_filter": ["pier", "nowhere"]}, "'nowhere'"),
    "unknown model": ({"model": "gpt"}, "model"),
    "model of another type": ({"model": {"name": "scripted"}}, "model"),
    "unknown rendering": ({"render": "pdf"}, "render"),
}


@pytest.mark.parametrize("path", ["/answers", "/stream"])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_field_is_named_and_nothing_is_started(page, path, name):
    fields, named = WRONG[name]
    response = page.post(path, question(**fields))
    assert_problem(response, 400, "INVALID_REQUEST", named)
    assert page.nothing_started


def test_all_wrong_fields_are_named_at_once(page):
    assert_problem(page.ask(query="", session_id="x"), 400, "INVALID_REQUEST", "query", "session_id")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b"[" * 60_000, b'{"query": NaN}'])
def test_what_is_no_json_object_is_refused(page, raw):
    response = page.client.post("/api/chat/answers", data=raw, content_type="application/json")
    assert_problem(response, 400, "INVALID_REQUEST")
    assert page.nothing_started


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_another_content_type_is_refused(page, kind):
    response = page.client.post("/api/chat/answers", data=json.dumps(question()), content_type=kind)
    assert_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE", "application/json")
    assert page.nothing_started


def test_a_charset_behind_the_content_type_is_taken(page):
    kind = "application/json; charset=utf-8"
    assert page.client.post("/api/chat/answers", data=json.dumps(question()), content_type=kind).status_code == 201


@pytest.mark.parametrize("path", ["/answers", "/stream"])
def test_a_body_over_sixty_four_kilobytes_is_refused(page, path):
    assert_problem(page.post(path, question(padding="x" * 65_536)), 413, "TOO_LARGE", "64 KB")
    assert page.nothing_started


def test_a_field_that_is_not_known_is_ignored(page):
    """The contract grows by added fields: an older server takes a newer client's question."""
    assert page.ask(colour="blue").status_code == 201


def test_a_request_from_another_site_is_refused(page):
    response = page.post("/answers", question(), Sec_Fetch_Site="cross-site")
    assert_problem(response, 400, "INVALID_REQUEST", "other sites")
    assert page.nothing_started
    assert page.post("/answers", question(), Sec_Fetch_Site="same-origin").status_code == 201


def test_another_app_of_the_same_site_only_leads_here(page):
    other = {"Sec-Fetch-Site": "same-site"}
    for rule, method in page.routes("/api/"):
        response = page.client.open(rule.replace("<answer_id>", str(uuid4())), method=method, headers=other)
        assert ("other sites" in response.get_data(as_text=True)) is (method != "GET"), rule


def test_asked_again_with_its_id_it_is_the_same_answer(page):
    asked = question(answer_id=str(uuid4()))
    for _ in range(3):
        response = page.post("/answers", asked)
        assert (response.status_code, response.get_json()["answer_id"]) == (201, asked["answer_id"])
    until_end(page.log, asked["answer_id"])
    assert page.post("/answers", asked | {"answer_id": asked["answer_id"].upper()}).status_code == 201
    assert len(page.model.prompts) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"query": "Something else?"},
        {"recording_filter": ["pier"]},
        {"session_id": UNKNOWN},
        {"filter": {"tags": ["board"]}},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_another_question_under_a_used_id_is_a_conflict(page, other):
    asked = question(answer_id=str(uuid4()))
    assert page.post("/answers", asked).status_code == 201
    for path in ("/answers", "/stream"):
        assert_problem(page.post(path, asked | other), 409, "CONFLICT")
    until_end(page.log, asked["answer_id"])
    assert len(page.model.prompts) == 1


def test_the_filter_is_kept_without_repetitions_and_told(page):
    id = page.answered(recording_filter=["ferry", "pier", "ferry"])
    assert page.call("GET", f"/answers/{id}").get_json()["recording_filter"] == ["ferry", "pier"]


def test_what_else_limits_a_question_is_kept_and_told(page):
    limits = {"kinds": ["recording"], "tags": ["board", "fleet"], "since": "2026-03-01", "without": ["pier#0"]}
    id = page.answered(filter=limits | {"tags": ["fleet", "board", "fleet"], "speakers": [], "until": None})
    kept = page.call("GET", f"/answers/{id}").get_json()
    assert (kept["filter"], kept["recording_filter"]) == (limits, [])


@pytest.mark.parametrize(
    "left_out", [{"without": ["pier"]}, {"without_documents": ["pier"]}], ids=lambda f: next(iter(f))
)
def test_what_is_left_out_is_not_found(page, left_out):
    kept = page.call("GET", f"/answers/{page.answered(filter=left_out)}").get_json()
    assert [found["recording_id"] for found in kept["retrieved"]["passages"]] == ["ferry"]


def test_a_filter_that_leaves_nothing_is_an_answer_that_says_so(page):
    """Not a problem: what is in no document today may be in one tomorrow."""
    id = page.answered(recording_filter=["pier"], filter={"without_documents": ["pier"]})
    kept = page.call("GET", f"/answers/{id}").get_json()
    assert (kept["status"], kept["searched"], kept["library"]) == ("complete", 0, 2)
    assert kept["retrieved"] == {"queries": ["What was decided?"], "passages": []}
    assert "leaves none of the library's 2 documents" in page.model.prompts[-1].messages[-1].content


def test_a_model_that_is_there_may_be_named(page):
    id = page.answered(model="scripted")
    assert page.call("GET", f"/answers/{id}").get_json()["model"] == "scripted"


def test_beyond_the_places_there_are_a_question_is_put_off(scripted):
    page = Page(replace(scripted, settings=Settings(max_running=1, max_waiting=0)))
    page.model.script = ("First", threading.Event())
    running = page.ask().get_json()["answer_id"]
    refused = page.ask()
    assert_problem(refused, 503, "UNAVAILABLE")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.get_json()["retry_after_s"] >= 1
    assert refused.get_json()["retryable"]
    assert page.call("POST", f"/answers/{running}/stop").status_code == 202
    page.producer.close()


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [(StorageFailed(), 503, "UNAVAILABLE"), (OSError("disk of db.internal is full"), 500, "INTERNAL_ERROR")],
    ids=["storage", "unforeseen"],
)
def test_a_failure_of_the_library_is_a_problem_without_the_exceptions_words(page, monkeypatch, failure, status, code):
    def fail():
        raise failure

    monkeypatch.setattr(page.parts.library, "digests", fail)
    response = page.ask(recording_filter=["pier"])
    assert_problem(response, status, code)
    assert response.get_json()["retryable"]
    assert "db.internal" not in response.get_data(as_text=True)
    assert page.nothing_started


def test_a_stop_is_taken_and_ends_the_answer_with_its_text(page):
    page.model.script = ("First", threading.Event(), "never")
    id = page.ask().get_json()["answer_id"]
    until(page.log, id, Token)
    assert page.call("GET", f"/answers/{id}").get_json()["status"] == "streaming"
    response = page.call("POST", f"/answers/{id}/stop")
    assert (response.status_code, response.get_json()) == (202, {"answer_id": id})
    until_end(page.log, id)
    kept = page.call("GET", f"/answers/{id}").get_json()
    assert (kept["status"], kept["text"]) == ("cancelled", "First")
    assert page.call("POST", f"/answers/{id}/stop").status_code == 202  # asked twice, nothing more happens


def test_a_failed_answer_tells_its_error(page):
    page.model.script = ("First",)
    kept = page.call("GET", f"/answers/{page.answered()}").get_json()
    assert (kept["status"], kept["text"], kept["error"]["code"]) == ("error", "First", "TRUNCATED")


def test_an_answer_ended_with_the_server_is_interrupted(page):
    page.model.script = ("First", threading.Event())
    id = page.ask().get_json()["answer_id"]
    until(page.log, id, Token)
    page.producer.close()
    kept = page.call("GET", f"/answers/{id}").get_json()
    assert (kept["status"], kept["text"]) == ("interrupted", "First")
    assert_problem(page.ask(), 503, "UNAVAILABLE")


BY_ID = [
    ("GET", "/answers/{}", None),
    ("POST", "/answers/{}/stop", None),
    ("GET", "/sessions/{}", None),
    ("PATCH", "/sessions/{}", {"title": "x"}),
    ("DELETE", "/sessions/{}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), BY_ID, ids=lambda v: v if isinstance(v, str) else "")
def test_an_unknown_id_is_not_found_and_one_that_is_no_uuid_is_named(page, method, path, body):
    assert_problem(page.call(method, path.format(UNKNOWN), body), 404, "NOT_FOUND")
    assert_problem(page.call(method, path.format("not-a-uuid"), body), 400, "INVALID_REQUEST", "uuid")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "answer_id"),
        ({"answer_id": "x"}, "answer_id"),
        ({"after": -1}, "after"),
        ({"after": "2"}, "after"),
        ({"after": 1.5}, "after"),
        ({"after": True}, "after"),
        ({"after": 1000}, "after"),
        ({"after": 10**30}, "after"),
        ({"render": "text"}, "render"),
    ],
    ids=str,
)
def test_a_cursor_that_cannot_be_is_refused(page, fields, named):
    body = {"answer_id": page.answered()} | fields if fields else {}
    assert_problem(page.post("/stream", body, **STREAM), 400, "INVALID_REQUEST", named)


def test_a_cursor_of_an_answer_that_is_not_there_is_not_found(page):
    assert_problem(page.post("/stream", {"answer_id": UNKNOWN, "after": 0}, **STREAM), 404, "NOT_FOUND")


def test_asked_for_json_the_answer_comes_whole_and_only_when_finished(page):
    gate = threading.Event()
    page.model.script = ("First", gate, " last [1].", STOP)
    opened = threading.Timer(0.05, gate.set)
    opened.start()
    response = page.post("/stream", question(), **WHOLE)
    opened.join()
    assert response.mimetype == "application/json"
    whole = response.get_json()
    assert (whole["status"], whole["text"]) == ("complete", "First last [1].")
    assert whole == page.call("GET", f"/answers/{whole['answer_id']}").get_json()
    later = page.post("/stream", {"answer_id": whole["answer_id"], "after": 3}, **WHOLE).get_json()
    assert later == whole


def test_without_a_word_about_it_the_answer_is_streamed(page):
    for accept in ({}, {"Accept": "*/*"}, STREAM, {"Accept": "text/event-stream, application/json"}):
        response = page.post("/stream", question(), **accept)
        assert response.mimetype == "text/event-stream"
        assert response.get_data(as_text=True).endswith("data: [DONE]\n\n")


def test_blocks_come_only_where_they_are_asked_for(page):
    id = page.answered()
    plain = page.call("GET", f"/answers/{id}").get_json()
    assert "blocks" not in plain
    rendered = page.call("GET", f"/answers/{id}?render=html").get_json()
    assert len(rendered["blocks"]) == 1
    assert rendered["tail"] == ""
    assert '"type":"html"' in page.post("/stream", {"answer_id": id, "render": "html"}).get_data(as_text=True)
    assert '"type":"html"' not in page.post("/stream", {"answer_id": id}).get_data(as_text=True)
    whole = page.post("/stream", {"answer_id": id, "render": "html"}, **WHOLE).get_json()
    assert whole["blocks"] == rendered["blocks"]


def test_an_unfinished_answer_tells_its_blocks_and_all_the_text_behind_them(page):
    page.model.script = ("One.\n\nTwo", " three", " four", threading.Event())
    id = page.ask().get_json()["answer_id"]
    until_text(page.log, id, "One.\n\nTwo three four")
    view = page.call("GET", f"/answers/{id}?render=html").get_json()
    assert [block.strip() for block in view["blocks"]] == ["<p>One.</p>"]
    assert view["tail"].strip() == "Two three four"


def test_an_answer_of_which_nothing_came_yet_can_be_asked_for(page):
    page.model.script = (threading.Event(),)
    id = page.ask().get_json()["answer_id"]
    view = page.call("GET", f"/answers/{id}?render=html").get_json()
    assert (view["status"], view["text"]) == ("streaming", "")


def test_a_cursor_that_no_database_could_hold_is_refused_before_one_is_asked(page, monkeypatch):
    body = {"answer_id": page.answered(), "after": 2**63}
    monkeypatch.setattr(page.log, "read", lambda *_: pytest.fail("the log was asked"))
    assert_problem(page.post("/stream", body, **STREAM), 400, "INVALID_REQUEST", "after")

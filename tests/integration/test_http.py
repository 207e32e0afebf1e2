"""The stream over a real HTTP server: its headers, its frames, and who comes, goes and comes back."""

import base64
import hashlib
import json
import re
import socket
import threading
import time
from uuid import uuid4

import pytest

from fakes import PATIENCE_S, STOP, until, until_end
from footnote.errors import RateLimited
from footnote.events import Token
from page_client import counted
from served_page import STREAM, Served, question, split


def event(frame):
    """The event in a frame, which is written exactly as the contract says."""
    written = re.fullmatch(r"(?:id: (\d+)\n)?data: (\{[^\n]*\})\ndata:", frame)
    assert written, frame
    fields = json.loads(written[2])
    if fields["type"] not in ("ping", "continue"):
        assert int(written[1]) == fields["seq"]
    return fields


def events(frames):
    """The events of a whole response; its last frame says that it is done."""
    assert frames[-1] == "data: [DONE]"
    return [event(frame) for frame in frames[:-1]]


def text(events):
    return "".join(e["content"] for e in events if e["type"] == "token")


def frames_of(response):
    """The frames of a response as they arrive."""
    held = ""
    for piece in response.iter_text():
        held += piece
        *whole, held = held.split("\n\n")
        yield from whole


@pytest.fixture
def served(scripted):
    made = Served(scripted)
    yield made
    made.close()


def test_asked_and_streamed_in_one_it_is_the_contracts_stream(served):
    with served.stream(**question()) as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-cache, no-transform"
        assert response.headers["X-Accel-Buffering"] == "no"
        assert "Content-Length" not in response.headers
        came = events(split(response.read().decode()))
    assert [e["type"] for e in came if e["type"] != "token"] == [
        "start",
        *["stage", "stage", "retrieved", "stage", "stage"],
        "citations",
        "done",
    ]
    assert [e["seq"] for e in came] == list(range(1, len(came) + 1))
    assert text(came) == "To open the pier [1]."


def test_words_arrive_while_the_model_still_writes(served):
    gate = threading.Event()
    served.model.script = ("First", gate, " last.", STOP)
    with served.stream(**question()) as response:
        frames = frames_of(response)
        while event(next(frames))["type"] != "token":
            pass
        assert not gate.is_set()
        gate.set()
        rest = list(frames)
    assert text(events(rest)) == " last."


def test_a_failed_answer_ends_with_its_error_and_then_done(served):
    served.model.script = ("First", RateLimited(retry_after_s=7))
    came = events(served.frames(**question()))
    assert [e["type"] for e in came[-2:]] == ["citations", "error"]
    assert came[-1] == {
        "seq": len(came),
        "type": "error",
        "code": "RATE_LIMIT",
        "message": RateLimited.message,
        "retryable": True,
        "retry_after_s": 7,
    }


def test_from_every_cursor_comes_exactly_the_rest(served):
    whole = served.frames(**question(answer_id=(id := str(uuid4()))))
    for after in range(len(whole)):
        assert served.frames(answer_id=id, after=after) == whole[after:]
    assert served.frames(answer_id=id, after=len(whole) - 1) == ["data: [DONE]"]


def test_a_response_is_bounded_and_goes_on_from_where_it_says(served):
    served.model.script = (*["So it is. " * 99 + "So it is.\n\n"] * 90, STOP)
    id = served.ask()
    until_end(served.log, id)
    came, after, responses = [], 0, 0
    while True:
        frames = served.frames(answer_id=id, after=after, render="html")
        assert sum(len(f.encode()) for f in frames) < 32 * 1024 + 1024
        one = events(frames)
        responses += 1
        came += [e for e in one if e["type"] != "continue"]
        if one[-1]["type"] != "continue":
            break
        after = one[-1]["after"]
    assert responses > 3
    assert text(came) == "".join(step for step in served.model.script if isinstance(step, str))
    assert sum(e["type"] == "html" for e in came) == 90
    assert [e["seq"] for e in came if e["type"] != "html"] == list(range(1, came[-1]["seq"] + 1))


def test_a_client_that_goes_away_does_not_end_the_answer(served):
    gate = threading.Event()
    served.model.script = ("First", gate, " last.", STOP)
    id = str(uuid4())
    with served.stream(**question(answer_id=id)) as response:
        frames = frames_of(response)
        while (last := event(next(frames)))["type"] != "token":
            pass
    assert not served.model.closed.is_set()
    gate.set()
    until_end(served.log, id)
    came = events(served.frames(answer_id=id, after=last["seq"]))
    assert text(came) == " last."
    assert came[-1]["type"] == "done"
    assert len(served.model.prompts) == 1


def test_a_connection_cut_off_hard_does_not_end_the_answer_either(served):
    gate = threading.Event()
    served.model.script = ("First", gate, " last.", STOP)
    body = json.dumps(question(answer_id=(id := str(uuid4())))).encode()
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE_S) as connection:
        head = f"POST {STREAM} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert connection.recv(4096)  # the answer is there, for its stream has begun
        until(served.log, id, Token)
    gate.set()
    assert until_end(served.log, id)[-1].event.type == "done"


def test_a_reader_who_went_away_counts_no_more(served):
    """Nobody says so to the server: it notices when it has something to send."""
    gate = threading.Event()
    served.model.script = ("First", gate, *(f" word {n}" for n in range(200)), STOP)
    _, watched = counted(served.log)
    with served.stream(**question(answer_id=(id := str(uuid4())))) as response:
        frames = frames_of(response)
        while event(next(frames))["type"] != "token":
            pass
        assert len(watched) == 1
    gate.set()
    until_end(served.log, id)
    deadline = time.monotonic() + PATIENCE_S
    while watched and time.monotonic() < deadline:
        time.sleep(0.01)
    assert watched == set()


def test_two_readers_see_the_same(served):
    gate = threading.Event()
    served.model.script = ("One.\n\n", gate, "Two.", STOP)
    id = served.ask()
    until(served.log, id, Token)
    seen = [[], []]

    def read(n):
        seen[n] = served.frames(answer_id=id, after=0, render="html")

    readers = [threading.Thread(target=read, args=(n,)) for n in range(2)]
    for reader in readers:
        reader.start()
    gate.set()
    for reader in readers:
        reader.join(PATIENCE_S)
    assert seen[0] == seen[1]
    assert sum('"type":"html"' in frame for frame in seen[0]) == 2


def test_a_stop_ends_the_stream_of_who_watches(served):
    served.model.script = ("First", threading.Event(), "never")
    id = str(uuid4())
    with served.stream(**question(answer_id=id)) as response:
        frames = frames_of(response)
        while event(next(frames))["type"] != "token":
            pass
        assert served.client.post(f"/api/chat/answers/{id}/stop").status_code == 202
        rest = events(list(frames))
    assert [e["type"] for e in rest] == ["citations", "cancelled"]
    assert served.model.closed.wait(PATIENCE_S)


def test_a_conversation_deleted_while_it_is_watched_ends_the_stream(served):
    served.model.script = ("First", threading.Event())
    asked = question()
    with served.stream(**asked) as response:
        frames = frames_of(response)
        while event(next(frames))["type"] != "token":
            pass
        assert served.client.delete(f"/api/chat/sessions/{asked['session_id']}").status_code == 204
        assert list(frames)[-1] == "data: [DONE]"


def test_a_hostile_answer_stays_text_on_the_wire(served):
    served.model.script = ('<script>alert("x")</script> \u2028 [DONE]\n\ndata: [DONE]\n\n', STOP)
    came = events(served.frames(**question(render="html")))
    assert came[-1]["type"] == "done"
    assert text(came) == served.model.script[0]
    html = "".join(e["html"] for e in came if e["type"] == "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def policy(response):
    header = response.headers["Content-Security-Policy"]
    return {name: values.split() for name, _, values in (part.strip().partition(" ") for part in header.split(";"))}


def test_the_page_comes_with_a_policy_that_runs_nothing_but_its_own_scripts(served):
    response = served.client.get("/")
    assert response.status_code == 200
    rules = policy(response)
    assert rules["default-src"] == ["'none'"]
    assert rules["connect-src"] == ["'self'"]
    assert rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(rules["script-src"])
    page = re.sub(r"<!--.*?-->", "", response.text, flags=re.DOTALL)
    inline = re.findall(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", page, re.DOTALL)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules["script-src"], script[:80]
    assert not re.search(r"<[^>]+\son\w+=", page), "an inline handler would not run"


def test_nothing_here_is_called_by_way_of_dash(served, caplog):
    """What is no call at all would end in a stack in the log, once for each try."""
    assert served.client.post("/_dash-update-component", json={}).status_code == 405
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("path", ["/", "/api/chat/sessions", "/api/chat/answers/x", "/_dash-layout", "/healthz"])
def test_every_response_has_the_security_headers(served, path):
    headers = served.client.get(path).headers
    assert "Content-Security-Policy" in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_on_a_loopback_address_a_foreign_name_is_refused(served):
    """A name of another site may be made to resolve here, and its scripts would be of the same origin."""
    for host in ("evil.example", "evil.example:8050", "127.0.0.1.evil.example", "localhost.evil.example"):
        for method, path in (("GET", "/"), ("GET", "/api/chat/sessions"), ("POST", "/api/chat/answers")):
            refused = served.client.request(method, path, json=question(), headers={"Host": host})
            assert refused.status_code == 400, (host, path)
    for host in ("127.0.0.1", "localhost:8050"):
        assert served.client.get("/api/chat/sessions", headers={"Host": host}).status_code == 200
    assert served.model.prompts == []


def test_a_large_body_of_no_stated_length_is_refused(served):
    body = json.dumps(question(padding="x" * 65_536)).encode()
    pieces = (body[at : at + 4096] for at in range(0, len(body), 4096))
    refused = served.client.post(
        "/api/chat/answers", content=pieces, headers={"Content-Type": "application/json", "Connection": "close"}
    )
    assert (refused.status_code, refused.json()["code"]) == (413, "TOO_LARGE")
    assert served.model.prompts == []


def test_the_server_says_that_it_is_well(served):
    assert served.client.get("/healthz").status_code == 200

"""The product as it is served: the real command, gunicorn with gevent, and real HTTP."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import slow_app
from footnote.storage.doorbells import FOLDER
from otlp_receiver import Receiver, attributes, receiving
from ports import number, reserved_port
from served_product import QUESTION, SERVE, SLOW, START_S, Served, asking, environment, events, run_serve, started, text


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """The folder of the library; taken in once, for that takes longer than all else at a start."""
    return Path(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def served(tmp_path_factory, data: Path) -> Iterator[Served]:
    """The product with nothing configured: the sample library, the extractive model."""
    with started(SERVE, tmp_path_factory.mktemp("served"), data) as server:
        yield server


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Who takes the spans of ``slow``."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def slow_servers(tmp_path_factory, data: Path, receiver: Receiver) -> Iterator[Callable[[], Served]]:
    """Gives the server of ``slow``: a new one where the last was stopped by a test."""
    sends = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    running: list[Served] = []
    with contextlib.ExitStack() as stack:

        def server() -> Served:
            if not running or running[-1].process.poll() is not None:
                running.append(stack.enter_context(started(SLOW, tmp_path_factory.mktemp("slow"), data, **sends)))
            return running[-1]

        yield server


@pytest.fixture
def slow(slow_servers: Callable[[], Served]) -> Served:
    """The product with a model that takes a second for an answer."""
    return slow_servers()


def test_serve_prints_where_the_page_is(served: Served) -> None:
    assert served.printed == f"Footnote is at {served.url}\n"


def test_the_page_and_all_that_it_loads_come_with_security_headers(served: Served) -> None:
    with served.client() as client:
        page = client.get("/")
        parts = [part for part in re.findall(r'(?:src|href)="([^"]+)"', page.text) if part.startswith("/")]
        assert any("assets/" in part for part in parts)
        for response in (page, *(client.get(part) for part in parts)):
            assert response.status_code == 200, response.url
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_asking_and_then_streaming_gives_the_whole_log_in_the_contract_s_frames(served: Served) -> None:
    answer_id = served.ask()
    got = served.stream(answer_id=answer_id, after=0)
    assert [event["seq"] for event in got] == list(range(1, len(got) + 1))
    assert [event["type"] for event in got if event["type"] != "token"] == [
        "start", "stage", "stage", "retrieved", "stage", "stage", "citations", "done",
    ]  # fmt: skip
    assert text(got)


def test_asking_and_streaming_in_one_goes_without_an_accept_header_as_curl_does(served: Served) -> None:
    with served.client() as client:
        response = client.post("/api/chat/stream", json=asking(), headers={"Accept": "*/*"})
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert events(response.text)[-1]["type"] == "done"


def test_the_json_form_is_the_same_answer_in_one_piece(served: Served) -> None:
    answer_id = served.ask()
    streamed = served.stream(answer_id=answer_id)
    with served.client() as client:
        body = {"answer_id": answer_id, "after": 0}
        whole = client.post("/api/chat/stream", json=body, headers={"Accept": "application/json"}).json()
        kept = client.get(f"/api/chat/answers/{answer_id}").json()
    assert whole["status"] == "complete"
    assert whole["text"] == text(streamed)
    assert whole["citations"] == next(event["citations"] for event in streamed if event["type"] == "citations")
    assert whole == kept


def test_a_stream_s_headers_keep_everything_on_the_way_from_gathering_it(served: Served) -> None:
    with served.client() as client:
        response = client.post("/api/chat/stream", json=asking(), headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Cache-Control"] == "no-cache, no-transform"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Encoding" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_no_socket_is_opened_through_which_the_server_could_be_controlled(served: Served) -> None:
    assert served.stream(**asking())
    # Those through which its processes name answers that have changed can do nothing else.
    assert [path.name for path in served.home.rglob("*") if path.is_socket() and path.parent.name != FOLDER] == []


def test_a_small_library_is_searched_without_the_index_of_a_large_one(served: Served) -> None:
    assert served.stream(**asking())[-1]["type"] == "done"
    workers = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    assert workers
    assert not [worker for worker in workers if "tantivy" in Path(f"/proc/{worker}/maps").read_text()]


def test_spans_are_sent_beside_the_requests_of_a_worker(slow: Served, receiver: Receiver) -> None:
    """In a process that gunicorn has forked, under gevent: soon after the answer, and not at the worker's end."""
    answer_id = slow.ask()
    with receiver.came:
        assert receiver.came.wait_for(
            lambda: any(attributes(span).get("footnote.answer_id") == answer_id for span in receiver.spans), 60
        )


def test_what_a_model_says_is_read_while_it_says_it(slow: Served) -> None:
    asked = asking(answer_id=str(uuid4()))
    with slow.client() as client, client.stream("POST", "/api/chat/stream", json=asked) as response:
        pieces = response.iter_text()
        assert any('"token"' in piece for piece in pieces)
        assert client.get(f"/api/chat/answers/{asked['answer_id']}").json()["status"] == "streaming"
        *_, last = pieces
    assert last.endswith("data: [DONE]\n\n")


def test_thirty_streams_on_one_answer_all_read_all_of_it(slow: Served) -> None:
    answer_id = slow.ask()
    with ThreadPoolExecutor(30) as readers:
        read = list(readers.map(lambda _: slow.stream(answer_id=answer_id), range(30)))
    assert {text(got) for got in read} == {slow_app.answer_to(QUESTION)}
    assert all(got[-1]["type"] == "done" for got in read)


def test_twenty_answers_at_once_each_say_what_was_asked_of_them(slow: Served) -> None:
    questions = [f"What about number {number}?" for number in range(20)]
    with ThreadPoolExecutor(20) as readers:
        read = list(readers.map(lambda question: slow.stream(**asking(question)), questions))
    assert [text(got) for got in read] == [slow_app.answer_to(question) for question in questions]


def test_a_stop_reaches_the_answer_whichever_worker_takes_it(slow: Served) -> None:
    """Asked, watched and stopped over connections of their own: with two workers, some of them cross."""
    for _ in range(6):
        answer_id = slow.ask(f"{QUESTION} [[hold]]")
        with ThreadPoolExecutor(1) as pool, slow.client() as client:
            got = pool.submit(slow.stream, answer_id=answer_id)
            assert client.post(f"/api/chat/answers/{answer_id}/stop", json={}).status_code == 202
            assert got.result(20)[-1]["type"] == "cancelled"


def test_the_same_question_asked_of_all_workers_at_once_is_one_answer(slow: Served) -> None:
    asked = asking(answer_id=str(uuid4()))
    with ThreadPoolExecutor(8) as readers:
        read = list(readers.map(lambda _: slow.stream(**asked), range(8)))
    assert all(got == read[0] for got in read)
    assert text(read[0]) == slow_app.answer_to(QUESTION)


def test_a_server_asked_to_stop_lets_answers_end_that_end_soon_and_tells_the_readers_of_others(slow: Served) -> None:
    """Whoever reads an answer that is ended gets its text, its citations, and that it was interrupted."""
    held = f"{QUESTION} [[hold]]"
    with slow.client() as client, reading(client, held) as interrupted, reading(client, QUESTION) as finished:
        slow.process.send_signal(signal.SIGTERM)
        whole = events(finished())
        broken = events(interrupted())
    assert slow.process.wait(START_S) == 0
    assert text(whole) == slow_app.answer_to(QUESTION)
    assert whole[-1]["type"] == "done"
    assert text(broken) == f"You asked: {held}\n\n"
    assert [event["type"] for event in broken[-2:]] == ["citations", "error"]
    assert broken[-1]["code"] == "INTERRUPTED"


def test_a_server_stopped_from_the_keyboard_tells_its_readers_too(slow: Served) -> None:
    with slow.client() as client, reading(client, f"{QUESTION} [[hold]]") as interrupted:
        slow.process.send_signal(signal.SIGINT)
        broken = events(interrupted())
    assert slow.process.wait(START_S) == 0
    assert text(broken)
    assert broken[-1]["code"] == "INTERRUPTED"


@contextlib.contextmanager
def reading(client: httpx.Client, question: str) -> Iterator[Callable[[], str]]:
    """Ask, and read up to the first words; gives what reads on to the end, and then the whole response."""
    with client.stream("POST", "/api/chat/stream", json=asking(question)) as response:
        pieces = response.iter_text()
        raw = ""
        while '"token"' not in raw:
            raw += next(pieces)
        yield lambda: raw + "".join(pieces)


@pytest.mark.parametrize(
    ("variables", "status", "says"),
    [
        ({"FOOTNOTE_PORT": "70000"}, 2, "FOOTNOTE_PORT='70000' can't be used."),
        ({"FOOTNOTE_MODEL": "gpt"}, 2, "FOOTNOTE_MODEL='gpt' can't be used."),
        ({"FOOTNOTE_HOST": "no such host"}, 1, "Nothing can listen on 'no such host'"),
    ],
)
def test_a_setting_that_can_t_be_used_is_named_and_nothing_is_served(
    variables: dict[str, str], status: int, says: str, tmp_path: Path
) -> None:
    refused = run_serve(tmp_path, **variables)
    assert (refused.returncode, refused.stdout) == (status, "")
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_in_use_is_named_and_nothing_is_served(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run_serve(tmp_path, FOOTNOTE_PORT=str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Port {port} is in use. Stop what runs there, or set FOOTNOTE_PORT to another one.\n"


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("FOOTNOTE_DATA", "a-file/data", "can't be used. A folder can't be made there."),
        ("FOOTNOTE_DATABASE_URL", "postgresql://ann:hunter2@127.0.0.1:1/kept", "The database can't be reached"),
    ],
)
def test_what_keeps_it_from_starting_is_told_once_for_all_workers(
    variable: str, value: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "a-file").touch()
    with reserved_port() as reserved:
        refused = run_serve(tmp_path, **{variable: value, "FOOTNOTE_PORT": str(number(reserved))})
    told = [line for line in refused.stderr.splitlines() if variable in line]
    assert refused.returncode == 2
    assert len(told) == 1
    assert says in told[0]
    assert "Traceback" not in refused.stderr
    assert "hunter2" not in refused.stderr


def test_it_is_not_preloaded_for_workers_would_then_write_under_one_name(tmp_path: Path) -> None:
    command = [sys.executable, *SLOW, "--preload"]
    with reserved_port() as reserved:
        settings = environment(tmp_path, tmp_path / "data", FOOTNOTE_PORT=str(number(reserved)))
        refused = subprocess.run(
            command, env=settings, cwd=tmp_path, capture_output=True, text=True, timeout=START_S, check=False
        )
    assert refused.returncode == 2
    assert "drop --preload" in refused.stderr

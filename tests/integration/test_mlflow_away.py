"""A tracking server that takes connections and says nothing: the product as it is served doesn't wait for it."""

from __future__ import annotations

import signal
import socket
import time

from served_product import SERVE, started


def test_answers_and_the_end_of_the_server_do_not_wait_for_a_tracking_server_that_hangs(tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=16) as silent:
        port = silent.getsockname()[1]
        settings = {"FOOTNOTE_MLFLOW": "answers", "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}"}
        bounds = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "1", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
        with started(SERVE, tmp_path, tmp_path / "data", FOOTNOTE_WORKERS="1", **settings, **bounds) as server:
            first = server.stream(answer_id=server.ask())
            silent.settimeout(60)
            asked, _ = silent.accept()  # MLflow is loaded, and waits for an answer
            with asked:
                for _ in range(3):
                    assert server.stream(answer_id=server.ask())[-1]["type"] == "done"
                _until_told(server.home / "log")
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(15) == 0
            assert time.monotonic() - began < 14
        assert str(first[-1]["trace_id"]).startswith("tr-")
        told = (server.home / "log").read_text()
        assert told.count("traces can't be handed on") == 1
        assert "Traceback" not in told


def _until_told(log) -> None:
    until = time.monotonic() + 60
    while "traces can't be handed on" not in log.read_text():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)

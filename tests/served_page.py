"""A page on a real HTTP server of this process, a client of it, and the model behind it."""

from __future__ import annotations

import threading
from uuid import uuid4

import httpx
from werkzeug.serving import make_server

from fakes import PATIENCE_S
from footnote.app import create_app

STREAM = "/api/chat/stream"


class Served:
    """A page that is served, a client of it, and the model behind it."""

    def __init__(self, parts):
        self.app = app = create_app(parts).server
        self.producer = app.extensions["footnote"]
        self.log = self.producer._log
        self.model = next(iter(parts.models.values()))
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_S, trust_env=False)

    def close(self):
        self.client.close()
        self.producer.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def stream(self, **body):
        return self.client.stream("POST", STREAM, json=body, headers={"Accept": "text/event-stream"})

    def frames(self, **body):
        with self.stream(**body) as response:
            assert response.status_code == 200
            return split(response.read().decode())

    def ask(self, **fields):
        return self.client.post("/api/chat/answers", json=question(**fields)).json()["answer_id"]


def question(**fields):
    return {"query": "What was decided?", "session_id": str(uuid4())} | fields


def split(text):
    """The frames of a response's text."""
    assert text.endswith("\n\n")
    return text[:-2].split("\n\n")

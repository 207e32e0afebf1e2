"""The real app over real HTTP, with a model and a retriever that a test can hold."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from paced_model import HeldRetriever, PacedModel
from werkzeug.serving import WSGIRequestHandler, make_server

from footnote.app import create_app
from footnote.chat import Model
from footnote.parts import Parts, parts
from footnote.settings import Settings


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class PageServer:
    """Where the page is, and what stands behind it."""

    port: int
    model: PacedModel
    retriever: HeldRetriever
    parts: Parts

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port


def sample(folder: Path) -> Parts:
    """The parts with the sample library, in a folder of its own; all tests are one user, who may ask without limit."""
    return parts(Settings(data=folder, rate_limit="off"))


@contextlib.contextmanager
def served(made: Parts, others: Mapping[str, Model] = MappingProxyType({})) -> Iterator[PageServer]:
    """The app on a free port, with a model and a retriever that a test can hold, and others to choose from."""
    model, retriever = PacedModel(), HeldRetriever(made.retriever)
    made = replace(made, models={model.name: model, **others}, retriever=retriever)
    flask = create_app(made).server
    server = make_server("127.0.0.1", 0, flask, threaded=True, request_handler=_Quiet)
    # A response that is being streamed must not keep the tests from ending.
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield PageServer(server.port, model, retriever, made)
    finally:
        model.rest()
        retriever.release()
        flask.extensions["footnote"].close()
        server.shutdown()
        server.server_close()
        thread.join()

"""The real app over real HTTP, with a model and a retriever that a test can hold."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from paced_model import HeldRetriever, PacedModel
from werkzeug.serving import WSGIRequestHandler, make_server

from footnote.app import create_app
from footnote.chat import Model
from footnote.parts import Parts, parts
from footnote.settings import Settings
from footnote.web.identity import LOCAL_USER


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


class Held(Protocol):
    """What can be held: a retriever, or the index that it asks."""

    def hold(self) -> None: ...

    def release(self) -> None: ...


@dataclass(frozen=True)
class PageServer:
    """Where the page is, and what stands behind it."""

    port: int
    model: PacedModel
    retriever: Held
    parts: Parts
    user: str = LOCAL_USER
    """Who all tests are."""
    traces: Any = None
    """MLflow's client at the store to which answers are traced, if they are."""

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
    """The app with the parts that this run of the tests is about, with a model and a retriever that a test can hold.

    ``others`` are models to choose from beside it; they are of this process.
    """
    with _here(made, others) if others else FORMS[Chosen.form](made) as server:
        yield server


@contextlib.contextmanager
def _here(made: Parts, others: Mapping[str, Model] = MappingProxyType({})) -> Iterator[PageServer]:
    """The app in this process, on a free port."""
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


def _on_databricks(made: Parts) -> contextlib.AbstractContextManager[PageServer]:
    from databricks_page import served_on_databricks

    return served_on_databricks(made, traced=Chosen.form == "databricks")


FORMS: Mapping[str, Callable[[Parts], contextlib.AbstractContextManager[PageServer]]] = {
    "embedded": _here,
    "databricks": _on_databricks,
}
"""With which parts a page can be served."""


class Chosen:
    """With which parts the pages of this run are served."""

    form = "embedded"

"""The page with every Databricks part behind the local workspace: several processes, an index, Postgres, traces.

In front of it stands a proxy as the platform's: it says who asks, and passes on the token with which the model and the
index are then asked. The app itself may ask neither of them.

What a test says to the model and to the retriever goes over the wire; what it looks up in ``parts``, it
looks up as one more process would.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from paced_endpoint import ENDPOINT, HeldIndex, PacedEndpoint
from page_server import PageServer
from sqlalchemy import make_url

from faults.cluster import Instance
from footnote.parts import Parts
from footnote.passages import Document, Passage
from footnote.retrieval.choice import shelves
from footnote.settings import Settings
from footnote.storage.answers import SqlLog
from footnote.storage.feedback import SqlFeedback
from footnote.storage.postgres import open_postgres
from footnote.storage.profiles import SqlProfiles
from nginx import in_front
from ports import number, reserved_port
from postgres import running_postgres
from workspace import serving, vector_search
from workspace.identities import TOKEN
from workspace.lakebase import ENDPOINT as LAKEBASE
from workspace.lakebase import Lakebase

USER = "ada@example.org"
OWN_TOKEN = "token-of-ada"  # noqa: S105 - of no use anywhere else
MAY = {serving.SCOPE, vector_search.SCOPE}
WORKERS = 2
EXPERIMENT = "/Shared/footnote"
STORE = "traces.db"
STARTS_WITHIN_S = 240
_OWN = {"data", "library", "host", "port", "workers", "model", "models", "retriever", "database_url", "lakebase"}


@contextlib.contextmanager
def served_on_databricks(made: Parts, *, traced: bool = False) -> Iterator[PageServer]:
    """The page over the documents and with the settings of these parts, served by gunicorn.

    With two workers, unless the settings say how many.
    """
    index = HeldIndex()
    documents = made.library.documents()
    passages = {document.id: made.library.passages(document.id) for document in documents}
    for document in documents:
        index.put(*_rows(document, passages[document.id]))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_folder())
        server = stack.enter_context(running_postgres())
        lakebase = Lakebase(server)
        database = lakebase.database()
        said = [passage for some in passages.values() for passage in some]
        workspace = stack.enter_context(PacedEndpoint([index, lakebase], said))
        workspace.identities.grant(OWN_TOKEN, USER, scopes=MAY)
        workspace.identities.grant(TOKEN, "app", scopes={"postgres"})
        instance = Instance(
            folder,
            _settings(made.settings) | _parts(folder, index, traced=traced) | database | workspace.environment,
            workers=made.settings.workers if "workers" in made.settings.model_fields_set else WORKERS,
            app="footnote.app",
        )
        stack.callback(instance.close)
        if traced:
            (folder / STORE).write_bytes(_store_at_its_beginning())
        instance.start()
        instance.wait_until_up(STARTS_WITHIN_S)
        url = make_url(server.url).set(database=database["PGDATABASE"]).render_as_string(hide_password=False)
        seen = _seen(made, index, url, workspace)
        stack.callback(seen.close)
        port = stack.enter_context(_behind_proxy(folder, instance.port))
        yield PageServer(port, workspace.model, index, seen, USER, _mlflow(folder / STORE) if traced else None)
        index.release()
        workspace.model.rest()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="footnote-page-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def _behind_proxy(folder: Path, port: int) -> Iterator[int]:
    """A proxy before that port, where one user is signed in whose token it passes on; its own port."""
    with reserved_port() as reserved:
        own = number(reserved)
        changed = {
            "127.0.0.1:8050": f"127.0.0.1:{port}",
            "listen 80;": f"listen 127.0.0.1:{own};",
            'auth_basic "Footnote";': "auth_basic off;",
            "X-Forwarded-Email $remote_user;": f"X-Forwarded-Email {USER};",
            'X-Forwarded-Access-Token "";': f"X-Forwarded-Access-Token {OWN_TOKEN};",
        }
        with in_front(folder, own, changed):
            yield own


def _parts(folder: Path, index: HeldIndex, *, traced: bool) -> dict[str, str]:
    """The settings that choose the parts of Databricks."""
    chosen = {
        "FOOTNOTE_DATA": str(folder / "data"),
        "FOOTNOTE_LAKEBASE": LAKEBASE,
        "FOOTNOTE_MODELS": f"{ENDPOINT}=databricks:{ENDPOINT}",
        "FOOTNOTE_RETRIEVER": f"vector-search:{index.name}",
        "FOOTNOTE_INDEX_ENDPOINT": "standard",
        "FOOTNOTE_TRUST_IDENTITY": "true",
        "FOOTNOTE_USER_AUTHORIZATION": "true",
    }
    traces = {"FOOTNOTE_MLFLOW": EXPERIMENT, "MLFLOW_TRACKING_URI": f"sqlite:///{folder / STORE}"}
    return chosen | (traces if traced else {})


def _mlflow(store: Path) -> Any:
    """MLflow's own client at a store."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    with warnings.catch_warnings():  # it warns about itself as it is imported
        warnings.simplefilter("ignore")
        from mlflow.tracing.client import TracingClient

        return TracingClient(f"sqlite:///{store}")


@cache
def _store_at_its_beginning() -> bytes:
    """An empty store: processes that each begin one in the same file would break each other's tables."""
    with _folder() as folder:
        _mlflow(folder / STORE).store.search_experiments()
        return (folder / STORE).read_bytes()


def _seen(made: Parts, index: HeldIndex, database: str, workspace: PacedEndpoint) -> Parts:
    """The same parts as one more process has them, but for the models."""
    said = made.settings.model_dump(exclude_unset=True)
    settings = Settings(**(said | {"retriever": f"vector-search:{index.name}", "index_endpoint": "standard"}))
    engine = open_postgres(database, prepared=True)
    signed: Any = SimpleNamespace(
        host=workspace.url,
        headers=lambda _=None: {"Authorization": f"Bearer {OWN_TOKEN}"},
    )
    shelved = shelves(settings, engine, lambda: signed, prepared=True)
    log = SqlLog(engine)

    def close() -> None:
        log.close()
        shelved.close()
        engine.dispose()

    return replace(
        made,
        settings=settings,
        library=shelved.library,
        retriever=shelved.retriever,
        log=log,
        profiles=SqlProfiles(engine),
        feedback=SqlFeedback(engine),
        fixed=True,
        close=close,
    )


def _settings(settings: Settings) -> dict[str, str]:
    """What a test has set, as the environment says it."""
    said = {name: getattr(settings, name) for name in settings.model_fields_set - _OWN}
    return {f"FOOTNOTE_{name.upper()}": _written(value) for name, value in said.items()}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _rows(document: Document, passages: list[Passage]) -> Iterator[dict[str, Any]]:
    """A document's passages as rows of the index."""
    for passage in passages:
        yield {
            "id": passage.id,
            "document_id": document.id,
            "title": passage.title,
            "ordinal": passage.ordinal,
            "text": passage.text,
            "page": passage.page,
            "segments": json.dumps([astuple(segment) for segment in passage.segments]),
            "speakers": list(passage.speakers),
            "kind": str(document.kind),
            "tags": list(document.tags),
            "date": document.date,
        }

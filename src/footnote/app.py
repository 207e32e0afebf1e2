"""The composition root: from parts to the Dash app. It imports everything; nothing imports it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Flask

from footnote.answers.interviewer import Interviewer
from footnote.answers.producer import Limits, Producer
from footnote.answers.rendering import Renderings
from footnote.at_start import SAMPLE
from footnote.errors import FootnoteError, StorageFailed
from footnote.page.index import Page
from footnote.page.layout import Shown, callbacks, layout
from footnote.page.texts import LANGUAGES, Texts
from footnote.parts import Parts, parts
from footnote.passages import Library
from footnote.retention import Retention
from footnote.settings import Settings, load
from footnote.sources.pages import Pages
from footnote.storage.feedback import MemoryFeedback
from footnote.suggesting.suggestions import Suggestions
from footnote.uploads import Taken, Upload
from footnote.web import bundle
from footnote.web.blueprint import blueprint, library_blueprint, starting_blueprints
from footnote.web.chat import Chat
from footnote.web.compression import compress
from footnote.web.holdings import Holdings, Uploads
from footnote.web.language import language_of
from footnote.web.security import secure
from footnote.web.starting import Beginning

PACKAGE = Path(__file__).resolve().parent
WORKER_BOOT_ERROR = 3
"""Gunicorn's exit status for a worker that need not be started again."""
SAMPLE_QUESTIONS = PACKAGE / "sample_questions.txt"

log = logging.getLogger(__name__)


def create_app(made: Parts) -> Page:
    """The Dash app, with the stream's blueprint in its Flask server."""
    settings = made.settings
    answers = made.log
    limits = Limits(
        settings.answer_timeout_s,
        settings.idle_timeout_s,
        settings.passages,
        settings.max_running,
        settings.max_waiting,
    )
    interviewer = Interviewer(answers, made.profiles, made.library.documents, _texts)
    producer = Producer(answers, made.retriever, made.models, limits, interviewer)
    server: Any = Flask(__name__)
    server.extensions["footnote"] = producer
    server.extensions["footnote_retention"] = retention = Retention(answers, settings.retention_days)
    retention.start()
    server.before_request(retention.start)  # in a process that was forked since, too
    server.before_request(producer.keep)  # not at once: a process that forks would leave its threads behind
    own_script, own_style = bundle.script(_assets()), bundle.style(_assets())
    app = Page(
        __name__,
        texts=_texts,
        server=server,
        title="Footnote",
        update_title="",
        assets_folder=str(_assets()),
        script=own_script.name,
        style=own_style.name,
        compress=False,
        health_endpoint="healthz",
        enable_mcp=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    chat = Chat(
        log=answers,
        producer=producer,
        renderings=Renderings(answers),
        models=tuple(made.models),
        words=_texts,
        unknown_documents=lambda wanted: _unknown(made.library, wanted),
        feedback=made.feedback or MemoryFeedback(answers.answer),
        identity_trusted=settings.identity_trusted,
        allowance=settings.allowance,
        max_streams=settings.max_streams,
    )
    server.register_blueprint(blueprint(chat))
    server.register_blueprint(library_blueprint(_holdings(made)))
    for begin in starting_blueprints(chat, _beginning(made)):
        server.register_blueprint(begin)
    app.layout = lambda: layout(_shown(made), _texts())
    callbacks(app)
    for own in (own_script, own_style):
        own.serve(server, f"/assets/{own.name}")
    secure(server, settings, scripts=app.csp_hashes)
    compress(server)
    return app


def _holdings(made: Parts) -> Holdings:
    from footnote.ingest import keeping, leftovers, load

    settings = made.settings

    def take_here(upload: Upload) -> Taken:
        return keeping.keep(upload, made.library, settings.files, max_bytes=settings.max_bytes)

    uploads = Uploads(
        settings.files / leftovers.RECEIVED,
        made.take or take_here,
        load.ENDINGS,
        settings.max_bytes,
        settings.max_documents,
        open=settings.uploads,
    )
    return Holdings(
        made.library,
        uploads,
        forget=lambda document: keeping.forget(document, settings.files),
        pages=Pages(settings.pages),
        media_url=settings.media_url,
        folder=settings.library.resolve() if settings.library else None,
        identity_trusted=settings.identity_trusted,
        editors=frozenset(name.casefold() for name in settings.editors),
    )


def tell(settings: Settings) -> None:
    """Have this process's log told as the settings say."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each of its parts


def create_server(*, prepared: bool = False) -> Flask:
    """The WSGI application that a server is pointed at; what keeps it from starting is told in a line."""
    try:
        settings = load()
        tell(settings)
        server = create_app(parts(settings, prepared=prepared)).server
    except FootnoteError as error:
        log.error("Footnote can't start. %s", error.message)
        raise SystemExit(WORKER_BOOT_ERROR) from None
    assert isinstance(server, Flask)
    return server


def _shown(made: Parts) -> Shown:
    try:
        documents = made.library.documents()
    except StorageFailed as error:  # the page stands without them, and says what is the matter when it asks for more
        log.warning("the library can't be read for the page: %s", error.message)
        documents = []
    return Shown(
        documents,
        next(iter(made.models)),
        streaming=made.settings.streaming,
        allowance=made.settings.allowance,
    )


def _beginning(made: Parts) -> Beginning:
    suggestions = Suggestions(made.library, made.retriever, made.log)
    return Beginning(
        made.profiles, suggestions, made.library.documents, _texts, lambda: _sample_questions(made.library)
    )


def _sample_questions(library: Library) -> list[str]:
    """Those that were written for the sample, where nothing else is there."""
    samples = {path.relative_to(SAMPLE).with_suffix("").as_posix() for path in SAMPLE.rglob("*") if path.is_file()}
    ids = library.digests().keys()
    return SAMPLE_QUESTIONS.read_text("utf-8").splitlines() if ids and ids <= samples else []


def _texts() -> Texts:
    return Texts(language_of(LANGUAGES))


def _unknown(library: Library, wanted: list[str]) -> list[str]:
    known = library.digests() if wanted else {}
    return [id for id in wanted if id not in known]


def _assets() -> Path:
    """Beside ``src`` in a checkout, inside the package where it was installed from a wheel."""
    inside = PACKAGE / "assets"
    return inside if inside.is_dir() else PACKAGE.parents[1] / "assets"

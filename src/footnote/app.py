"""The composition root: from parts to the Dash app. It imports everything; nothing imports it."""

from __future__ import annotations

import logging
import weakref
from typing import Any

import plotly.io
from flask import Flask, has_request_context

from footnote import monitored, operated, requested
from footnote.answers.producer import Producer
from footnote.errors import FootnoteError
from footnote.models.choice import unfiltered
from footnote.monitoring.logs import tell
from footnote.page.alone import LIBRARY_FILES
from footnote.page.index import Body, Page, PaintedPage
from footnote.page.layout import Shown, callbacks, layout, library_of, markup_of
from footnote.page.texts import LANGUAGES, Texts
from footnote.parts import Parts, parts
from footnote.retention import Retention
from footnote.settings import load
from footnote.web import bundle
from footnote.web.blueprint import blueprint, library_blueprint, ops_blueprint, starting_blueprints
from footnote.web.compression import compress
from footnote.web.correlated import correlate
from footnote.web.library_files import serve_libraries
from footnote.web.security import secure

WORKER_BOOT_ERROR = 3
"""Gunicorn's exit status for a worker that need not be started again."""

log = logging.getLogger(__name__)


def create_app(made: Parts, *, base: str = "/") -> Page:
    """The Dash app, with the stream's blueprint in its Flask server.

    ``base`` is the address at which a browser finds it, where that is below another app's; its own routes begin at
    ``/`` all the same.
    """
    seen = monitored.monitoring(made)
    producer = requested.producer(made, seen.observers)
    server = _server(made, producer)
    weakref.finalize(server, made.close)  # as the process ends, or with the app that it is mounted into
    app = _page(made, server, base)
    chat = requested.chat(made, producer)
    server.register_blueprint(blueprint(chat))
    server.register_blueprint(library_blueprint(requested.holdings(made, producer)))
    server.register_blueprint(ops_blueprint(requested.overseeing(made)))
    for begin in starting_blueprints(chat, requested.beginning(made)):
        server.register_blueprint(begin)
    server.register_blueprint(monitored.blueprint(made, seen, requested.identity(made)))
    app.layout = lambda: layout(requested.texts())
    callbacks(app)
    secure(server, made.settings, scripts=app.csp_hashes, mounted=base != "/")
    compress(server)
    if made.operations is not None:
        operated.add(app, made, base)
    return app


def _server(made: Parts, producer: Producer) -> Flask:
    server = Flask(__name__)
    correlate(server)
    server.extensions["footnote"] = producer
    server.extensions["footnote_retention"] = retention = Retention(made.log, made.settings.retention_days)
    retention.start()
    server.before_request(retention.start)  # in a process that was forked since, too
    server.before_request(producer.keep)  # not at once: a process that forks would leave its threads behind
    return server


def _page(made: Parts, server: Any, base: str) -> Page:
    script, style = bundle.script(bundle.ASSETS), bundle.style(bundle.ASSETS)
    texts = {language: bundle.texts(language, Texts(language).for_browser()) for language in LANGUAGES}
    for own in (script, style, *texts.values()):
        own.serve(server, f"/assets/{own.name}")
    page = PaintedPage(
        __name__,
        texts=requested.texts,
        body=lambda texts: _body(made, base, texts),
        server=server,
        requests_pathname_prefix=base,
        routes_pathname_prefix="/",
        title="Footnote",
        update_title="",
        assets_folder=str(bundle.ASSETS),
        script=script.name,
        styles=[style.name],
        own_texts={language: own.name for language, own in texts.items()},
        compress=False,
        health_endpoint="healthz",
        enable_mcp=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    serve_libraries(server, LIBRARY_FILES, page.library_file)
    return page


def _body(made: Parts, base: str, texts: Texts) -> Body:
    shown = _shown(made, base)
    return Body(markup_of(shown, texts), library_of(shown))


def create_server(*, prepared: bool = False) -> Flask:
    """The WSGI application that a server is pointed at; what keeps it from starting is told in a line."""
    try:
        settings = load()
        tell(settings)
        plotly.io.json.config.default_engine = "json"  # orjson imports numpy to see that a component is nothing of it
        server = create_app(parts(settings, prepared=prepared)).server
    except FootnoteError as error:
        log.error("Footnote can't start. %s", error.message)
        raise SystemExit(WORKER_BOOT_ERROR) from None
    assert isinstance(server, Flask)
    return server


def _shown(made: Parts, base: str) -> Shown:
    try:
        # Dash makes the document once at the start, for nobody.
        documents = requested.identity(made).acting(made.library).documents() if has_request_context() else []
    except FootnoteError as error:  # the page stands without them, and says what is the matter when it asks for more
        log.warning("the library can't be read for the page: %s", error.message)
        documents = []
    return Shown(
        documents,
        tuple(made.models),
        streaming=made.settings.streaming,
        allowance=made.settings.allowance,
        base=base,
        unfiltered=unfiltered(made.settings.named_models),
        operator=has_request_context() and requested.overseeing(made).is_operator(),
    )

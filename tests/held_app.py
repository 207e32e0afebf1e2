"""The product whose model is there only when it is let, as a WSGI application: ``held_app:create_server()``.

Its packages are the real ones, loaded as ever; then it makes the file ``loaded`` and waits for the one that
``HELD_UNTIL`` names, beside it.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from flask import Flask

from footnote.app import create_app
from footnote.chat import Model
from footnote.models.choice import Options, builders
from footnote.models.starting import StartingModel
from footnote.monitoring.logs import tell
from footnote.parts import parts
from footnote.settings import load


def create_server() -> Flask:
    """The WSGI application."""
    settings = load()
    tell(settings)
    made = parts(settings, prepared=True)
    build = builders({"held": "databricks:held"}, Options(100, None, 30, made.retriever))["held"]
    until = Path(os.environ["HELD_UNTIL"])

    def held() -> Model:
        until.with_name("loaded").touch()
        while not until.exists():
            time.sleep(0.02)
        return build()

    model = StartingModel("held", ("databricks_langchain",), held)
    server = create_app(replace(made, models={model.name: model})).server
    assert isinstance(server, Flask)
    return server

"""Each line of the log is one line, whoever said it and whatever was in it, to be read by people or as JSON."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys

import pytest

from footnote.correlation import NOTHING, Correlation, begin
from footnote.monitoring.logs import FIELDS, configuration, formatter
from footnote.settings import Settings

HOSTILE = 'x\n2026-11-22 03:00:00 [error    ] forged\r\x1b[31m\u2028{"level": "error"}'


def a_record(message, *args, error=None, **fields):
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("footnote.answers", logging.INFO, __file__, 1, message, args, exc_info)
    setattr(record, FIELDS, fields)
    return record


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.fixture
def correlated():
    begin(Correlation("request-7", "answer-8"))
    yield
    begin(NOTHING)


def test_json_tells_all_of_a_line_and_whom_it_is_for(correlated):
    line = json.loads(formatter(as_json=True).format(a_record("asked %s", "again", retries=2)))
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "asked again",
        "level": "info",
        "logger": "footnote.answers",
        "retries": 2,
        "process": os.getpid(),
        "request_id": "request-7",
        "answer_id": "answer-8",
    }


@pytest.mark.parametrize("as_json", [True, False])
def test_nothing_that_is_told_begins_a_line_of_its_own(as_json):
    """Neither a message's words, nor a field's, nor an exception's: those stand indented below their line."""
    told = formatter(as_json=as_json).format(a_record(HOSTILE, error=raised(ValueError(HOSTILE)), question=HOSTILE))
    first, *rest = told.split("\n")
    assert "\x1b" not in told
    assert "\r" not in told
    assert "\u2028" not in told
    assert first.count("forged") == (3 if as_json else 2)
    assert all(line.startswith("    ") for line in rest)
    if as_json:
        assert not rest
        assert json.loads(first)["question"] == HOSTILE


def test_a_line_to_be_read_has_colours_on_a_terminal_alone(monkeypatch):
    assert "\x1b" not in formatter(as_json=False).format(a_record("asked again", retries=2))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert "\x1b" in formatter(as_json=False).format(a_record("asked again", retries=2))


@pytest.mark.parametrize(
    ("settings", "as_json"),
    [
        (Settings(), False),
        (Settings(on_databricks=True), True),
        (Settings(on_databricks=True, log_format="text"), False),
        (Settings(log_format="json"), True),
    ],
)
def test_json_is_for_databricks_or_where_it_is_set(settings, as_json):
    assert configuration(settings)["formatters"]["line"]["as_json"] is as_json


def test_libraries_tell_what_people_wrote_only_where_texts_are_switched_on():
    """At DEBUG they tell whole requests; our own lines are told all the same."""
    quiet, open_ = (configuration(Settings(log_level="DEBUG", log_texts=texts)) for texts in (False, True))
    assert (quiet["root"]["level"], quiet["loggers"]["footnote"]["level"]) == ("INFO", "DEBUG")
    assert open_["root"]["level"] == "DEBUG"
    assert configuration(Settings(log_level="ERROR"))["root"]["level"] == "ERROR"


TELLS = """
import logging, threading, warnings
from gunicorn.config import Config
from footnote import gunicorn_settings
from footnote.monitoring.logs import tell
from footnote.settings import load
log = gunicorn_settings.Lines(Config())
tell(load())
log.info("Listening at: nowhere")
log.warning("Worker was sent %s", "SIGKILL")
logging.getLogger("some.library").info("chatter")
logging.getLogger("some.library").error("trouble")
warnings.warn("this is odd")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
"""


def test_gunicorn_libraries_warnings_and_threads_are_told_alike_as_the_level_says(tmp_path):
    settings = {"FOOTNOTE_LOG_LEVEL": "WARNING", "FOOTNOTE_LOG_FORMAT": "json", "FOOTNOTE_DATA": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", TELLS], env=os.environ | settings, capture_output=True, text=True, timeout=60, check=True
    )
    lines = [json.loads(line) for line in said.stderr.splitlines()]
    assert [(line["logger"], line["level"]) for line in lines] == [
        ("gunicorn.error", "warning"),
        ("some.library", "error"),
        ("py.warnings", "warning"),
        ("footnote.monitoring.logs", "error"),
    ]
    assert lines[0]["event"] == "Worker was sent SIGKILL"
    assert "ZeroDivisionError" in lines[-1]["exception"]
    assert said.stdout == ""

"""The served description against the running server: it answers nothing else, and a refusal starts nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from flask import g, request

from footnote.at_start import SAMPLE
from footnote.ingest.take_in import take_in
from footnote.settings import Settings
from footnote.storage.answers import SqlLog
from footnote.storage.database import open_database
from page_client import counted, routes
from served_page import Served

HERE = Path(__file__).resolve().parent
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 429]
"""
MOST_S = 250
"""Far more than a run takes, whose cases are counted: what ends it is their number, whatever the machine."""
USER = "ann@example.org"


class Ledger:
    """Which answers were made, and by which requests: each is noted with its status."""

    def __init__(self, served):
        self.lock = threading.Lock()
        self.refused_and_made: list[tuple[str, int]] = []
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.made, self.watched = counted(served.log)
        create = served.log.create

        def noted(answer, allowance=None):
            kept, new = create(answer, allowance)
            g.made = new or g.get("made", False)
            return kept, new

        served.log.create = noted
        served.app.after_request(self.note)

    def note(self, response):
        with self.lock:
            rule = request.url_rule.rule if request.url_rule else "none"
            self.statuses[rule, response.status_code] += 1
            if g.get("made") and response.status_code not in (200, 201):
                self.refused_and_made.append((rule, response.status_code))
        return response


def fuzz(served, folder, *, cases, phases):
    """Run Schemathesis against a server, with a fixed seed; its report."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG, "utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [f"http://127.0.0.1:{served.port}/api/openapi.json", "--seed", "20261121", "--no-color"]
    command += ["--phases", phases, "--checks", ",".join(CHECKS), "--max-examples", str(cases)]
    command += ["--request-timeout", "60", "--warnings", "off"]
    command += ["--generation-database", "none", "-H", f"X-Forwarded-Email: {USER}"]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(HERE), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=MOST_S, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def serve(scripted, tmp_path):
    """Serves a page with some settings and a database, and keeps a ledger of it."""
    pages = []

    def start(**settings):
        log = SqlLog(open_database(tmp_path / "footnote.db"))
        take_in([_shelf(tmp_path / "shelf")], scripted.library, max_bytes=10**7)
        served = Served(replace(scripted, settings=Settings(trust_identity=True, data=tmp_path, **settings), log=log))
        pages.append(served)
        return served, Ledger(served)

    yield start
    for served in pages:
        served.close()


def _shelf(folder):
    """A PDF, and a recording with its sound beside it."""
    folder.mkdir()
    (folder / "report.pdf").write_bytes((SAMPLE / "reports" / "winter-report-2025-26.pdf").read_bytes())
    (folder / "meeting.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>It is.\n")
    (folder / "meeting.wav").write_bytes(bytes(100))
    return folder


@pytest.mark.no_cover  # thousands of requests go the same ways, in half as much more time where each is counted
def test_the_running_server_keeps_to_its_description(serve, tmp_path):
    served, ledger = serve(rate_limit="off", max_running=1000, max_streams=100)
    failed, report = fuzz(served, tmp_path, cases=12, phases="coverage,fuzzing,stateful")
    print(report, ledger.statuses, len(ledger.made), len(served.model.prompts))  # shown by pytest -rP
    assert not failed, report
    tested = re.search(r"Tested: (\d+)", report)
    assert tested, report
    assert int(tested[1]) == len(routes(served.app)), "every operation but that of the description itself"
    well = {rule for rule, status in ledger.statuses if status < 400}
    assert {rule for rule, _ in routes(served.app)} <= well, "every address was answered well at least once"
    assert_only_accepted_questions_started_anything(served, ledger)


@pytest.mark.no_cover
def test_beyond_a_rate_the_running_server_keeps_to_its_description_too(serve, tmp_path):
    served, ledger = serve(rate_limit="5/hour", max_running=1000, max_streams=100)
    failed, report = fuzz(served, tmp_path, cases=5, phases="coverage,fuzzing")
    print(report, ledger.statuses, len(ledger.made), len(served.model.prompts))  # shown by pytest -rP
    assert not failed, report
    assert ledger.statuses["/api/chat/answers", 429] > 0
    assert ledger.statuses["/api/chat/stream", 429] > 0
    assert len(ledger.made) == 5
    assert_only_accepted_questions_started_anything(served, ledger)


def assert_only_accepted_questions_started_anything(served, ledger):
    """Every answer was made by a question that was accepted, and asked its model once at most."""
    served.producer.close(grace_s=5)
    assert ledger.refused_and_made == []
    accepted = ledger.statuses["/api/chat/answers", 201] + ledger.statuses["/api/chat/stream", 200]
    assert 0 < len(ledger.made) <= accepted
    assert len(served.model.prompts) <= len(ledger.made), "a stop may come before the model is asked"
    assert ledger.watched == set(), "no stream is still counted"

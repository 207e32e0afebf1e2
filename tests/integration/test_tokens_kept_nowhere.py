"""A user's token lives as long as their answer: no text of an object, log, error or file has it, before or after."""

from __future__ import annotations

import gc
import logging
import traceback
import warnings
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import until_end
from footnote.app import create_app
from footnote.callers import Caller
from footnote.chat import Cancellation, Message, Prompt
from footnote.errors import StreamingError
from footnote.monitoring.logs import formatter
from footnote.parts import Parts, parts
from footnote.settings import Settings
from page_client import question
from workspace.serving import ServingEndpoint

ANN = "s3cret-token-of-ann"
EVE = "s3cret-token-of-eve"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServingEndpoint]:
    with ServingEndpoint() as endpoint:
        endpoint.identities.grant(ANN, "ann", scopes={"model-serving"})
        endpoint.identities.grant(EVE, "eve", scopes={"sql"})
        yield endpoint


@pytest.fixture
def made(endpoint: ServingEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parts:
    """What the settings choose: the real client, the sample library and SQLite."""
    for name, value in endpoint.service_principal.items():
        monkeypatch.setenv(name, value)
    chosen = {"model": "databricks:analyst-model", "trust_identity": True, "user_authorization": True}
    with warnings.catch_warnings():  # the package warns about itself as it is imported
        warnings.simplefilter("ignore")
        import databricks_langchain  # noqa: F401
    made = parts(Settings(data=tmp_path, **chosen))
    deque(made.models["databricks:analyst-model"].wait(Cancellation()), maxlen=0)
    return made


def test_no_text_of_any_object_has_the_token_while_it_is_used(made, endpoint, tmp_path, caplog):
    """Nor has the log at DEBUG, or a file, after answers, refusals and broken connections."""
    caplog.set_level(logging.DEBUG)
    server = create_app(made).server
    producer, client = server.extensions["footnote"], server.test_client()

    def ask(user: str, token: str, scenario: str) -> str:
        headers = {"X-Forwarded-Email": user, "X-Forwarded-Access-Token": token}
        asked = client.post("/api/chat/answers", json=question(query=f"The depot? [[{scenario}]]"), headers=headers)
        assert asked.status_code == 201
        return str(asked.get_json()["answer_id"])

    for user, token, scenario in (
        ("ann", ANN, "text"),
        ("ann", ANN, "reset"),
        ("ann", ANN, "500"),
        ("eve", EVE, "text"),
    ):
        until_end(made.log, ask(user, token, scenario))
    asked_before = len(endpoint.requests)
    running = ask("ann", ANN, "no-chunk")
    endpoint.wait_for_request(asked_before + 1)
    held = [thing for thing in gc.get_objects() if str(type(thing).__module__).startswith("footnote")]
    seen = [repr(thing) for thing in held]
    del held
    producer.stop(running)
    until_end(made.log, running)
    producer.close()
    assert any("Caller(user='ann')" in text for text in seen)
    assert not [text for text in seen if "s3cret" in text]
    assert "s3cret" not in caplog.text
    assert not [line for line in map(formatter(as_json=True).format, caplog.records) if "s3cret" in line]
    assert {"an answer begins", "an answer has ended"} <= {record.getMessage() for record in caplog.records}
    assert any(record.levelno == logging.DEBUG for record in caplog.records)
    told = {path.name for path in tmp_path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()}
    assert "footnote.db" in {path.name for path in tmp_path.iterdir()}
    assert not told


@pytest.mark.parametrize("scenario", ["401", "reset", "malformed", "html", "text"])
def test_an_error_with_all_its_causes_has_no_token(made, scenario):
    model = next(iter(made.models.values()))
    asked = Prompt((Message("user", f"When? [[{scenario}]]"),), "When?")
    with pytest.raises(StreamingError) as raised:
        list(model.on_behalf_of(Caller("eve", EVE if scenario == "text" else ANN)).stream(asked, Cancellation()))
    told = "".join(traceback.format_exception(raised.value))
    assert len(told) > 500
    assert "s3cret" not in f"{told} {raised.value!r} {raised.value.__cause__!r}"

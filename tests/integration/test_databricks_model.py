"""The real ChatDatabricks behind its guard, against a server that speaks the serving wire format."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import ipaddress
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from databases import at_once
from fakes import PATIENCE_S, once
from footnote.callers import Caller
from footnote.chat import Cancellation, Cancelled, CancelReason, Chunk, FinishReason, Message, Prompt, Usage
from footnote.errors import Code, SettingsError, StreamingError
from footnote.models.apis import Api
from footnote.models.beat import GATHER_S
from footnote.models.databricks import DatabricksModel
from workspace.identities import TOKEN
from workspace.scenarios import ANSWER
from workspace.serving import ServingEndpoint

IDLE_S = 1.0
AT_ONCE = 12
PROMISED_S = 0.1  # from a stop to its effect
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def databricks() -> None:
    """Import the package, once: it takes 10 s and more, and warns about itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import databricks_langchain  # noqa: F401


@pytest.fixture(scope="module")
def server() -> Iterator[ServingEndpoint]:
    with ServingEndpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(server: ServingEndpoint) -> ServingEndpoint:
    server.reset()
    return server


def build(endpoint: ServingEndpoint, environment: dict[str, str] | None = None, **options) -> DatabricksModel:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment or endpoint.environment).items():
            patch.setenv(name, value)
        chosen = {"max_tokens": 512, "temperature": None, "idle_timeout_s": IDLE_S} | options
        return DatabricksModel("analyst-model", **chosen)


@pytest.fixture(scope="module", params=[Api.CHAT, Api.AGENT])
def model(databricks: None, server: ServingEndpoint, request: pytest.FixtureRequest) -> DatabricksModel:
    """What an endpoint speaks changes nothing of how it fails, and of what a person is told then."""
    return build(server, api=request.param)


def prompt(scenario: str) -> Prompt:
    question = f"When is the launch? [[{scenario}]]"
    return Prompt((Message("system", "Answer from the passages."), Message("user", question)), question)


def ask(model: DatabricksModel, scenario: str) -> list[Chunk]:
    return list(model.stream(prompt(scenario), Cancellation()))


def text(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


def fail(model: DatabricksModel, scenario: str) -> tuple[str, StreamingError]:
    """The text that came, and the error that ended it."""
    chunks: list[Chunk] = []
    with pytest.raises(StreamingError) as raised:
        chunks.extend(model.stream(prompt(scenario), Cancellation()))  # keeps what comes before the error
    return text(chunks), raised.value


def test_an_answer_arrives_whole_with_its_end_and_cost(model, endpoint):
    """All text, then one last chunk with the finish reason and the last usage."""
    chunks = ask(model, "text")
    assert text(chunks) == ANSWER
    assert chunks[-1] == Chunk(finish=FinishReason.STOP, usage=Usage(100, len(endpoint.requests[-1].sent)))


def test_the_request_says_what_was_set(databricks, endpoint):
    """Token limit, temperature, the wish for usage and the conversation reach the endpoint."""
    ask(build(endpoint, temperature=0.25, max_tokens=77), "text")
    ask(build(endpoint), "text")
    set_, unset = (request.body for request in endpoint.requests)
    assert (set_["model"], set_["max_tokens"], set_["temperature"]) == ("analyst-model", 77, 0.25)
    assert set_["stream_options"] == {"include_usage": True}
    assert [message["role"] for message in set_["messages"]] == ["system", "user"]
    assert "temperature" not in unset


def test_what_comes_after_silence_passes_straight_through(model, endpoint):
    """It is there long before the next one is sent."""
    endpoint.scenario("slow-words", text="The launch moved to May, said Priya.", rate=12)

    def kept() -> bool:
        arrived = [time.monotonic() for chunk in model.stream(prompt("slow-words"), Cancellation()) if chunk.text]
        sent = [at for at, _ in endpoint.requests[-1].sent]
        lags = sorted(there - here for here, there in zip(sent, arrived, strict=True))
        return lags[len(lags) // 2] < 0.02

    assert once(kept)


def test_a_fast_models_chunks_are_gathered(databricks, endpoint, tls_endpoint):
    """For 50 ms at most: also over TLS, where each comes in a record of its own."""
    assert GATHER_S == 0.05
    for of in (endpoint, tls_endpoint):
        chunks = [chunk for chunk in ask(build(of), "fast") if chunk.text]
        sent = [word for _, word in of.requests[-1].sent]
        assert text(chunks) == ANSWER
        assert len(chunks) <= len(sent) / 4
        assert_no_connection(of)


@pytest.mark.parametrize(
    ("scenario", "finish"),
    [("length", "length"), ("content-filter", "content_filter"), ("tool-calls", "stop"), ("text", "stop")],
)
def test_the_finish_reason_is_told(model, endpoint, scenario, finish):
    assert ask(model, scenario)[-1].finish == FinishReason(finish)


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("scenario", ["blocks", "blocks-string"])
def test_a_model_that_thinks_aloud_shows_only_its_answer(model, endpoint, scenario):
    """Of a list of blocks, and of one that came as a JSON string, the person sees the text alone."""
    assert text(ask(model, scenario)) == ANSWER


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("scenario", ["blocks", "blocks-string"])
def test_a_model_that_thinks_gives_signs_of_life(model, endpoint, scenario):
    """A chunk for each of its messages, also where there is nothing to show, so that it never looks idle."""
    stream = model.stream(prompt(scenario), Cancellation())
    with contextlib.closing(stream):
        assert next(stream) == Chunk("")
        assert any(chunk.text for chunk in stream)


@pytest.mark.parametrize("scenario", ["json-answer", "bracket-answer"])
def test_an_answer_that_looks_like_blocks_is_kept(model, endpoint, scenario):
    assert text(ask(model, scenario)) == endpoint.scenarios[scenario].text


def test_usage_is_the_last_one_and_no_sum(model, endpoint):
    assert ask(model, "usage-each")[-1].usage == ask(model, "text")[-1].usage
    assert ask(model, "no-usage")[-1].usage is None


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("context", Code.CONTEXT_TOO_LONG),
        ("bad-request", Code.GENERATION_FAILED),
        ("401", Code.AUTH_ERROR),
        ("403", Code.AUTH_ERROR),
        ("404", Code.MODEL_UNAVAILABLE),
        ("429", Code.RATE_LIMIT),
        ("429-bare", Code.RATE_LIMIT),
        ("500", Code.MODEL_UNAVAILABLE),
        ("502", Code.MODEL_UNAVAILABLE),
        ("503", Code.MODEL_UNAVAILABLE),
        ("empty", Code.GENERATION_FAILED),
        ("html", Code.MODEL_UNAVAILABLE),
        ("malformed-first", Code.GENERATION_FAILED),
        ("error-code-context", Code.CONTEXT_TOO_LONG),
        ("reset-early", Code.MODEL_UNAVAILABLE),
        ("no-headers", Code.TIMEOUT),
        ("no-chunk", Code.TIMEOUT),
    ],
)
def test_a_failure_before_the_first_word_is_named(model, endpoint, scenario, code):
    """Each refusal and breakdown has its code, within 2 s of its cause, and leaves no connection."""
    started = time.monotonic()
    shown, error = fail(model, scenario)
    assert (shown, error.code) == ("", code)
    assert time.monotonic() - started < 2 * (2 + IDLE_S)  # the machine is shared
    assert_told_to_a_person(error)
    assert_no_connection(endpoint)


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("stall", Code.TIMEOUT),
        ("reset", Code.TRUNCATED),
        ("cut", Code.TRUNCATED),
        ("unfinished", Code.TRUNCATED),
        ("malformed", Code.GENERATION_FAILED),
        ("error-frame", Code.GENERATION_FAILED),
        ("error-text-frame", Code.GENERATION_FAILED),
        ("error-code-frame", Code.GENERATION_FAILED),
        ("error-code-busy", Code.RATE_LIMIT),
    ],
)
def test_a_failure_in_the_middle_keeps_what_came(model, endpoint, scenario, code):
    """An answer that is cut never looks whole, is never asked for again, and its words stay."""
    shown, error = fail(model, scenario)
    assert (shown, error.code) == ("The launch moved to **May**, ", code)
    assert len(endpoint.requests) == 1
    assert_told_to_a_person(error)
    assert_no_connection(endpoint)


def assert_told_to_a_person(error: StreamingError) -> None:
    """The message is ours; what the other side said is in the log's chain alone."""
    assert "secret-host" not in error.message
    assert error.message.endswith((".", "!"))
    nothing_raised = error.code == Code.TRUNCATED or "ended without an answer" in error.message
    assert error.__cause__ is not None or nothing_raised


def assert_no_connection(endpoint: ServingEndpoint) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while endpoint.open and time.monotonic() < deadline:
        time.sleep(0.002)
    assert endpoint.open == 0


@pytest.mark.parametrize(
    "scenario",
    ["500", "503", "context", "bad-request", "401", "403", "404", "429", "429-bare", "html", "empty", "no-chunk"],
)
def test_whatever_fails_is_asked_once(model, endpoint, scenario):
    """Whether to ask again is decided in one place, where the reader can be told of it."""
    fail(model, scenario)
    assert len(endpoint.requests) == 1


def test_a_long_wait_is_told_and_not_waited_for(model, endpoint):
    """A limit that lasts two minutes is an error at once, with the seconds to wait."""
    started = time.monotonic()
    _, error = fail(model, "429")
    assert error.retry_after_s == 120
    assert time.monotonic() - started < PATIENCE_S


def test_a_server_that_is_not_there_is_unavailable(databricks, model):
    with ServingEndpoint() as gone:
        lonely = build(gone)
    _, error = fail(lonely, "text")
    assert error.code == Code.MODEL_UNAVAILABLE


def test_an_answer_that_ended_stays_whole_when_its_connection_lingers(model, endpoint):
    """After the finish reason nothing can spoil the answer, nor hold it up for long."""
    started = time.monotonic()
    chunks = ask(model, "lingers")
    assert (text(chunks), chunks[-1].finish) == (ANSWER, FinishReason.STOP)
    assert time.monotonic() - started < PATIENCE_S


# --- stop ---------------------------------------------------------------------------------------


def stop(
    model: DatabricksModel, scenario: str, ready: Callable[[], object]
) -> tuple[float, float, BaseException | None]:
    """Stop while the reader is blocked: the times to its end and at which it did, and how it ended."""
    cancellation = Cancellation()
    ended: list[tuple[float, BaseException | None]] = []

    def read() -> None:
        try:
            for _ in model.stream(prompt(scenario), cancellation):
                pass
        except (StreamingError, Cancelled) as error:
            ended.append((time.monotonic(), error))
        else:
            ended.append((time.monotonic(), None))

    reader = threading.Thread(target=read)
    reader.start()
    ready()
    asked = time.monotonic()
    cancellation.request(CancelReason.STOPPED)
    reader.join(PATIENCE_S)
    assert ended
    return ended[0][0] - asked, asked, ended[0][1]


@pytest.mark.parametrize(
    ("scenario", "chunks"), [("stall", 5), ("slow", 2), ("fast", 3), ("no-chunk", 0), ("no-headers", 0)]
)
def test_a_stop_ends_a_blocked_reader_and_the_model_at_once(databricks, endpoint, scenario, chunks):
    """Within 100 ms, whether it waits for the headers, for the first chunk or for the next one."""
    patient = build(endpoint, idle_timeout_s=30)

    def kept() -> bool:
        endpoint.reset()
        took, asked, error = stop(patient, scenario, lambda: endpoint.wait_for_request().wait_sent(chunks))
        assert isinstance(error, Cancelled)
        closed = endpoint.requests[0].wait_closed(2)
        assert closed is not None
        return took < PROMISED_S and closed - asked < PROMISED_S

    assert once(kept)


def test_a_stop_before_the_start_asks_nothing(model, endpoint):
    cancellation = Cancellation()
    cancellation.request(CancelReason.STOPPED)
    with pytest.raises(Cancelled):
        list(model.stream(prompt("text"), cancellation))
    assert endpoint.requests == []


def test_leaving_the_stream_closes_the_model_without_the_collector(model, endpoint):
    """A generator that is closed early closes its connection itself."""

    def kept() -> bool:
        endpoint.reset()
        stream = model.stream(prompt("slow"), Cancellation())
        next(stream)
        left = time.monotonic()
        stream.close()
        closed = endpoint.requests[0].wait_closed(2)
        assert closed is not None
        return closed - left < PROMISED_S

    gc.disable()
    try:
        assert once(kept)
    finally:
        gc.enable()


def test_a_stop_of_one_answer_leaves_the_others_alone(model, endpoint):
    """Beside an answer that is stopped, others run to their end."""
    others: list[str] = []
    threads = [threading.Thread(target=lambda: others.append(text(ask(model, "steady")))) for _ in range(5)]
    for thread in threads:
        thread.start()
    endpoint.wait_for_request(5)
    stop(model, "stall", lambda: endpoint.wait_for_request(6))
    for thread in threads:
        thread.join()
    assert others == [ANSWER] * 5


def test_150_answers_run_side_by_side(databricks, endpoint):
    """None waits for a place among the connections."""
    patient = build(endpoint, idle_timeout_s=30)
    cancellation = Cancellation()

    def read() -> None:
        with pytest.raises(Cancelled):
            list(patient.stream(prompt("no-chunk"), cancellation))

    threads = [threading.Thread(target=read) for _ in range(150)]
    for thread in threads:
        thread.start()
    endpoint.wait_for_request(150, timeout_s=20)
    together = endpoint.open
    cancellation.request(CancelReason.STOPPED)
    for thread in threads:
        thread.join()
    assert together == 150
    assert_no_connection(endpoint)
    assert text(ask(patient, "text")) == ANSWER


def test_a_stop_ends_the_look_up_of_the_workspaces_name(model, endpoint, monkeypatch):
    """Also where no server of names answers."""
    looking, answered = threading.Semaphore(0), threading.Event()

    def wait(*_: object, **__: object) -> list[object]:
        looking.release()
        answered.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    lookups = model._llm.client._client._transport._pool._network_backend._addresses
    monkeypatch.setattr(lookups, "_shared_s", 0)

    def kept() -> bool:
        took, _, error = stop(model, "text", lambda: looking.acquire(timeout=PATIENCE_S))
        assert isinstance(error, Cancelled)
        return took < PROMISED_S

    try:
        assert once(kept)
    finally:
        answered.set()
        for lingers in [thread for thread in threading.enumerate() if thread.name == "aside"]:
            lingers.join(PATIENCE_S)  # or the next test's request would share what this one found
    assert endpoint.requests == []


# --- signing in ---------------------------------------------------------------------------------


def test_without_credentials_the_start_says_so(databricks, tmp_path, monkeypatch):
    """What has to be set is named, at the start and not at the first question."""
    for name in ("DATABRICKS_HOST", "DATABRICKS_TOKEN", "DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"'databricks:m' .*DATABRICKS_TOKEN"):
        DatabricksModel("m", max_tokens=1, temperature=None, idle_timeout_s=1)


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABRICKS_HOST": "http://[::1", "DATABRICKS_TOKEN": "x"},
        {"DATABRICKS_HOST": "http://127.0.0.1:port", "DATABRICKS_TOKEN": "x"},
        {"DATABRICKS_HOST": "", "DATABRICKS_TOKEN": "", "DATABRICKS_CONFIG_FILE": __file__},
        {"DATABRICKS_TOKEN": "x", "DATABRICKS_CLIENT_ID": "app", "DATABRICKS_CLIENT_SECRET": "x"},
    ],
    ids=["broken-address", "broken-port", "broken-profile", "two-ways"],
)
def test_credentials_that_cannot_be_used_are_one_clear_line(databricks, endpoint, environment):
    """In whichever way the SDK fails on them."""
    with pytest.raises(SettingsError, match=r"\AThe model 'databricks:[^\n]*\Z") as raised:
        build(endpoint, endpoint.environment | environment)
    assert raised.value.__cause__ is not None


def test_an_apps_service_principal_signs_in_once_for_many_questions(databricks, endpoint):
    app = build(endpoint, endpoint.service_principal)
    for _ in range(2):
        assert text(ask(app, "text")) == ANSWER
    assert endpoint.sign_in.count == 1


def test_a_service_principal_that_is_refused_is_an_auth_error(databricks, endpoint):
    endpoint.sign_in.open = False
    app = build(endpoint, endpoint.service_principal)
    _, error = fail(app, "text")
    assert error.code == Code.AUTH_ERROR
    assert_told_to_a_person(error)


@pytest.fixture
def app(databricks, endpoint) -> DatabricksModel:
    """With a service principal, and ready to sign in anew as soon as a sign-in is stuck."""
    app = build(endpoint, endpoint.service_principal)
    app._llm.client._client.auth._headers._shared_s = 0
    return app


def test_a_stop_ends_the_wait_for_a_token(app, endpoint):
    """The SDK asks for one without any limit of time."""

    def kept() -> bool:
        endpoint.reset()
        endpoint.sign_in.held = 1
        took, _, error = stop(app, "text", lambda: wait_until(lambda: endpoint.sign_in.count == 1))
        assert isinstance(error, Cancelled)
        assert endpoint.requests == []
        return took < PROMISED_S

    assert once(kept)


def test_a_token_that_does_not_come_is_an_error_and_the_next_question_signs_in_anew(app, endpoint, monkeypatch):
    """And from then on with the new token, though the first sign-in is still waited for."""
    endpoint.sign_in.held = 1
    monkeypatch.setattr("footnote.models.upstream.SIGN_IN_S", 0.3)
    _, error = fail(app, "text")
    assert error.code == Code.MODEL_UNAVAILABLE
    assert_told_to_a_person(error)
    monkeypatch.undo()
    for _ in range(2):
        assert text(ask(app, "text")) == ANSWER
    assert endpoint.sign_in.count == 2


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


# --- TLS and gevent -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the loopback address, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("tls") / "loopback.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()) + signed.public_bytes(pem))
    return file


@pytest.fixture
def tls_endpoint(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServingEndpoint]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(certificate))
    with ServingEndpoint(tls=context) as endpoint:
        yield endpoint


@pytest.mark.parametrize(("scenario", "chunks"), [("stall", 5), ("no-headers", 0)])
def test_a_stop_works_through_tls(databricks, tls_endpoint, scenario, chunks):
    patient = build(tls_endpoint, idle_timeout_s=30)
    assert text(ask(patient, "text")) == ANSWER

    def kept() -> bool:
        tls_endpoint.reset()
        took, asked, error = stop(patient, scenario, lambda: tls_endpoint.wait_for_request().wait_sent(chunks))
        assert isinstance(error, Cancelled)
        closed = tls_endpoint.requests[0].wait_closed(2)
        return took < PROMISED_S and closed is not None and closed - asked < PROMISED_S

    assert once(kept)


def test_a_certificate_that_nobody_signed_is_not_trusted(databricks, tls_endpoint, monkeypatch):
    """That the connections are the guard's own gives up nothing of TLS."""
    monkeypatch.delenv("SSL_CERT_FILE")
    _, error = fail(build(tls_endpoint), "text")
    assert error.code == Code.MODEL_UNAVAILABLE
    assert tls_endpoint.requests == []


@pytest.mark.timeout(240)  # nearly all of it is one more import of the package
def test_all_of_it_works_under_gevent(endpoint, tls_endpoint):
    """Streams and stops in a process that is patched the way the server's workers are."""
    endpoint.sign_in.held = 100
    command = [sys.executable, "-W", "ignore", str(HERE / "gevent_streams.py"), endpoint.url, tls_endpoint.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=220, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["answers"] == [ANSWER] * 30
    for took in told["stops"].values():
        assert min(took) < PROMISED_S, told
    assert_no_connection(endpoint)
    assert_no_connection(tls_endpoint)


def test_a_caller_with_a_token_is_answered_with_it_and_the_app_does_not_sign_in(databricks):
    """With a service principal that is refused everything, only the user's own token can have opened the door."""
    with ServingEndpoint() as endpoint:
        endpoint.sign_in.open = False
        model = build(endpoint, endpoint.service_principal)
        assert text(ask(model.on_behalf_of(Caller("ann", TOKEN)), "text")) == ANSWER
        assert fail(model.on_behalf_of(Caller("eve", "stolen")), "text")[1].code == Code.AUTH_ERROR
        assert endpoint.sign_in.count == 0
        assert fail(model.on_behalf_of(Caller("ann")), "text")[1].code == Code.AUTH_ERROR
        assert endpoint.sign_in.count > 0


def test_a_caller_that_is_refused_hears_what_has_to_be_done(model, endpoint):
    """By the words of the workspace, for an expired token has the same status as a missing scope."""
    granted = endpoint.identities.grant
    granted("ann-1", "ann", scopes={"model-serving"})
    granted("ann-2", "ann", scopes={"sql", "vector-search"})
    granted("ann-3", "ann", expires_in_s=-1)
    assert text(ask(model.on_behalf_of(Caller("ann", "ann-1")), "text")) == ANSWER
    said = {token: fail(model.on_behalf_of(Caller("ann", token)), "text")[1] for token in ("ann-2", "ann-3", "eve")}
    assert [error.why for error in said.values()] == ["scope_model", "expired", "expired"]
    assert "model-serving" in said["ann-2"].message
    assert "Reload" in said["ann-3"].message
    assert (said["ann-3"].retryable, said["ann-2"].retryable) == (True, False)
    _, not_granted = fail(model.on_behalf_of(Caller("ann", "ann-1")), "403")
    assert (not_granted.code, not_granted.why) == (Code.AUTH_ERROR, "permission_model")
    _, of_the_app = fail(model, "403")
    assert (of_the_app.code, of_the_app.why) == (Code.AUTH_ERROR, None)
    assert not any("secret-host" in error.message or token in error.message for token, error in said.items())


def test_users_who_ask_at_once_share_a_client_that_signs_each_request_and_never_cross(model, endpoint):
    """A new token counts from the next request on, an old one no more; of who has asked nothing stays."""

    def asks(token: str, user: str) -> list[Chunk]:
        question = f"I am {user}. [[text]]"
        told = Prompt((Message("user", question),), question)
        return list(model.on_behalf_of(Caller(user, token)).stream(told, Cancellation()))

    def visit(number: int) -> None:
        user = f"user{number}"
        for token in (f"{user}-first", f"{user}-second"):
            endpoint.identities.grant(token, user, scopes={"model-serving"})
            assert text(asks(token, user)) == ANSWER
            endpoint.identities.revoke(token)
            with pytest.raises(StreamingError, match="sign-in has expired"):
                asks(token, user)

    clients = of_kind(httpx.Client, Caller)
    at_once(AT_ONCE, visit)
    assert len(endpoint.requests) == 2 * AT_ONCE
    for request in endpoint.requests:
        assert f"I am {request.identity.user}." in json.dumps(request.body)
    assert of_kind(httpx.Client, Caller) == clients
    assert_no_connection(endpoint)


def of_kind(*kinds: type) -> int:
    """How many such objects there are."""
    gc.collect()
    return sum(type(thing) in kinds for thing in gc.get_objects())

"""Traces and assessments in a real MLflow store: SQLite in a folder of its own, read back with MLflow's own calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fakes import STOP, ListRetriever, ScriptedModel, an_answer, passage, until, until_end
from footnote.answers.observing import Observers
from footnote.answers.orphans import Orphans
from footnote.answers.producer import Producer
from footnote.answers.recording import Recording
from footnote.callers import Caller
from footnote.conversations import Answer
from footnote.errors import AuthFailed
from footnote.events import Token
from footnote.feedback import Feedback, Opinion, Reason
from footnote.storage.feedback import MemoryFeedback
from footnote.storage.memory import MemoryLog
from footnote.tracing.exporting import Exporter
from footnote.tracing.feedback import AssessedFeedback
from footnote.tracing.store import MlflowStore

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # MLflow's own, as it is imported
    pytest.mark.timeout(300),  # its store's first beginning takes long on a busy machine
]

EXPERIMENT = "/Shared/footnote"
PASSAGES = [passage("pier#0", "It was decided to open the pier.", document="pier"), passage("a#0", "Decided: wait.")]


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """MLflow, with a store of the tests' own."""
    folder: Path = tmp_path_factory.mktemp("mlflow")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)  # where it would put artifacts
        patched.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/traces.db")
        patched.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        import mlflow

        yield mlflow


class Store:
    """The real store, which stays open for the next test."""

    def __init__(self, *, texts: bool = True) -> None:
        self.real = MlflowStore(EXPERIMENT, texts=texts)
        self.keep, self.assess, self.forget = self.real.keep, self.real.assess, self.real.forget

    def close(self) -> None:
        """Not yet."""


@pytest.fixture(scope="module")
def stores(mlflow: Any) -> Iterator[dict[bool, Store]]:
    """With texts and without; both begin the store at once, as the processes of one app do."""
    stores = {texts: Store(texts=texts) for texts in (True, False)}
    with ThreadPoolExecutor() as together:
        list(together.map(lambda store: store.forget([]), stores.values()))
    yield stores
    for store in stores.values():
        store.real.close()


@pytest.fixture
def process(stores: dict[bool, Store]) -> Iterator[Callable[..., Process]]:
    """Each call stands for a process of its own; all have one log."""
    log = MemoryLog()
    feedback = MemoryFeedback(log.answer)
    yield lambda *, texts=True: Process(log, feedback, stores[texts])
    log.close()


class Process:
    """What traces the answers of one process."""

    def __init__(self, log: MemoryLog, feedback: MemoryFeedback, store: Store) -> None:
        self.log = log
        self.exporter = Exporter(store, feedback, log.answer, pause_s=0.05)
        self.feedback = AssessedFeedback(feedback, self.exporter.said_of)

    def producer(self, *script: Any) -> Producer:
        model = ScriptedModel(*script)
        return Producer(self.log, ListRetriever(*PASSAGES), {model.name: model}, observers=(self.exporter,))

    def answered(self, *script: Any) -> Answer:
        """An answer that has ended, and whose trace was handed on."""
        answer = self.producer(*script).start(an_answer())
        until_end(self.log, answer.id)
        self.handed_on()
        return answer

    def handed_on(self) -> None:
        """Wait until all has been handed on; nothing more is taken then."""
        self.exporter.close(100)
        assert not self.exporter._waiting


def test_an_answer_is_a_trace_with_its_user_session_steps_documents_and_tokens(mlflow, process):
    traced = process()
    answer = traced.answered("To open ", "the pier [1].", STOP)
    done = traced.log.read(answer.id)[-1].event
    (trace,) = mlflow.search_traces(
        locations=[mlflow.get_experiment_by_name(EXPERIMENT).experiment_id],
        filter_string=f"metadata.`mlflow.trace.session` = '{answer.session_id}'",
        return_type="list",
    )
    assert trace.info.trace_id == done.trace_id
    assert trace.info.client_request_id == answer.id
    assert trace.info.trace_metadata["mlflow.trace.user"] == "ann"
    assert (trace.info.state, trace.info.tags["footnote.status"]) == ("OK", "complete")
    assert trace.info.token_usage == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    assert (trace.info.request_preview, trace.info.response_preview) == (answer.query, "To open the pier [1].")
    root, search, writing = trace.data.spans
    assert [(s.name, s.span_type, s.parent_id) for s in trace.data.spans] == [
        ("answer", "CHAIN", None),
        ("retrieval", "RETRIEVER", root.span_id),
        ("generation", "CHAT_MODEL", root.span_id),
    ]
    assert root.start_time_ns <= search.start_time_ns <= search.end_time_ns <= writing.start_time_ns <= root.end_time_ns
    assert search.inputs["query"] == answer.query
    first, _ = search.outputs
    assert (first["id"], first["page_content"]) == ("pier#0", "It was decided to open the pier.")
    assert {"doc_uri": "pier", "n": 1}.items() <= first["metadata"].items()
    assert [message["role"] for message in writing.inputs["messages"]] == ["system", "user"]
    assert writing.outputs["choices"][0]["message"]["content"] == root.outputs == "To open the pier [1]."
    assert writing.attributes["mlflow.chat.tokenUsage"]["output_tokens"] == 3


def test_what_failed_was_stopped_or_interrupted_is_a_trace_that_says_so(mlflow, process):
    failed = process().answered("Open it. Then", AuthFailed())
    stopping = process()
    producer = stopping.producer("Open it. Then", threading.Event(), STOP)
    stopped = producer.start(an_answer())
    until(stopping.log, stopped.id, Token)
    producer.stop(stopped.id)
    until_end(stopping.log, stopped.id)
    stopping.handed_on()
    interrupted = _killed(process())
    expected = [
        (failed, "ERROR", "error", "AUTH_ERROR"),
        (stopped, "OK", "cancelled", ""),
        (interrupted, "ERROR", "interrupted", "INTERRUPTED"),
    ]
    for answer, state, status, code in expected:
        trace = mlflow.get_trace(process().exporter.trace_id(answer.id))
        assert (trace.info.state, trace.info.tags["footnote.status"]) == (state, status)
        assert trace.data.spans[0].status.description == trace.data.spans[-1].status.description == code
        assert trace.data.spans[0].outputs == "Open it. Then"
        assert [span.name for span in trace.data.spans] == ["answer", "retrieval", "generation"]


def _killed(other: Process) -> Answer:
    """An answer whose process was killed after its first word, and which another one has ended."""
    first = other.producer("Open it. Then", threading.Event(), STOP)
    lost = first.start(an_answer())
    until(other.log, lost.id, Token)
    standing = other.log.read(lost.id)
    first.close()
    half = MemoryLog()
    answer = an_answer()
    for log in (half, other.log):
        log.create(answer)
    half.append([(answer.id, [kept.event for kept in standing])])

    def write(answer_id: str, event: Any, *, urgent: bool = False) -> None:
        half.append([(answer_id, [event])])

    Orphans(half, ListRetriever(*PASSAGES), 8, write, Observers((other.exporter,))).end(answer.id)
    other.handed_on()
    return answer


def test_what_a_user_says_becomes_an_assessment_changes_with_it_and_goes_with_it(mlflow, process):
    answer = process().answered("To open ", "the pier [1].", STOP)
    trace_id = process().exporter.trace_id(answer.id)

    def said(*changes: Callable[[AssessedFeedback], None]) -> list[Any]:
        """What the trace's assessments are, after changes that each came to another process."""
        for change in changes:
            other = process()
            change(other.feedback)
            other.handed_on()
        return mlflow.get_trace(trace_id).info.assessments

    def put(verdict: Opinion, **fields: Any) -> Callable[[AssessedFeedback], None]:
        return lambda feedback: feedback.put(Feedback(answer.id, "ann", verdict, datetime.now(UTC), **fields))

    (up,) = said(put(Opinion.UP, reason=Reason.CLEAR, comment="Nice."))
    assert (up.name, up.feedback.value, up.rationale) == ("thumbs_up", True, "clear: Nice.")
    assert (up.source.source_type, up.source.source_id) == ("HUMAN", "ann")
    down, wrong = said(put(Opinion.DOWN), put(Opinion.WRONG_SOURCE, n=2, reason=Reason.NOT_SAID))
    assert (down.assessment_id, down.feedback.value, down.rationale or "") == (up.assessment_id, False, "")
    assert (wrong.name, wrong.feedback.value, wrong.rationale) == ("wrong_source", True, "not_said")
    assert wrong.metadata["footnote.of"] == "2"
    (left,) = said(lambda feedback: feedback.remove(answer.id))
    assert left.assessment_id == wrong.assessment_id
    assert said(lambda feedback: feedback.remove(answer.id, 2)) == []


def test_a_deleted_conversation_leaves_no_trace_and_the_others_keep_theirs(mlflow, process):
    kept, gone, late = process(), process(), process()
    stays, goes = kept.answered("To stay [1].", STOP), gone.answered("To go [1].", STOP)
    deleting = process()
    deleting.log.on_deletion(deleting.exporter.deleted)
    trace_ids = {answer.id: deleting.exporter.trace_id(answer.id) for answer in (stays, goes)}
    assert mlflow.get_trace(trace_ids[goes.id]).info.client_request_id == goes.id
    deleting.log.delete(goes.session_id)
    deleting.handed_on()
    assert mlflow.get_trace(trace_ids[stays.id]) is not None
    assert mlflow.get_trace(trace_ids[goes.id]) is None
    # What another process hands on only now, for its store was away.
    late.exporter.ended(Recording(goes, trace_ids[goes.id], 1, 2))
    late.handed_on()
    assert mlflow.get_trace(trace_ids[goes.id]) is None


def test_without_texts_a_trace_holds_figures_and_names_alone(mlflow, process):
    answer = process(texts=False).answered("To open ", "the pier [1].", STOP)
    other = process(texts=False)
    other.feedback.put(Feedback(answer.id, "ann", Opinion.DOWN, datetime.now(UTC), comment="secret words"))
    other.handed_on()
    trace = mlflow.get_trace(other.exporter.trace_id(answer.id))
    assert trace.info.token_usage["total_tokens"] == 10
    assert [document["id"] for document in trace.data.spans[1].outputs] == ["pier#0", "a#0"]
    whole = str(trace.to_dict())
    for text in (answer.query, "pier [1]", "decided", "PIER", "secret words"):
        assert text not in whole


class OwnRights(ScriptedModel):
    """Knows for whom it answers."""

    caller: Caller | None = None

    def on_behalf_of(self, caller: Caller) -> OwnRights:
        self.caller = caller
        return self


def test_no_trace_has_the_token_of_who_asked(mlflow, process):
    """Neither one of an answer nor one of a failure."""
    traced = process()
    token = "s3cret-token-of-ann"  # noqa: S105 - of no use anywhere
    for script in (["To open the pier [1].", STOP], [AuthFailed("Your sign-in has expired.", why="expired")]):
        model = OwnRights(*script)
        producer = Producer(traced.log, ListRetriever(*PASSAGES), {model.name: model}, observers=(traced.exporter,))
        answer = producer.start(an_answer(), caller=Caller("ann", token))
        until_end(traced.log, answer.id)
        assert model.caller.token == token
    traced.handed_on()
    kept = Path(mlflow.get_tracking_uri().removeprefix("sqlite:///"))
    written = b"".join(path.read_bytes() for path in kept.parent.rglob("*") if path.is_file())
    assert answer.id.encode() in written
    assert token.encode() not in written

"""The whole page with each retriever that the settings choose: asked, added to where that can be, and read."""

from __future__ import annotations

import json
from contextlib import contextmanager
from io import BytesIO

import pytest

from footnote.errors import RetrievalFailed, SettingsError
from footnote.parts import own_library, parts, prepare
from footnote.passages import CompletingRetriever, Document, Kind, Passage
from footnote.settings import Settings
from page_client import Page, assert_problem, question
from workspace.connection import Reply
from workspace.embeddings import Embeddings
from workspace.request import wait_until
from workspace.serving import ServingEndpoint
from workspace.vector_search import VectorSearch

DOCUMENTS = "/api/library/documents"
NOTES = b"Ann: The salmon quota was raised by four percent in spring.\n\nBen: And the ferry leaves at nine."
INDEX = "main.rag.passages"


@contextmanager
def page(**settings):
    shown = Page(parts(Settings(**settings)))
    try:
        yield shown
    finally:
        shown.producer.close()
        shown.parts.close()


def asked(page, query):
    """The events of an answer, by their types."""
    session = question(query=query)
    id = page.post("/answers", session).get_json()["answer_id"]
    return [entry.event for entry in page.until_ended(id)]


def test_a_library_on_postgres_takes_files_in_and_answers_from_them(postgres_server, tmp_path):
    url = postgres_server.new_database()
    settings = {"data": tmp_path, "database_url": url, "retriever": "postgres", "reranker": "words"}
    with page(**settings) as shown:
        sent = shown.client.post(DOCUMENTS, data={"file": (BytesIO(NOTES), "notes.txt")})
        assert sent.get_json()["became"] == "added"
        assert sent.get_json()["document"]["speakers"] == ["Ann", "Ben"]
        events = asked(shown, "Was the salmon quota raised?")
        (citations,) = [event for event in events if event.type == "citations"]
        assert citations.citations[0].recording_id == "notes"
        assert events[-1].timings.reranking_ms is not None
        refused = shown.client.post(DOCUMENTS, data={"file": (BytesIO(b"\0\1\2" * 99), "noise.txt")})
        assert_problem(refused, 400, "INVALID_REQUEST")
        removed = shown.client.delete(f"{DOCUMENTS}?id=notes")
        assert removed.status_code == 204
        with own_library(shown.parts.settings) as library:
            assert "notes" not in library.digests()
    assert not (tmp_path / "footnote.db").exists(), "nothing is kept on this machine but the files"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the real client's packages, as they are imported
def test_embeddings_of_an_endpoint_find_what_shares_no_word(postgres_server, tmp_path, monkeypatch):
    """The real ``DatabricksEmbeddings``: slow to import, so that this one test has all of it."""
    embedder = Embeddings()
    url = postgres_server.new_database()
    with ServingEndpoint(apis=[embedder]) as workspace:
        for name, value in workspace.environment.items():
            monkeypatch.setenv(name, value)
        settings = Settings(data=tmp_path, database_url=url, retriever="postgres", embeddings="databricks:embedder")
        with own_library(settings) as own:
            own.replace(Document("a", "A", Kind.TEXT, "a.txt", "x"), [Passage("a#0", "a", "A", 0, "The salmon quota.")])
        assert embedder.asked == [["A\nThe salmon quota."]], "what the command line takes in has its vectors at once"
        made = parts(settings, prepared=True)
        assert made.retriever.search("salmon"), "nobody waits for the client: words are enough"
        wait_until(lambda: made.retriever.search("Zzyzx"), 100)
        assert embedder.asked[-1] == ["Zzyzx"], "no passage has the word, and the nearest came all the same"
        made.close()
        whole = parts(settings, prepared=True)
        assert isinstance(whole.retriever, CompletingRetriever)
        whole.retriever.complete()
        assert whole.retriever.search("Zzyzx"), "who measures waits for the client"
        whole.close()
        embedder.replies = [Reply("", 403)] * 9
        away = parts(settings, prepared=True)
        with pytest.raises(RetrievalFailed):
            away.retriever.complete()
        away.close()


@pytest.fixture(params=[False, True], ids=["standard", "storage_optimized"])
def workspace(request, monkeypatch):
    index = VectorSearch(INDEX, storage_optimized=request.param)
    for document, title, kind, said in [
        ("fish/quota", "Salmon quota", "recording", "Ann: The salmon quota was raised by four percent in spring."),
        ("ferry", "Ferry", "text", "The ferry leaves at nine."),
        # A hostile row: its id is a path of the machine that serves the page.
        ("/etc/hosts", "Hosts", "table", "A row about nothing."),
    ]:
        segments = json.dumps([[0, 0, "Ann" if kind == "recording" else None, 1.0, 9.0]])
        index.put(
            {"id": f"{document}#0", "document_id": document, "title": title, "ordinal": 0, "text": said, "kind": kind}
            | {
                "segments": segments,
                "speakers": ["Ann"] if kind == "recording" else [],
                "tags": ["north"],
                "page": None,
            }
        )
    with ServingEndpoint(apis=[index]) as workspace:
        for name, value in workspace.environment.items():
            monkeypatch.setenv(name, value)
        yield workspace


def test_an_index_is_the_library_and_is_changed_elsewhere(workspace, tmp_path, monkeypatch):
    with page(data=tmp_path, retriever=f"vector-search:{INDEX}", reranker="platform") as shown:
        listed = shown.client.get(DOCUMENTS).get_json()
        assert [document["id"] for document in listed["documents"]] == ["ferry", "/etc/hosts", "fish/quota"]
        assert (listed["managed_elsewhere"], listed["uploads"]) == (True, None)
        assert not any(document["removable"] for document in listed["documents"])

        events = asked(shown, "Was the salmon quota raised?")
        stages = [(event.stage, event.status) for event in events if event.type == "stage"]
        assert [name for name, _ in stages] == [n for n in ("retrieval", "reranking", "generation") for _ in range(2)]
        assert events[-1].timings.reranking_ms is not None
        (citations,) = [event for event in events if event.type == "citations"]
        assert (citations.citations[0].recording_id, citations.citations[0].speaker) == ("fish/quota", "Ann")

        for response in (
            shown.client.post(DOCUMENTS, data={"file": (BytesIO(NOTES), "notes.txt")}),
            shown.client.delete(f"{DOCUMENTS}?id=ferry"),
            shown.client.patch(f"{DOCUMENTS}?id=ferry", json={"tags": ["x"]}),
        ):
            assert_problem(response, 403, "FORBIDDEN")
        source = shown.client.get("/api/library/document?id=fish/quota").get_json()
        assert source["original"] == "elsewhere", "it did not go away: it never was here"
        assert "raised by four percent" in json.dumps(source)
        hostile = shown.client.get("/api/library/document?id=/etc/hosts").get_data(as_text=True)
        assert "localhost" not in hostile
        assert shown.client.get("/api/library/media?id=/etc/hosts").status_code == 404
    with pytest.raises(SettingsError, match="Unity Catalog"), own_library(shown.parts.settings):
        pass


def test_an_index_without_credentials_says_what_to_check(tmp_path, monkeypatch):
    for name in ("DATABRICKS_HOST", "DATABRICKS_TOKEN", "DATABRICKS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings(data=tmp_path, retriever=f"vector-search:{INDEX}")
    for starting in (parts, prepare):
        with pytest.raises(SettingsError, match=r"FOOTNOTE_RETRIEVER.*DATABRICKS_HOST"):
            starting(settings)
    made = parts(settings, prepared=True)
    with pytest.raises(RetrievalFailed):  # a worker that begins while the workspace is away serves all the same
        made.retriever.search("salmon")
    made.close()

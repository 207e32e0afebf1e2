"""An index as the library: it is listed within bounds, shown to who may see it, and changed elsewhere."""

import threading

import pytest

from fakes import PATIENCE_S
from footnote.answers.trying import LONGEST_WAIT_S
from footnote.callers import Caller
from footnote.errors import Forbidden, RetrievalFailed
from footnote.passages import Filter
from footnote.requested import _unknown
from footnote.retrieval.index_columns import Columns
from footnote.retrieval.index_library import ELSEWHERE, IndexLibrary
from footnote.retrieval.vector_search import VectorSearchRetriever
from workspace.connection import Reply
from workspace.request import wait_until
from workspace.vector_search import SCOPE


def queries(index):
    return [body for path, body, _ in index.asked if path.endswith("/query")]


def test_the_library_is_read_from_the_index_and_changed_elsewhere(vector_search):
    vector_search.put(
        "team/b", "Ana: One two.", "Three.", title="Budget", speaker="Ana", tags=("team",), date="2026-03-12"
    )
    vector_search.put("a", "Four.", title="Zoning")
    library = vector_search.library
    budget, zoning = library.documents()
    assert (budget.id, budget.title, budget.kind, budget.words) == ("team/b", "Budget", "recording", 4)
    assert (budget.speakers, budget.tags, budget.date) == (("Ana",), ("team",), "2026-03-12")
    assert library.document("a") == zoning
    assert library.document("gone") is None
    assert [p.text for p in library.passages("team/b", 1)] == ["Three."]
    assert library.passage("gone#0") is None
    before = library.digests()
    vector_search.put("a", "Five.")
    assert {id for id, digest in library.digests().items() if digest != before[id]} == {"a"}
    for change in (lambda: library.remove("a"), lambda: library.set_tags("a", []), lambda: library.replace(zoning, [])):
        with pytest.raises(Forbidden) as refused:
            change()
        assert refused.value.message == ELSEWHERE


def test_a_library_too_large_to_be_listed_is_searched_all_the_same(vector_search, index, monkeypatch):
    monkeypatch.setattr("footnote.retrieval.index_library.MOST_SCANNED", 4)
    monkeypatch.setattr("footnote.retrieval.index_library.PAGE", 2)
    for n in range(6):
        vector_search.put(f"d{n}", "Salmon.", "Herring.", tags=("north",) if n == 5 else ())
    assert [document.id for document in vector_search.library.documents()] == ["d0", "d1"]
    assert len(vector_search.found("salmon", limit=20)) == 12
    assert vector_search.found("salmon", "d5") == ["d5#0", "d5#1"]
    assert vector_search.library.document("d5").tags == ("north",)
    assert len(vector_search.library.passages("d5")) == 2
    assert _unknown(vector_search.library, ["d0", "d5"]) == []
    assert _unknown(vector_search.library, ["d5", "gone", "gone too"]) == ["gone"]
    index.storage_optimized = True
    vector_search.library._known.dialect = None
    with pytest.raises(RetrievalFailed, match="can't be limited to tags or speakers"):
        vector_search.retriever.search("salmon", filter=Filter(tags=frozenset({"north"})))


def test_an_index_that_cannot_be_scanned_can_be_searched(vector_search, index):
    vector_search.put("a", "Salmon.")
    refused = Reply({"error_code": "INVALID_PARAMETER_VALUE", "message": "no scan here"}, 400)
    index.replies += [refused, refused]
    assert vector_search.retriever.scope(Filter()).searched == 1
    assert vector_search.found("salmon") == ["a#0"]


def test_a_long_document_comes_in_pages(vector_search, monkeypatch):
    monkeypatch.setattr("workspace.vector_search.PAGE", 4)
    monkeypatch.setattr("footnote.retrieval.index_library.MOST_SCANNED", 0)
    vector_search.put("a", *[f"Part {n}." for n in range(11)])
    assert [p.ordinal for p in vector_search.library.passages("a")] == list(range(11))


def test_who_may_not_see_the_index_is_told_nothing_that_others_have_read(vector_search, client, index, workspace):
    """To whom a catalog is closed, what is in it does not exist."""
    vector_search.put("a", "Salmon.")
    for user in ("ada", "bob"):
        workspace.identities.grant(f"{user}'s", user, scopes={SCOPE})
    library = IndexLibrary(client, Columns())
    assert library.on_behalf_of(Caller("ada", "ada's")).documents()
    index.replies.append(Reply({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "main does not exist"}, 404))
    with pytest.raises(RetrievalFailed):
        library.on_behalf_of(Caller("bob", "bob's")).documents()


def test_tags_are_waited_for_while_the_documents_are_being_listed(storage_optimized, client, index, monkeypatch):
    """Not said of an index that is read to its end a moment later: that it can't be limited so."""
    monkeypatch.setattr("footnote.retrieval.index_library.FIRST_WAIT_S", 0)
    storage_optimized.put("a", "Salmon.", tags=("north",))
    library = IndexLibrary(client, Columns())
    retriever = VectorSearchRetriever(client, library)
    scanned, listed = library._scanned, threading.Event()
    monkeypatch.setattr(library, "_scanned", lambda: listed.wait(PATIENCE_S) and scanned())

    def search():
        return [hit.passage.id for hit in retriever.search("salmon", filter=Filter(tags=frozenset({"north"})))]

    with pytest.raises(RetrievalFailed, match="still being listed") as told:
        search()
    assert told.value.retryable
    assert told.value.retry_after_s <= LONGEST_WAIT_S  # so the pipeline searches again by itself
    reading = library._known.reading
    listed.set()
    reading.join(PATIENCE_S)
    assert search() == ["a#0"]


def test_where_the_documents_could_not_be_listed_that_is_said_and_may_be_tried_again(storage_optimized, client, index):
    storage_optimized.put("a", "Salmon.", tags=("north",))
    library = IndexLibrary(client, Columns())
    library._admit()
    index.replies.append(Reply({"error_code": "INTERNAL_ERROR"}, 500))
    library.documents()
    with pytest.raises(RetrievalFailed, match="could not be listed") as told:
        VectorSearchRetriever(client, library).search("salmon", filter=Filter(tags=frozenset({"north"})))
    assert told.value.retryable


def test_a_list_that_could_not_be_read_is_read_again_soon(vector_search, client, index, monkeypatch):
    monkeypatch.setattr("footnote.retrieval.index_library.AGAIN_S", 0)
    vector_search.put("a", "Salmon.")
    library = IndexLibrary(client, Columns())
    library._admit()
    index.replies.append(Reply({"error_code": "INTERNAL_ERROR"}, 500))
    assert library.documents() == []
    wait_until(library.documents, 10)


def test_an_id_that_no_sql_can_quote_is_asked_of_no_index(storage_optimized, index):
    storage_optimized.put("a", "Salmon.")
    storage_optimized.found("salmon")
    index.asked.clear()
    assert storage_optimized.library.passage("\\' OR id != '") is None
    assert queries(index) == []

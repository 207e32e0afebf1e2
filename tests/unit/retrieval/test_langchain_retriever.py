"""LangChain's retrievers: a question's limits hold for what they find, and what can't be told is left out and said."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import InMemoryVectorStore

from fakes import STOP, ScriptedModel
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.errors import RetrievalFailed
from footnote.events import Retrieved, Stage, StageStatus
from footnote.passages import Filter, Kind, Scope
from footnote.retrieval.langchain import LangChainRetriever
from footnote.wire import decode, entry
from workspace.vectors import vector_of


class Words:
    """``Embeddings`` of LangChain's, of hashed words."""

    def embed_documents(self, texts):
        return [vector_of(text) for text in texts]

    def embed_query(self, text):
        return vector_of(text)


class Shelf(BaseRetriever):
    """A retriever of somebody's own, which gives what it has."""

    documents: list[Document]

    def _get_relevant_documents(self, query, *, run_manager):
        return self.documents


TOLD = {"kind": "pdf", "tags": ["north", "board"], "speakers": ["Ana"], "date": "2026-03-12"}
LIMITS = {
    "kind": (Filter(kinds=frozenset({Kind.PDF})), Filter(kinds=frozenset({Kind.TABLE}))),
    "tags": (Filter(tags=frozenset({"north", "x"})), Filter(tags=frozenset({"south"}))),
    "speakers": (Filter(speakers=frozenset({"Ana"})), Filter(speakers=frozenset({"Ben"}))),
    "since": (Filter(since="2026-03-12"), Filter(since="2026-03-13")),
    "until": (Filter(until="2026-03-12"), Filter(until="2026-03-11")),
}


def shelf(*told):
    documents = [Document(f"Passage {n}.", metadata={"id": f"p{n}", "source": f"d{n}"} | m) for n, m in enumerate(told)]
    return LangChainRetriever(Shelf(documents=documents))


def ids(reranked):
    return [hit.passage.id for hit in reranked.hits]


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_leaves_what_meets_it_and_nothing_that_does_not_tell(name):
    met, unmet = LIMITS[name]
    field = "date" if name in {"since", "until"} else name
    retriever = shelf(TOLD, {other: value for other, value in TOLD.items() if other != field})
    assert (ids(made := retriever.reranked("x", filter=met)), made.untold) == (["p0"], (field,))
    assert ids(retriever.reranked("x", filter=unmet)) == []
    assert (ids(made := retriever.reranked("x")), made.untold) == (["p0", "p1"], ())


@pytest.mark.parametrize(
    ("told", "limit"),
    [
        ({"tags": "north"}, Filter(tags=frozenset({"north"}))),
        ({"tag": "north"}, Filter(tags=frozenset({"north"}))),
        ({"speaker": "Ana"}, Filter(speakers=frozenset({"Ana"}))),
        ({"date": date(2026, 3, 12)}, Filter(since="2026-03-12", until="2026-03-12")),
        ({"date": datetime(2026, 3, 12, 9, 30)}, Filter(since="2026-03-12", until="2026-03-12")),  # noqa: DTZ001
        ({"date": "2026-03-12T09:30:00Z"}, Filter(until="2026-03-12")),
    ],
)
def test_metadata_is_read_as_stores_have_it(told, limit):
    assert ids(shelf(told).reranked("x", filter=limit)) == ["p0"]


@pytest.mark.parametrize("told", [{"kind": "film"}, {"kind": ["pdf"]}, {"date": "soon"}, {"date": 3}, {"tags": 7}, {}])
def test_what_can_not_be_understood_is_not_told(told):
    limit = Filter(kinds=frozenset({Kind.PDF}), tags=frozenset({"x"}), until="2026-03-12")
    made = shelf(told).reranked("x", filter=limit)
    assert (made.hits, made.untold) == ((), ("date", "kind", "tags"))


def test_what_is_left_out_by_name_is_not_said_to_be_untold():
    retriever = shelf({}, TOLD, TOLD)
    limit = Filter(frozenset({"d1", "d2"}), tags=frozenset({"north"}), without=frozenset({"p2"}))
    made = retriever.reranked("x", filter=limit)
    assert (ids(made), made.untold) == (["p1"], ())
    assert ids(retriever.reranked("x", filter=Filter(without_documents=frozenset({"d1"})))) == ["p0", "p2"]


def test_a_vector_store_is_asked_for_more_where_a_limit_will_leave_some_out():
    store = InMemoryVectorStore(Words())
    tags = [{"tags": ["north"] if n >= 40 else []} for n in range(50)]
    store.add_documents(
        [
            Document(f"The salmon quota {n}.", metadata={"id": f"p{n}", "source": f"d{n}"} | m)
            for n, m in enumerate(tags)
        ]
    )
    retriever = LangChainRetriever(store.as_retriever(search_kwargs={"k": 4}))
    assert len(retriever.search("salmon")) == 4  # as it was set up
    found = retriever.search("salmon", filter=Filter(tags=frozenset({"north"})), limit=8)
    assert len(found) == 8
    assert {hit.passage.id for hit in found} <= {f"p{n}" for n in range(40, 50)}
    assert len(retriever.search("salmon", filter=Filter(without=frozenset({"p1", "p2"})), limit=10)) == 10


def test_a_vector_store_that_is_set_up_for_more_is_asked_for_no_less():
    store = InMemoryVectorStore(Words())
    store.add_documents([Document(f"Quota {n}.", metadata={"id": f"p{n}", "source": f"d{n}"}) for n in range(150)])
    retriever = LangChainRetriever(store.as_retriever(search_kwargs={"k": 150}))
    assert len(retriever.search("quota", filter=Filter(without=frozenset({"p1"})), limit=200)) == 149


def test_an_answer_says_what_was_not_told_and_not_how_much_was_searched():
    limit = Filter(tags=frozenset({"north"}))
    model = ScriptedModel("So [1].", STOP)
    events = [*stream_rag_response(Question("x", limit), retriever=shelf(TOLD, {}), model=model)]
    retrieved = next(event for event in events if isinstance(event, Retrieved))
    assert retrieved.untold == ("tags",)
    assert decode(entry(3, retrieved).line).event == retrieved
    begun = next(event for event in events if isinstance(event, Stage) and event.status is StageStatus.START)
    assert (begun.searched, begun.library) == (None, None)
    assert shelf().scope(limit) == Scope(None, None)
    nothing = [*stream_rag_response(Question("x", limit), retriever=shelf({}), model=model)]
    assert "Nothing was found" in model.prompts[-1].messages[-1].content
    assert nothing[-1].type == "done"


def test_a_retriever_that_fails_is_a_failure_of_ours():
    class Failing(BaseRetriever):
        def _get_relevant_documents(self, query, *, run_manager):
            raise ZeroDivisionError("secret")

    with pytest.raises(RetrievalFailed) as told:
        LangChainRetriever(Failing()).search("x")
    assert "secret" not in told.value.message

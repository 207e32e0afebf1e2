"""What is proposed where users may read different documents: something to each, and nothing of what others may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from footnote.at_start import SAMPLE
from footnote.callers import Caller
from footnote.errors import RetrievalFailed
from footnote.ingest.take_in import take_in
from footnote.page.texts import Texts
from footnote.passages import EVERYTHING, Filter
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.memory import MemoryLog
from footnote.suggesting import library_topics
from footnote.suggesting.library_topics import LibraryTopics
from footnote.suggesting.suggestions import Suggestions

TODAY = date(2026, 4, 1)
EN = Texts("en")


@dataclass(frozen=True)
class OfCallers:
    """A library and its search, of which each caller has documents of their own; the app itself has none."""

    library: SqlLibrary
    retriever: EmbeddedRetriever
    granted: Mapping[str, frozenset[str]]
    caller: str | None = None
    read: list[tuple[str | None, str]] = field(default_factory=list)

    def on_behalf_of(self, caller: Caller) -> OfCallers:
        return replace(self, caller=caller.user)

    @property
    def own(self) -> frozenset[str]:
        return self.granted.get(self.caller or "", frozenset())

    def documents(self):
        return [document for document in self.library.documents() if document.id in self.own]

    def digests(self):
        return {id: digest for id, digest in self.library.digests().items() if id in self.own}

    def passages(self, document_id: str, *asked: Any, **more: Any):
        assert document_id in self.own
        self.read.append((self.caller, document_id))
        return self.library.passages(document_id, *asked, **more)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10):
        return self.retriever.search(query, filter=replace(filter, document_ids=self.own), limit=limit)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory):
    engine = open_database(tmp_path_factory.mktemp("sample") / "footnote.db")
    library = SqlLibrary(engine)
    take_in([SAMPLE], library, root=SAMPLE, max_bytes=10**8)
    return library, EmbeddedRetriever(engine)


@pytest.fixture
def of_callers(taken_in):
    """Makes suggestions and the library that they come from, by what each user may read."""

    def make(**granted: str):
        part = OfCallers(*taken_in, {name: frozenset({id}) for name, id in granted.items()})
        return Suggestions(part, part, MemoryLog()), part

    return make


@pytest.fixture
def two(taken_in):
    """The ids of two documents that much can be asked of, and their titles."""
    library, _ = taken_in
    found = LibraryTopics().of(library, wait_s=20).topics
    best = sorted(library.documents(), key=lambda document: -len(found.get(document.id, ())))[:2]
    return {document.id: document.title for document in best}


def first(suggestions: Suggestions, user: str) -> list[str]:
    return suggestions.on_behalf_of(Caller(user, f"token of {user}")).first(user, None, EN, TODAY)


def test_each_is_proposed_what_can_be_asked_of_their_own_documents_alone(of_callers, two):
    (anns, ann_title), (bens, ben_title) = two.items()
    suggestions, part = of_callers(ann=anns, ben=bens)
    for _ in range(2):  # the second time of what is held by then
        for user, own, other in (("ann", ann_title, ben_title), ("ben", ben_title, ann_title)):
            proposed = first(suggestions, user)
            assert len(proposed) > 1
            assert all(own in question or "so far" in question for question in proposed)
            assert not any(other in question for question in proposed)
    assert set(part.read) == {("ann", anns), ("ben", bens)}
    assert first(suggestions, "eve") == []
    assert suggestions.first("app", None, EN, TODAY) == []


def test_who_may_read_the_same_documents_shares_the_reading_of_them(of_callers, two):
    anns, other = two
    suggestions, part = of_callers(ann=anns, amy=anns, ben=other)
    assert all(first(suggestions, user) for user in ("ann", "ben", "amy"))
    assert part.read == [("ann", anns), ("ben", other)]


def test_who_may_read_no_more_is_proposed_no_more(of_callers, two):
    (anns, title), _ = two.items()
    suggestions, part = of_callers(ann=anns)
    assert any(title in question for question in first(suggestions, "ann"))
    now = replace(suggestions, library=replace(part, granted={}), retriever=replace(part, granted={}))
    assert first(now, "ann") == []


def test_topics_that_are_still_being_read_are_told_of_what_the_user_may_read_alone(taken_in, two, monkeypatch):
    """Meanwhile it is what others' reading found in the very same documents."""
    library, retriever = taken_in
    _, other = two
    part = OfCallers(library, retriever, {"ann": frozenset(two), "ben": frozenset({other})})
    topics = LibraryTopics()
    held = topics.of(part.on_behalf_of(Caller("ann")), wait_s=20)
    assert held.topics.keys() == two.keys()
    monkeypatch.setattr(LibraryTopics, "_read", lambda self, library: None)  # it takes for ever
    found = topics.of(part.on_behalf_of(Caller("ben")))
    assert found.topics == {other: held.topics[other]}
    assert topics.of(part.on_behalf_of(Caller("eve"))).topics == {}


def test_what_is_held_is_bounded_and_who_asked_last_is_held(of_callers, two, monkeypatch):
    monkeypatch.setattr(library_topics, "MOST_HELD", 3)
    anns, other = two
    suggestions, part = of_callers(ann=anns, ben=other)
    for user in ("ann", "ben", "ben", "ann"):
        assert first(suggestions, user)
    assert part.read == [("ann", anns), ("ben", other), ("ann", anns)]
    assert suggestions.topics._readings.keys() == {(anns, part.library.digests()[anns])}


def test_a_library_that_can_not_be_read_is_tried_once_by_each_who_asks():
    class Unreadable:
        tried = 0

        def digests(self):
            return {"a": "1"}

        def documents(self):
            self.tried += 1
            raise RetrievalFailed

    topics, library = LibraryTopics(), Unreadable()
    for asked in (1, 2):
        assert topics.of(library, wait_s=20).topics == {}
        assert library.tried == asked

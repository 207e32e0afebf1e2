"""What is proposed to a user: first questions, and what to ask after an answer; each of them finds its passages."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from footnote.callers import Caller, acting_for
from footnote.conversations import Answer, AnswerLog, outcome
from footnote.errors import RetrievalFailed
from footnote.events import Citation
from footnote.passages import Document, Filter, Library, Retriever
from footnote.profiles import Profile
from footnote.suggesting.followups import Around, follow
from footnote.suggesting.library_topics import LibraryTopics
from footnote.suggesting.questions import Proposed, Wanted, about, propose
from footnote.suggesting.topics import Topic
from footnote.wording import Say

FIRST = 4
AFTER = 3
MOST_TRIED = 12
"""Questions that are tried until as many as are wanted have found their passages."""
AMONG = 8
"""The passages among which one of a question's own has to be, as many as a model is given."""
WAIT_S = 2.0
"""How long a first request waits for the topics; they come with the next one."""
TRIES_S = 0.6
"""How long questions are tried, where searching takes long; what was found out is known to the next request."""
MOST_TESTED = 5000


@dataclass(frozen=True, slots=True)
class _Known:
    """The library as it stands."""

    documents: Sequence[Document]
    topics: Mapping[str, Sequence[Topic]]
    number: int = 0
    """Of the reading that the topics come from."""

    def within(self, limits: Filter) -> _Known:
        """What of it a question with this filter can be answered from."""
        documents = [document for document in self.documents if limits.is_met_by(document)]
        return replace(
            self, documents=documents, topics={d.id: self.topics[d.id] for d in documents if d.id in self.topics}
        )


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Proposes questions out of the library; no model is asked."""

    library: Library
    retriever: Retriever
    log: AnswerLog
    topics: LibraryTopics = field(default_factory=LibraryTopics)
    tested: dict[tuple[int, Filter, str, frozenset[str]], bool] = field(default_factory=dict)
    """Whether a search answered a question, by the reading of the library that it was made of."""

    def on_behalf_of(self, caller: Caller) -> Suggestions:
        """The same out of what the caller may read; shared is only what was found out of the very same documents."""
        return replace(self, library=acting_for(self.library, caller), retriever=acting_for(self.retriever, caller))

    def first(self, user: str, profile: Profile | None, say: Say, today: date) -> list[str]:
        """What a new conversation may begin with, among the sources that it searches: the same for a day."""
        told = profile or Profile()
        known = self._known().within(told.sources)
        wanted = Wanted(tuple(own for topic in told.topics if (own := about(topic))), f"{user} {today.isoformat()}")
        return self._found(propose(known.documents, known.topics, wanted, say), known, told.sources, FIRST)

    def after(self, answer: Answer, say: Say) -> list[str]:
        """What may be asked next, from what the answer cites and what stands beside it."""
        cited = _cited(outcome(self.log.read(answer.id)).citations)
        if not cited:
            return []
        limits = replace(answer.filter, without=frozenset(), without_documents=frozenset())
        known = self._known().within(limits)
        if not known.topics:  # nothing to propose: an index would be asked for each neighbour in vain
            return []
        around = Around(
            {document.id: document for document in known.documents},
            self._neighbours(cited),
            tuple(other.query for other in self.log.answers(answer.session_id)),
        )
        return self._found(follow(known.topics, around, say), known, limits, AFTER)

    def frequent(self, count: int, wait_s: float = 0.0) -> list[str]:
        """What many documents speak about, or a few at length; nothing while they are being read for longer."""
        topics = [topic for of in self._known(wait_s).topics.values() for topic in of[:3]]
        best = {topic.terms: topic.text for topic in sorted(topics, key=lambda t: t.score)}
        return list(islice(reversed(best.values()), count))

    def _known(self, wait_s: float = WAIT_S) -> _Known:
        found = self.topics.of(self.library, wait_s)
        return _Known(self.library.documents(), found.topics, found.number)

    def _neighbours(self, cited: Sequence[Citation]) -> frozenset[str]:
        """The ids of the cited passages and of those beside them."""
        ids: set[str] = set()
        for citation in cited:
            if own := self.library.passage(citation.passage_id):
                near = self.library.passages(own.document_id, max(0, own.ordinal - 1), 3)
                ids.update(passage.id for passage in near if abs(passage.ordinal - own.ordinal) <= 1)
        return frozenset(ids)

    def _found(self, proposed: Iterable[Proposed], known: _Known, limits: Filter, count: int) -> list[str]:
        """The first of them that a search within the limits answers with a passage of their own."""
        try:
            return list(islice(self._answerable(islice(proposed, MOST_TRIED), known, limits), count))
        except RetrievalFailed:
            return []

    def _answerable(self, proposed: Iterable[Proposed], known: _Known, limits: Filter) -> Iterator[str]:
        until = time.monotonic() + TRIES_S
        for question in proposed:
            tested = known.number, limits, question.query, question.passage_ids
            if tested not in self.tested:
                if time.monotonic() > until:
                    return
                if len(self.tested) >= MOST_TESTED:
                    self.tested.clear()
                hits = self.retriever.search(question.query, filter=limits, limit=AMONG)
                self.tested[tested] = any(hit.passage.id in question.passage_ids for hit in hits)
            if self.tested[tested]:
                yield question.query


def _cited(citations: Sequence[Citation]) -> list[Citation]:
    return [citation for citation in citations if citation.cited]

"""What may be asked after an answer: topics that stand beside what it cites, and that nobody asked for yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footnote.passages import Document, Kind
from footnote.suggesting.questions import Proposed, about, asked, called
from footnote.suggesting.topics import Topic
from footnote.wording import Say

MOST_OF_ONE = 2
"""Questions about one document."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an answer."""

    documents: Mapping[str, Document]
    passage_ids: frozenset[str]
    """The passages that it cites, and those beside them."""
    asked: Sequence[str]
    """All questions of the conversation."""


def follow(found: Mapping[str, Sequence[Topic]], around: Around, say: Say) -> Iterator[Proposed]:
    """Questions about what else stands there, the best first, none of them asked before."""
    before = {question.casefold().strip() for question in around.asked}
    used = set(about(*around.asked))
    of: dict[str, int] = {}
    topics = [topic for id in around.documents for topic in found.get(id, ()) if _stands_there(topic, around)]
    for number, topic in enumerate(sorted(topics, key=lambda t: -t.score)):
        document = around.documents[topic.document_id]
        if used & topic.terms or of.get(document.id, 0) >= MOST_OF_ONE:
            continue
        question = asked(_form(topic, document, number), topic, document, say)
        if question.query.casefold() not in before:
            used |= topic.terms
            of[document.id] = of.get(document.id, 0) + 1
            yield question


def _stands_there(topic: Topic, around: Around) -> bool:
    return not around.passage_ids.isdisjoint(topic.passage_ids)


def _form(topic: Topic, document: Document, number: int) -> str:
    if document.kind is not Kind.RECORDING:
        return "document"
    if number % 2 and topic.speakers and called(topic.speakers[0]):
        return "speaker"
    return "decided" if topic.decided else "else"

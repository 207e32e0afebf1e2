"""Stand-ins for what is dear or far away; each implements the whole of its protocol."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from footnote.chat import Cancellation, Chunk, FinishReason, Prompt, Usage
from footnote.conversations import Answer, AnswerLog
from footnote.events import Done, Error, Event, Stopped
from footnote.passages import EVERYTHING, Document, Filter, Hit, Kind, Passage, Scope, Segment
from footnote.storage.memory import MemoryLog
from footnote.wire import Entry, text_of

Step = str | Chunk | Exception | threading.Event
"""Text, a chunk, a failure, or a gate at which the model waits until the test opens it."""

STOP = Chunk(finish=FinishReason.STOP, usage=Usage(7, 3))
PATIENCE_S = 30.0
"""How long a test waits for what has to happen; never waited out where it does."""
SOON_S = 5.0
"""What is done at once is done within this also on a busy machine; far below what it must not wait for."""


def once(promise: Callable[[], bool]) -> bool:
    """Whether a promise of so many milliseconds is kept in one of three goes: the machine is shared."""
    return any(promise() for _ in range(3))


class ScriptedModel:
    """A ``Model`` that follows its script; it tells what it was asked, and that it was closed."""

    def __init__(self, *script: Step, name: str = "scripted", retrieves: bool = False) -> None:
        self.name = name
        self.retrieves = retrieves
        self.script: tuple[Step, ...] = script
        self.prompts: list[Prompt] = []
        self.started = threading.Event()
        self.closed = threading.Event()

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        self.prompts.append(prompt)
        self.started.set()
        try:
            for step in self.script:
                cancellation.raise_if_requested()
                if isinstance(step, threading.Event):
                    with cancellation.on_request(step.set):
                        assert step.wait(PATIENCE_S), "the test never opened the gate"
                    cancellation.raise_if_requested()
                elif isinstance(step, Exception):
                    raise step
                else:
                    yield Chunk(step) if isinstance(step, str) else step
        finally:
            self.closed.set()


class ListRetriever:
    """A ``Retriever`` over a list: the more of the query's words a passage has, the better it fits."""

    def __init__(self, *passages: Passage, fails: Exception | None = None) -> None:
        self.passages = passages
        self.fails = fails
        self.queries: list[str] = []

    def scope(self, filter: Filter) -> Scope:
        return Scope(*(len({p.document_id for p in passages}) for passages in (self._allowed(filter), self.passages)))

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        self.queries.append(query)
        if self.fails:
            raise self.fails
        wanted = words(query)
        hits = [Hit(p, float(len(words(p.text) & wanted))) for p in self._allowed(filter)]
        return sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)[:limit]

    def _allowed(self, filter: Filter) -> list[Passage]:
        ids, without = filter.document_ids, filter.without | filter.without_documents
        return [
            p for p in self.passages if (ids is None or p.document_id in ids) and not {p.id, p.document_id} & without
        ]


class ListLibrary:
    """A ``Library`` in a dictionary."""

    def __init__(self, *documents: Document) -> None:
        self._kept: dict[str, tuple[Document, tuple[Passage, ...]]] = {d.id: (d, ()) for d in documents}

    def documents(self) -> list[Document]:
        return sorted((document for document, _ in self._kept.values()), key=lambda d: d.title)

    def digests(self) -> Mapping[str, str]:
        return {id: document.digest for id, (document, _) in self._kept.items()}

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        self._kept[document.id] = document, tuple(passages)

    def swap(self, before: Document | None, document: Document, passages: Sequence[Passage]) -> bool:
        if self.document(document.id) != before:
            return False
        self.replace(document, passages)
        return True

    def document(self, document_id: str) -> Document | None:
        return self._kept[document_id][0] if document_id in self._kept else None

    def set_tags(self, document_id: str, tags: Sequence[str]) -> bool:
        if document_id not in self._kept:
            return False
        document, passages = self._kept[document_id]
        self._kept[document_id] = replace(document, tags=tuple(tags)), passages
        return True

    def passage(self, passage_id: str) -> Passage | None:
        return next((p for _, passages in self._kept.values() for p in passages if p.id == passage_id), None)

    def remove(self, document_id: str) -> bool:
        return self._kept.pop(document_id, None) is not None

    def passages(self, document_id: str, first: int = 0, most: int | None = None) -> list[Passage]:
        kept = self._kept[document_id][1] if document_id in self._kept else ()
        return [passage for passage in kept if passage.ordinal >= first][:most]


class CommitLog(MemoryLog):
    """The real log in memory, which also remembers its commits and can be made to wait in one."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[list[tuple[str, list[Event]]]] = []
        self.committed = threading.Condition()
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.appending = threading.Event()

    def append(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> list[str]:
        self.appending.set()
        assert self.may_commit.wait(PATIENCE_S)
        lost = super().append(batches)
        with self.committed:
            self.commits.append([(answer_id, list(events)) for answer_id, events in batches])
            self.committed.notify_all()
        return lost

    def wait_for_commits(self, count: int) -> None:
        with self.committed:
            assert self.committed.wait_for(lambda: len(self.commits) >= count, PATIENCE_S)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def passage(id: str, text: str, *segments: Segment, document: str | None = None, page: int | None = None) -> Passage:
    """A passage of the document ``document``, whose title is that id in capitals."""
    document = document or id
    return Passage(id, document, document.upper(), 0, text, segments, page)


def document(id: str, kind: Kind = Kind.RECORDING) -> Document:
    """A document under an id."""
    return Document(id, id.upper(), kind, f"{id}.txt", "digest")


def an_answer(**fields: object) -> Answer:
    """An answer with new ids, but for the fields given."""
    usual: dict[str, object] = {
        "id": str(uuid4()),
        "session_id": str(uuid4()),
        "user": "ann",
        "query": "What was decided?",
        "model": "scripted",
        "recording_filter": (),
        "created_at": datetime.now(UTC),
    }
    return Answer(**(usual | fields))  # type: ignore[arg-type]


def until_end(log: AnswerLog, answer_id: str) -> list[Entry]:
    """All entries of an answer's log, once it has ended."""
    entries: list[Entry] = []
    while not (entries and isinstance(entries[-1].event, Done | Error | Stopped)):
        new = log.wait(answer_id, len(entries), PATIENCE_S)
        assert new, "the answer did not end"
        entries += new
    return entries


def until_text(log: AnswerLog, answer_id: str, text: str) -> None:
    """Return once the log holds all of a text, however its tokens were gathered."""
    entries: list[Entry] = []
    while text_of(entries) != text:
        new = log.wait(answer_id, len(entries), PATIENCE_S)
        assert new, "the answer did not come that far"
        entries += new


def until(log: AnswerLog, answer_id: str, kind: type[Event], count: int = 1) -> list[Entry]:
    """The log's entries, once ``count`` of a kind are among them."""
    entries: list[Entry] = []
    while sum(isinstance(e.event, kind) for e in entries) < count:
        new = log.wait(answer_id, len(entries), PATIENCE_S)
        assert new, "the answer did not come that far"
        entries += new
    return entries

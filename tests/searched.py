"""A library and what searches it, for the tests of retrieval."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from footnote.passages import EVERYTHING, Document, Filter, Hit, Kind, Library, Parsed, Passage, Retriever, Segment
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Writer
from footnote.retrieval.sized import SizedRetriever


def parsed(id: str, *texts: str, title: str = "Untitled", speaker: str | None = None, **fields: Any) -> Parsed:
    """A document with a passage for each text."""
    document = Document(id, title, Kind.RECORDING if speaker else Kind.TEXT, f"{id}.txt", "x", **fields)
    passages = [Passage(f"{id}#{n}", id, title, n, text, (Segment(0, n, speaker),)) for n, text in enumerate(texts)]
    return Parsed(document, tuple(passages))


@dataclass
class Searched:
    """A library and the retriever that searches it."""

    library: Library
    retriever: Retriever
    by_meaning: bool = False
    """It finds what is near, too, and so nearly always something."""
    most: int = 1000
    """Passages that it gives at once."""

    def put(self, id: str, *texts: str, **fields: Any) -> None:
        made = parsed(id, *texts, **fields)
        self.library.replace(made.document, made.passages)

    def passage(self, id: str, ordinal: int) -> Passage:
        return self.library.passages(id)[ordinal]

    def remove(self, id: str) -> None:
        self.library.remove(id)

    def found(self, query: str, *ids: str, limit: int = 10) -> list[str]:
        return [hit.passage.id for hit in self.retriever.search(query, filter=Filter.of(ids), limit=limit)]

    def best(self, query: str) -> list[str]:
        """What is found; of who searches by meaning, the first."""
        return self.found(query)[: 1 if self.by_meaning else None]


class Followed:
    """A ``Retriever`` that has tantivy's index follow before each search, and takes no answer but that index's."""

    def __init__(self, engine: Engine, database: Path) -> None:
        self._sized = SizedRetriever(engine, database, least=0)
        self._sized._small.search = lambda *_, **__: None
        self._writer = Writer(engine, Place(database), lambda: False)
        self._one_at_a_time = threading.Lock()
        self.scope = self._sized.scope

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        for _ in range(100):  # a change may come in between
            with self._one_at_a_time:
                self._writer.follow()
            if (found := self._sized.search(query, filter=filter, limit=limit)) is not None:
                return found
        raise AssertionError("the index never came to where the database was")

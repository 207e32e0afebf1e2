"""A long document is put into SQLite's full-text index piece by piece, and stands there whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from footnote.errors import StorageFailed
from footnote.passages import Document, Filter, Kind, Passage
from footnote.retrieval.embedded import MOST_READ, EmbeddedRetriever
from footnote.storage import indexing
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.transactions import reading, writing

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


class Shelf:
    """A library with its retriever, at a moment that can be set."""

    def __init__(self, place) -> None:
        self.now = NOON
        self.engine = open_database(place)
        self.library = SqlLibrary(self.engine, now=lambda: self.now)
        self.retriever = EmbeddedRetriever(self.engine)

    def put(self, word: str, count: int, id: str = "long", before: Document | None = None) -> bool:
        """Put a document in whose passages all hold a word; whether nobody else came first."""
        return self.library.swap(before or self.library.document(id), *long(word, count, id))

    def found(self, word: str, filter: Filter | None = None) -> int:
        """How many passages a search for a word finds."""
        return len(self.retriever.search(word, filter=filter or Filter(), limit=50))

    def stands(self, word: str, count: int, *, other: str) -> bool:
        """Whether the long document is this one, for everybody who reads."""
        texts = [passage.text for passage in self.library.passages("long")]
        filter = Filter(document_ids=frozenset({"long"}))
        found = (self.found(word), self.found(word, filter), self.found(other))
        return texts == [f"A {word} swims."] * count and found == (count, count, 0)

    def left(self) -> int:
        """Rows of the index that are no passage's."""
        with reading(self.engine) as connection:
            assert not connection.scalar(
                text("SELECT count(*) FROM passages WHERE number NOT IN (SELECT rowid FROM passages_fts)")
            )
            return connection.scalar(
                text("SELECT count(*) FROM passages_fts WHERE rowid NOT IN (SELECT number FROM passages)")
            )


def long(word: str, count: int, id: str = "long") -> tuple[Document, list[Passage]]:
    made = [Passage(f"{id}#{n}", id, "Fish", n, f"A {word} swims.") for n in range(count)]
    return Document(id, "Fish", Kind.TEXT, f"{id}.txt", f"{word}{count}"), made


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(indexing, "PIECE", 2)
    monkeypatch.setattr(indexing, "PAUSE_S", 0)
    made = Shelf(tmp_path / "footnote.db")
    yield made
    made.engine.dispose()


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something done in each pause but those of what is done there."""

    def each(act) -> None:
        inside = []

        def pause(_seconds) -> None:
            if not inside:
                inside.append(1)
                act()
                inside.clear()

        monkeypatch.setattr(indexing.time, "sleep", pause)

    return each


def test_while_it_is_taken_in_others_write_and_the_one_before_it_stands(shelf, meanwhile) -> None:
    shelf.put("salmon", 5)
    seen = []

    def others() -> None:
        shelf.put("whale", 3, f"between {len(seen)}")
        seen.append((shelf.stands("salmon", 5, other="trout"), shelf.stands("trout", 6, other="salmon")))

    meanwhile(others)
    assert shelf.put("trout", 6)
    assert seen[:3] == [(True, False)] * 3
    assert set(seen[3:]) == {(False, True)}
    assert shelf.found("whale") == 3 * len(seen)
    assert shelf.left() == 0


def test_what_is_not_there_yet_takes_no_place_among_what_is_found(shelf, meanwhile, monkeypatch) -> None:
    monkeypatch.setattr(indexing, "PIECE", 60)
    shelf.put("salmon", 5, "short")
    found = []
    meanwhile(lambda: found.append(shelf.found("swims")))
    shelf.put("swims", MOST_READ + 20)  # each fits better than those that stand there
    assert found == [5, 5]


def test_it_is_removed_at_once_and_its_index_while_others_write(shelf, meanwhile) -> None:
    """In one transaction 50,000 passages take 8 s, in which no answer could be written."""
    shelf.put("salmon", 5)
    seen = []

    def others() -> None:
        with writing(shelf.engine):
            seen.append((shelf.library.document("long"), shelf.found("salmon"), shelf.left()))

    meanwhile(others)
    assert shelf.library.remove("long")
    assert seen == [(None, 0, 3), (None, 0, 1), (None, 0, 0)]


def test_what_is_put_in_while_it_is_removed_stays_whole(shelf, meanwhile) -> None:
    shelf.put("salmon", 5)
    meanwhile(lambda: shelf.library.document("long") or shelf.put("trout", 4))
    assert shelf.library.remove("long")
    assert shelf.stands("trout", 4, other="salmon")
    assert shelf.left() == 0


def test_what_comes_second_leaves_nothing(shelf, meanwhile) -> None:
    meanwhile(lambda: shelf.library.document("long") or shelf.put("salmon", 2))
    assert not shelf.put("trout", 5)
    assert shelf.stands("salmon", 2, other="trout")
    assert shelf.left() == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from unit.storage.test_indexing import NOON, Shelf, indexing

def die(_):
    die.pieces -= 1
    if not die.pieces:
        os.kill(os.getpid(), signal.SIGKILL)

die.pieces = 2
indexing.PIECE = 2
indexing.time.sleep = die
Shelf(Path(sys.argv[1])).put("trout", 7)
"""


def test_what_a_killed_process_wrote_is_found_by_nobody_and_cleared_an_hour_later(shelf, tmp_path) -> None:
    shelf.put("salmon", 5)
    child = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "footnote.db")], cwd="tests", check=False)
    assert child.returncode == -signal.SIGKILL
    assert shelf.stands("salmon", 5, other="trout")
    assert shelf.left() == 4
    shelf.now += indexing.ABANDONED - timedelta(minutes=1)
    shelf.put("whale", 1, "other")
    assert shelf.left() == 4
    shelf.now += timedelta(minutes=2)
    shelf.put("whale", 2, "other")
    assert shelf.left() == 0
    assert shelf.put("trout", 7)
    assert shelf.stands("trout", 7, other="salmon")


def test_who_slept_until_their_pieces_were_cleared_puts_nothing_in(shelf, meanwhile) -> None:
    shelf.put("salmon", 5)

    def sleeps() -> None:
        shelf.now += 2 * indexing.ABANDONED
        shelf.put("whale", 1, f"other {shelf.now}")

    meanwhile(sleeps)
    with pytest.raises(StorageFailed):
        shelf.put("trout", 7)
    assert shelf.stands("salmon", 5, other="trout")
    assert shelf.left() == 0

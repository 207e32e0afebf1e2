"""The index of a large library: chosen by size, written by one process, and never believed where it is behind."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from footnote.passages import Filter
from footnote.retrieval import sized
from footnote.retrieval.large import following, owner, reader
from footnote.retrieval.large.following import End
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Lost, Writer
from footnote.retrieval.sized import SizedRetriever
from footnote.storage.changes import standing
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.transactions import reading, writing
from searched import Followed, Searched

LEAST = 4
SOON_S = 30.0

DIES_WHILE_IT_WRITES = """
import os, signal, sys
from pathlib import Path
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Lost, Writer
from footnote.storage import changes
from footnote.storage.changes import standing
from footnote.storage.database import open_database
changes.SLICE = 2
slices = iter([False, False, True])
def unwanted():
    return next(slices) and os.kill(os.getpid(), signal.SIGKILL)
database = Path(sys.argv[1])
Writer(open_database(database, prepared=True), Place(database), unwanted).follow()
"""
WITHOUT_A_DISK = """
import resource, sys
from footnote.retrieval import sized
from footnote.retrieval.large import following
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
sys.exit(following.main())
"""


class Serving:
    """A process that serves, as far as searches go: which index answers can be told."""

    def __init__(self, database: Path) -> None:
        self.engine = open_database(database)
        self.retriever = SizedRetriever(self.engine, database, least=LEAST)
        self.library = Searched(SqlLibrary(self.engine), self.retriever)
        self.by_fts = 0
        small = self.retriever._small.search

        def counted(*args, **kwargs):
            self.by_fts += 1
            return small(*args, **kwargs)

        self.retriever._small.search = counted

    def found(self, query: str, filter: Filter | None = None) -> list[str]:
        return sorted(hit.passage.id for hit in self.retriever.search(query, filter=filter or Filter()))

    def found_by_the_index(self, query: str, filter: Filter | None = None) -> list[str]:
        """What is found as soon as the large library's index answers."""
        until = time.monotonic() + SOON_S
        while time.monotonic() < until:
            before = self.by_fts
            found = self.found(query, filter)
            if self.by_fts == before:
                return found
            time.sleep(0.02)
        raise AssertionError("the index never came to where the database is")

    @property
    def writer(self) -> int | None:
        """The process that writes, where it is this one's."""
        child = self.retriever._reader_and_owner()[1]._child
        return child.pid if child and child.poll() is None else None

    def close(self) -> None:
        self.retriever.close()
        self.engine.dispose()


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(sized, "SMALL_S", 0.0)
    monkeypatch.setattr(owner, "LOOK_S", 0.1)
    monkeypatch.setattr(owner, "KILLED_RESTS_S", 0.0)


@pytest.fixture
def nobody_begins(monkeypatch):
    """No process writes the index but the one that a test has write it."""
    monkeypatch.setattr(owner.Owner, "begin", lambda _: None)


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "footnote.db"


@contextmanager
def serving(database: Path) -> Iterator[Serving]:
    made = Serving(database)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def served(database) -> Iterator[Serving]:
    with serving(database) as made:
        yield made


def index(database: Path) -> Place:
    return Place(database)


def test_it_is_chosen_by_size_and_follows_what_is_added_tagged_and_removed(served, database):
    served.library.put("a", "The salmon quota.", "Ünïcode, 鮭の割当.")
    assert served.found("salmon") == ["a#0"]
    assert not list(database.parent.glob("*.index"))
    served.library.put("b", "Salmon and herring.", "Nothing.", "Nothing else.", tags=("fish",))
    assert served.found("salmon") == ["a#0", "b#0"]  # at once, by SQLite's own
    assert served.found_by_the_index("salmon") == ["a#0", "b#0"]
    assert served.found_by_the_index("割当") == ["a#1"]
    assert served.found_by_the_index("unicode", Filter(document_ids=frozenset(["a", "\ud800"]))) == ["a#1"]
    assert index(database).stands
    served.library.library.set_tags("a", ["fish"])
    fish = Filter(tags=frozenset(["fish"]))
    assert served.found("salmon", fish) == ["a#0", "b#0"]
    assert served.found_by_the_index("salmon", fish) == ["a#0", "b#0"]
    served.library.remove("b")
    served.library.put("c", "Cod.", "Salmon once more.", "Cod.")
    assert served.found("salmon") == ["a#0", "c#1"]
    assert served.found_by_the_index("salmon") == ["a#0", "c#1"]


def test_one_process_writes_another_takes_over_and_what_is_removed_is_made_anew(served, database):
    served.library.put("a", *["The salmon quota."] * LEAST)
    assert served.found_by_the_index("salmon quota")
    with serving(database) as other:
        assert len(other.found_by_the_index("salmon")) == LEAST
        assert other.writer is None
        first = served.writer
        assert os.getsid(first) != os.getsid(0)  # Ctrl-C is not for it
        served.retriever._reader_and_owner()[1]._rests_until = time.monotonic() + 2 * SOON_S
        served.retriever._reader_and_owner()[1]._closed.set()  # it dies with what it began
        os.kill(first, signal.SIGKILL)
        served.library.put("b", "A new quota of herring.")
        assert other.found_by_the_index("herring") == ["b#0"]
        assert other.writer not in {None, first}
        assert served.found_by_the_index("herring") == ["b#0"]
        index(database).clear()
        assert len(served.found("salmon")) == LEAST
        served.library.put("c", "Cod.")
        assert served.found_by_the_index("cod") == ["c#0"]
        assert index(database).stands


@pytest.mark.usefixtures("nobody_begins")
def test_a_writer_that_is_killed_in_mid_write_leaves_nothing_that_is_believed(served, database):
    for n in range(4):
        served.library.put(f"d{n}", "The salmon quota.", "Herring.")
    killed = subprocess.run([sys.executable, "-c", DIES_WHILE_IT_WRITES, str(database)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert reader.Reader(database).at(newest(served.engine)) is None
    followed(served.engine, database)
    assert served.found_by_the_index("salmon") == [f"d{n}#0" for n in range(4)]


@pytest.mark.parametrize("torn", ["meta.json", "*.term", "*.store", "*"])
def test_a_torn_index_is_found_out_and_made_anew(large, tmp_path, torn):
    large.put("a", "The salmon quota.", "Herring.")
    assert large.found("salmon") == ["a#0"]
    large.retriever._writer.close()
    del large.retriever._writer
    place = Place(tmp_path / "footnote.db")
    for path in place.index.glob(torn):
        if path.is_file() and path.suffix != ".lock":
            path.unlink()
            path.write_bytes(b"torn")
    assert reader.Reader(tmp_path / "footnote.db").at(newest(large.library._engine)) is None
    assert not place.stands
    large.put("b", "Salmon.")
    anew = Searched(large.library, Followed(large.library._engine, tmp_path / "footnote.db"))
    assert sorted(anew.found("salmon")) == ["a#0", "b#0"]


@pytest.mark.usefixtures("nobody_begins")
def test_a_full_disk_leaves_searches_as_they_were_and_says_so_once(served, database, caplog):
    served.library.put("a", *["The salmon quota."] * LEAST)
    command = [sys.executable, "-c", WITHOUT_A_DISK, str(database), "1"]
    assert subprocess.run(command, check=False, stdin=subprocess.PIPE).returncode == End.UNWRITABLE
    nowhere = owner.Owner(database, LEAST)
    for _ in range(2):
        nowhere._ended(End.UNWRITABLE)
    assert len([record for record in caplog.records if "can't be written" in record.message]) == 1
    assert len(served.found("salmon")) == LEAST


def test_where_no_index_can_be_made_nobody_waits_for_it(served, database):
    database.with_suffix(".index").touch()
    served.library.put("a", *["The salmon quota."] * LEAST)
    served.retriever.complete()
    assert len(served.found("salmon")) == LEAST


def test_under_an_older_database_the_index_is_made_anew(served, database):
    served.library.put("a", "The salmon quota.")
    writer = Writer(served.engine, index(database), lambda: False)
    writer.follow()
    with writing(served.engine) as connection:
        connection.execute(text("DELETE FROM changes"))
    with pytest.raises(Lost):
        writer.follow()
    assert not index(database).stands


@pytest.mark.usefixtures("nobody_begins")
def test_beside_another_database_as_far_along_the_index_is_made_anew(served, database):
    """Somebody deletes the database alone, and takes all in once more."""
    served.library.put("a", "The salmon quota.", "Herring.", "Cod.", "Eels.")
    followed(served.engine, database)
    for path in database.parent.glob("footnote.db*"):
        path.unlink()
    with serving(database) as anew:
        anew.library.put("a", "Herring.", "The salmon quota.", "Cod.", "Eels.")
        assert anew.found("salmon") == ["a#1"]
        with suppress(Lost):
            followed(anew.engine, database)
        followed(anew.engine, database)
        assert anew.found_by_the_index("salmon") == ["a#1"]


def test_beside_an_older_database_that_has_gone_on_the_index_is_made_anew(served, database, tmp_path):
    """A backup is put in place, and documents are taken in, while nobody looks."""
    served.library.put("a", "The salmon quota.", "Herring.", "Cod.", "Eels.")
    kept = tmp_path / "kept.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))
    served.library.put("a", "Nothing of it.", "Herring.", "Cod.", "Eels.")
    followed(served.engine, database)
    served.engine.dispose()
    shutil.copy(kept, database)
    with serving(database) as restored:
        restored.library.put("b", "Bream.")
        restored.library.put("c", "Pike.")
        with pytest.raises(Lost):
            followed(restored.engine, database)
        assert not index(database).stands


def test_who_can_open_no_file_just_now_condemns_no_index(served, database):
    served.library.put("a", "The salmon quota.")
    followed(served.engine, database)
    early, now = reader.Reader(database), newest(served.engine)
    with no_file_opened():
        assert early.at(now) is None
    assert reader.Reader(database).at(now) is not None
    assert served.found("salmon") == ["a#0"]


@pytest.mark.usefixtures("nobody_begins")
def test_who_can_open_no_file_just_now_finds_by_what_is_open(served):
    served.library.put("a", *["The salmon quota."] * LEAST)
    with no_file_opened():
        assert len(served.found("salmon")) == LEAST


def test_an_index_of_another_day_from_which_anything_was_removed_is_made_anew(served, database, monkeypatch):
    """Its files may still hold the words; also where each process lives for less than a day."""
    served.library.put("a", *["The salmon quota."] * 20)
    served.library.put("b", "Herring.")
    followed(served.engine, database)
    served.library.remove("b")
    monkeypatch.setattr(following, "LOOK_S", 0.0)
    ended = threading.Event()
    ended.set()
    assert following.follow(served.engine, index(database), LEAST, ended) is End.WELL
    os.utime(index(database).index / "born", (0, 0))
    with pytest.raises(Lost):
        following.follow(served.engine, index(database), LEAST, threading.Event())


def test_a_library_that_has_become_small_keeps_no_index(served, database, monkeypatch):
    served.library.put("a", *["The salmon quota."] * LEAST)
    place = index(database)
    writer = Writer(served.engine, place, lambda: False)
    writer.follow()
    writer.close()
    del writer
    assert following.follow(served.engine, place, 3 * LEAST, threading.Event()) is End.TOO_FEW
    assert not place.stands
    quietly = owner.Owner(database, LEAST)
    quietly._ended(End.TOO_FEW)
    assert quietly.given_up  # who waits for the index to be complete waits no more


def test_how_much_is_gone_from_an_index_is_known(served, database):
    served.library.put("a", *["The salmon quota."] * 20)
    served.library.put("b", *["Herring."] * 10)
    writer = Writer(served.engine, index(database), lambda: False)
    writer.follow()
    assert writer.removed == 0
    served.library.remove("b")
    writer.follow()
    assert writer.removed == pytest.approx(1 / 3)


@contextmanager
def no_file_opened() -> Iterator[None]:
    """As many files are open as this process may open."""
    _, most = bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))  # a number, not a count: 0, 1 and 2 are taken
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, bounds)


def followed(engine: Engine, database: Path) -> None:
    """Have the index come to where the database is, and be left there."""
    writer = Writer(engine, index(database), lambda: False)
    try:
        writer.follow()
    finally:
        writer.close()


def newest(engine: Engine) -> int:
    with reading(engine) as connection:
        return standing(connection).newest

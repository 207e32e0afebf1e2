"""The index of a large library: chosen by size, written by one process, and never believed where it is behind."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from footnote.passages import Filter
from footnote.retrieval import sized
from footnote.retrieval.large import following, owner, place, reader
from footnote.retrieval.large.following import End
from footnote.retrieval.large.place import Place
from footnote.retrieval.large.writer import Lost, Writer
from footnote.storage.transactions import writing
from large_library import LEAST, followed, newest, no_file_opened, serving
from searched import Followed, Searched

pytestmark = pytest.mark.usefixtures("quickly")

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


def test_it_is_chosen_by_size_and_follows_what_is_added_tagged_and_removed(served, database):
    served.library.put("a", "The salmon quota.", "Ünïcode, 鮭の割当.")
    assert served.found("salmon") == ["a#0"]
    assert not list(database.parent.glob("*.index"))
    served.library.put("b", "Salmon and herring.", "Nothing.", "Nothing else.", tags=("fish",))
    assert served.found("salmon") == ["a#0", "b#0"]  # at once, by SQLite's own
    assert served.found_by_the_index("salmon") == ["a#0", "b#0"]
    assert served.found_by_the_index("割当") == ["a#1"]
    assert served.found_by_the_index("unicode", Filter(document_ids=frozenset(["a", "\ud800"]))) == ["a#1"]
    assert Place(database).stands
    served.library.library.set_tags("a", ["fish"])
    fish = Filter(tags=frozenset(["fish"]))
    assert served.found("salmon", fish) == ["a#0", "b#0"]
    assert served.found_by_the_index("salmon", fish) == ["a#0", "b#0"]
    served.library.remove("b")
    served.library.put("c", "Cod.", "Salmon once more.", "Cod.")
    assert served.found("salmon") == ["a#0", "c#1"]
    assert served.found_by_the_index("salmon") == ["a#0", "c#1"]


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


def test_under_an_older_database_the_index_is_made_anew(served, database):
    served.library.put("a", "The salmon quota.")
    writer = Writer(served.engine, Place(database), lambda: False)
    writer.follow()
    with writing(served.engine) as connection:
        connection.execute(text("DELETE FROM changes"))
    with pytest.raises(Lost):
        writer.follow()
    assert not Place(database).stands


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
        assert not Place(database).stands


@pytest.mark.parametrize("further", [0, 1], ids=["as far as the index", "further"])
def test_who_was_there_all_along_never_takes_the_index_of_another_database(
    served, database, tmp_path, monkeypatch, further
):
    """A backup is put in place and goes on; whoever serves it begins, and searches while the index is found out."""
    monkeypatch.setattr(owner.Owner, "_see_to_it", lambda _: None)
    served.library.put("a", "The salmon quota.", "Herring.", "Cod.", "Eels.")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "kept.db"),))
    served.library.put("a", "Nothing of it.", "Herring.", "Cod.", "Eels.")
    followed(served.engine, database)
    indexed = newest(served.engine)
    served.engine.dispose()
    for path in database.parent.glob("footnote.db*"):
        path.unlink()
    shutil.copy(tmp_path / "kept.db", database)
    with serving(database) as restored:
        restored.library.put("b", "Bream and salmon.", "Pike.")
        for n in range(further):
            restored.library.put(f"c{n}", "Roach.")
        assert newest(restored.engine) == indexed + further
        assert restored.found("salmon") == ["a#0", "b#0"]
        compare = Writer._compare

        def searched_meanwhile(writer):
            assert restored.found("salmon") == ["a#0", "b#0"]
            compare(writer)

        monkeypatch.setattr(Writer, "_compare", searched_meanwhile)
        with pytest.raises(Lost):
            followed(restored.engine, database)
        assert restored.found("salmon") == ["a#0", "b#0"]
        followed(restored.engine, database)
        assert restored.found_by_the_index("salmon") == ["a#0", "b#0"]


@pytest.mark.usefixtures("nobody_begins")
def test_an_index_made_anew_is_opened_anew_though_nothing_changed_meanwhile(served, database):
    served.library.put("a", "The salmon quota.")
    now, reading = newest(served.engine), reader.Reader(database)
    followed(served.engine, database)
    first = reading.at(now)
    assert first is not None
    Place(database).condemn()
    assert reading.at(now) is None
    reading._looks_at = 0.0
    followed(served.engine, database)
    assert reading.at(now) not in {None, first}


@pytest.mark.usefixtures("nobody_begins")
def test_a_fault_of_ours_is_none_of_the_indexs(served, database, monkeypatch):
    served.library.put("a", *["The salmon quota."] * LEAST)
    followed(served.engine, database)
    assert served.found_by_the_index("salmon")
    monkeypatch.setattr(sized, "ranked", lambda *_: int("not a number"))
    with pytest.raises(ValueError, match="not a number"):
        served.found("salmon")
    assert Place(database).stands


@pytest.mark.usefixtures("nobody_begins")
def test_where_the_index_can_never_be_used_it_is_said_once(served, monkeypatch, caplog):
    served.library.put("a", *["The salmon quota."] * LEAST)
    monkeypatch.setitem(sys.modules, "footnote.retrieval.large.reader", None)
    for _ in range(2):
        assert len(served.found("salmon")) == LEAST
    assert len([record for record in caplog.records if "can't be used" in record.message]) == 1


def test_what_decides_how_words_stand_in_the_index_is_noted_in_the_name_of_its_folder():
    """Where this fails the sources have changed: note the new digest, and every index is made anew."""
    sources = Path(place.__file__).parents[2]
    code = b"".join((sources / name).read_bytes() for name in place.MADE_BY)
    assert hashlib.sha256(code).hexdigest()[:12] == place.RULES


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
    assert following.follow(served.engine, Place(database), LEAST, ended) is End.WELL
    os.utime(Place(database).index / "born", (0, 0))
    with pytest.raises(Lost):
        following.follow(served.engine, Place(database), LEAST, threading.Event())


def test_how_much_is_gone_from_an_index_is_known(served, database):
    served.library.put("a", *["The salmon quota."] * 20)
    served.library.put("b", *["Herring."] * 10)
    writer = Writer(served.engine, Place(database), lambda: False)
    writer.follow()
    assert writer.removed == 0
    served.library.remove("b")
    writer.follow()
    assert writer.removed == pytest.approx(1 / 3)

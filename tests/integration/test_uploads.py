"""A file that was sent is taken in by a process of its own, which may die of it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from footnote import apart
from footnote.apart import in_a_child
from footnote.errors import StorageFailed
from footnote.load_errors import LoadError
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.uploads import Became, NameTaken, Taken, Upload


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sent").mkdir()
    return tmp_path


@pytest.fixture
def library(folder):
    engine = open_database(folder / "footnote.db")
    yield SqlLibrary(engine)
    engine.dispose()


def sent(folder, text, name="notes.txt", replaces=None):
    file = folder / "sent" / f"x-{len(text)}.txt"
    file.write_text(text, "utf-8")
    return Upload(file, name, "ann", replaces)


def test_a_child_takes_a_file_in_and_says_what_became_of_it(folder, library):
    take = in_a_child(folder / "footnote.db", folder / "files", 1000)
    assert take(sent(folder, "Ann: The pier opens in May.")) == Taken("notes", Became.ADDED)
    document = library.document("notes")
    assert (document.added_by, document.speakers) == ("ann", ("Ann",))
    assert [passage.text for passage in library.passages("notes")] == ["Ann: The pier opens in May."]
    with pytest.raises(NameTaken) as taken:
        take(sent(folder, "Other words."))
    assert (taken.value.id, taken.value.replaceable) == ("notes", True)
    assert take(sent(folder, "Other words.", replaces="notes")) == Taken("notes", Became.CHANGED)
    assert [file.name for file in (folder / "files").rglob("*.txt")] == ["notes.txt"]
    with pytest.raises(LoadError, match="larger than"):
        take(sent(folder, "word " * 300))


def test_a_file_that_takes_too_long_is_given_up(folder, library, monkeypatch):
    monkeypatch.setattr(apart, "LONGEST_S", 0.01)
    with pytest.raises(LoadError, match="two minutes"):
        in_a_child(folder / "footnote.db", folder / "files", 1000)(sent(folder, "Words."))
    assert library.documents() == []


def test_two_files_are_read_at_once_and_the_others_wait(folder, monkeypatch):
    inside, most, both = 0, 0, threading.Barrier(apart.AT_ONCE)
    lock = threading.Lock()

    def counted(_job):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        both.wait(10)  # as many as may be do come in together
        with lock:
            inside -= 1
        return '{"said": "taken", "id": "notes", "became": "added"}'

    monkeypatch.setattr(apart, "_done", counted)
    take = in_a_child(folder / "footnote.db", folder / "files", 1000)
    upload = sent(folder, "Words.")
    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(take, [upload] * 6))) == 6
    assert most == apart.AT_ONCE


def test_a_child_that_dies_is_the_files_end_and_nobody_elses(folder, library, monkeypatch):
    monkeypatch.setattr(apart, "_CHILD", ("-c", "import os; os.abort()"))
    with pytest.raises(LoadError, match="damaged"):
        in_a_child(folder / "footnote.db", folder / "files", 1000)(sent(folder, "Words."))


def test_a_database_that_is_away_is_said_to_be(folder):
    with pytest.raises(StorageFailed):
        in_a_child(folder / "gone" / "footnote.db", folder / "files", 1000)(sent(folder, "Words."))

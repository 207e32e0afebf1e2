"""The embedded database file: how it is made, shared and refused."""

import errno
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from footnote.errors import Code, SettingsError, StorageFailed
from footnote.passages import Document, Kind, Passage
from footnote.storage import rows, schema
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.transactions import reading, writing


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "made" / "on demand" / "footnote.db"


@pytest.fixture
def opened():
    engines = []

    def open_one(path: Path, **options):
        engines.append(open_database(path, **options))
        return engines[-1]

    yield open_one
    for engine in engines:
        engine.dispose()


def put(library: SqlLibrary, word: str, count: int = 1, id: str = "d") -> None:
    document = Document(id, "Title", Kind.TEXT, "d.md", word)
    library.replace(document, [Passage(f"{id}#{n}", id, "Title", n, f"{word} {n}") for n in range(count)])


def pragma(engine, name: str):
    with reading(engine) as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_it_is_made_with_its_folders_and_the_settings_that_keep_it_safe(path, opened):
    engine = opened(path)
    assert path.is_file()
    assert pragma(engine, "journal_mode") == "wal"
    assert pragma(engine, "synchronous") == 1
    assert pragma(engine, "foreign_keys") == 1
    assert pragma(engine, "secure_delete") == 1
    assert pragma(engine, "busy_timeout") == 0  # who waits does so in Python, where other greenlets run meanwhile


def test_opening_it_again_keeps_what_is_in_it(path, opened):
    put(SqlLibrary(opened(path)), "kept")
    assert SqlLibrary(opened(path)).passages("d")[0].text == "kept 0"


def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "footnote.db"
    path.write_text("a shopping list, long enough to be taken for a header" * 40)
    with pytest.raises(SettingsError, match=r"FOOTNOTE_DATA=.*holds no database"):
        open_database(path)
    assert path.read_text().startswith("a shopping list")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"FOOTNOTE_DATA=.*A folder can't be made there"):
        open_database(tmp_path / "file" / "footnote.db")


def test_a_place_that_is_no_file_is_refused(tmp_path):
    (tmp_path / "footnote.db").mkdir()
    with pytest.raises(SettingsError, match=r"FOOTNOTE_DATA=.*holds no database"):
        open_database(tmp_path / "footnote.db")


def test_threads_that_open_a_new_database_at_once_all_succeed(path):
    together = threading.Barrier(6)
    failures = []

    def open_one() -> None:
        together.wait()
        try:
            open_database(path).dispose()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is reported below
            failures.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_readers_see_a_document_whole_while_it_is_being_replaced(path, opened):
    """Old or new, never a mixture and never nothing; and no reader fails or waits."""
    engine = opened(path)
    library = SqlLibrary(engine)
    put(library, "old", 40)
    finished = threading.Event()
    seen = []

    def read() -> None:
        while not finished.is_set():
            seen.append([passage.text.split()[0] for passage in library.passages("d")])

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(20):
        put(library, "new" if turn % 2 == 0 else "old", 40)
    finished.set()
    reader.join()
    assert seen
    assert all(words in (["old"] * 40, ["new"] * 40) for words in seen)


def test_a_reader_is_not_stopped_by_a_writer_in_mid_transaction(path, opened):
    engine = opened(path)
    put(SqlLibrary(engine), "before")
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM documents")
        assert SqlLibrary(opened(path, busy_timeout_s=0)).passages("d")[0].text == "before 0"


def test_a_writer_that_waits_too_long_says_so_and_changes_nothing(path, opened):
    """The message is for a person: nothing of SQL, a path or an exception in it."""
    engine = opened(path)
    put(SqlLibrary(engine), "before")
    hasty = SqlLibrary(opened(path, busy_timeout_s=0))
    with writing(engine), pytest.raises(StorageFailed) as raised:
        put(hasty, "after")
    assert raised.value.message == (
        "The database is being written by another process. Nothing was changed here; try again in a moment."
    )
    assert raised.value.code is Code.UNAVAILABLE
    assert raised.value.retryable
    assert hasty.passages("d")[0].text == "before 0"


def test_a_database_held_by_another_process_is_said_to_be_so(path, opened):
    opened(path).dispose()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageFailed, match="another process"):
        open_database(path, busy_timeout_s=0.05)
    connection.close()


def test_a_full_disk_is_named_and_what_stood_there_still_stands(path, opened):
    engine = opened(path)
    library = SqlLibrary(engine)
    put(library, "before")
    full = pragma(engine, "page_count")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {full}")
    with pytest.raises(StorageFailed, match="disk is full") as raised:
        put(library, "after", 2000)
    assert raised.value.retryable
    assert library.passages("d")[0].text == "before 0"


def test_a_database_that_may_only_be_read_can_be_read_and_says_so_when_written(path, opened):
    engine = opened(path)
    library = SqlLibrary(engine)
    put(library, "before")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StorageFailed, match="read-only"):
        put(library, "after")
    assert library.passages("d")[0].text == "before 0"


def test_a_mistake_of_the_program_is_not_called_a_full_disk(path, opened):
    with pytest.raises(DBAPIError), writing(opened(path)) as connection:
        connection.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")


def test_passages_cannot_outlive_their_document(path, opened):
    engine = opened(path)
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), writing(engine) as connection:
        connection.execute(schema.passages.insert(), rows.passage_row(Passage("x#0", "x", "X", 0, "text")))


@pytest.mark.parametrize("reason", [errno.EACCES, errno.ENOSPC])
def test_a_folder_that_the_system_refuses_is_a_clear_error(tmp_path, monkeypatch, reason):
    def refuse(*_args, **_options):
        raise OSError(reason, "no")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SettingsError, match=r"FOOTNOTE_DATA"):
        open_database(tmp_path / "x" / "footnote.db")

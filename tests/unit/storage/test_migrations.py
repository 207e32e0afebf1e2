"""How a database comes to where this release needs it: from nothing, from the first release, in any company."""

import multiprocessing
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from databases import opened
from footnote.errors import SettingsError
from footnote.passages import Document, Kind, Passage
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.storage import migrations, schema
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.transactions import reading, writing

FIRST_RELEASE = """
CREATE TABLE documents (
    id VARCHAR NOT NULL, title VARCHAR NOT NULL, kind VARCHAR NOT NULL, source VARCHAR NOT NULL,
    digest VARCHAR NOT NULL, date VARCHAR, duration_s FLOAT, words INTEGER NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE passages (
    number INTEGER NOT NULL, id VARCHAR NOT NULL, document_id VARCHAR NOT NULL, ordinal INTEGER NOT NULL,
    title VARCHAR NOT NULL, text TEXT NOT NULL, page INTEGER, segments JSON NOT NULL, PRIMARY KEY (number),
    UNIQUE (id), FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE
);
CREATE INDEX passages_by_document ON passages (document_id, ordinal);
CREATE VIRTUAL TABLE passages_fts
USING fts5(title, speaker, text, tokenize = "porter unicode61 remove_diacritics 2");
INSERT INTO documents VALUES ('d', 'Old', 'text', 'd.md', 'x', NULL, NULL, 2);
INSERT INTO passages VALUES (1, 'd#0', 'd', 0, 'Old', 'Salmon swim.', NULL, '[]');
INSERT INTO passages_fts (rowid, title, speaker, text) VALUES (1, 'Old', '', 'Salmon swim.');
PRAGMA user_version = 1;
"""


INDEXES = ("passages_fts", "passage_words")
"""The full-text indexes, which no table of ``schema.py`` describes."""


@pytest.fixture(params=["new_sqlite", "new_postgres"])
def shared(request):
    return request.getfixturevalue(request.param)


def standing(engine):
    with reading(engine) as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def test_the_steps_lead_to_the_tables_that_the_code_has(shared):
    with reading(shared.open()) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(INDEXES)},
        )
        assert compare_metadata(context, schema.metadata) == []


def test_the_steps_that_are_known_are_those_in_the_folder():
    config = Config()
    config.set_main_option("script_location", str(next(iter(migrations.__path__))))
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == migrations.STEPS


def test_opening_what_is_up_to_date_writes_nothing_and_waits_for_nobody(shared):
    engine = shared.open()
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM documents"))
        assert standing(shared.open(**({"busy_timeout_s": 0} if engine.dialect.name == "sqlite" else {})))


def test_a_database_of_the_first_release_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path):
    path = tmp_path / "footnote.db"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_RELEASE)
    connection.close()
    engine = open_database(path)
    assert standing(engine) == migrations.STEPS[-1]
    assert SqlLibrary(engine).digests() == {"d": "x"}
    assert [hit.passage.text for hit in EmbeddedRetriever(engine).search("salmon")] == ["Salmon swim."]
    assert "answers" in inspect(engine).get_table_names()
    engine.dispose()


def test_the_first_release_refuses_what_this_one_has_written(tmp_path):
    """It looks at ``user_version`` alone, and takes no number above its own."""
    open_database(tmp_path / "footnote.db").dispose()
    connection = sqlite3.connect(tmp_path / "footnote.db")
    assert connection.execute("PRAGMA user_version").fetchone()[0] > 1
    connection.close()


def test_a_newer_database_is_refused_and_not_touched(shared):
    engine = shared.open()
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    with pytest.raises(SettingsError, match=r"can't be used\. A newer Footnote has written") as raised:
        opened(shared.place)
    named = "FOOTNOTE_DATA=" if engine.dialect.name == "sqlite" else "FOOTNOTE_DATABASE_URL can't"
    assert raised.value.message.startswith(named)
    assert "postgresql:" not in raised.value.message
    assert standing(engine) == "9999_later"


def test_a_step_that_fails_leaves_nothing_behind(shared, monkeypatch):
    """All steps are one transaction, on both: the next start begins where this one did."""

    def refuse(*_args, **_options):
        raise RuntimeError("on the way")

    from alembic.operations import Operations

    monkeypatch.setattr(Operations, "create_index", refuse)
    with pytest.raises(RuntimeError, match="on the way"):
        opened(shared.place)
    monkeypatch.undo()
    engine = shared.open()
    assert standing(engine) == migrations.STEPS[-1]


def _open_and_put(place, name: str, together) -> None:
    together.wait()
    engine = opened(place)
    document = Document(name, "Title", Kind.TEXT, "d.md", name)
    SqlLibrary(engine).replace(document, [Passage(f"{name}#0", name, "Title", 0, name)])
    engine.dispose()


def test_on_postgres_a_step_may_take_longer_than_a_request(new_postgres, monkeypatch):
    limits = []
    upgrade = migrations._upgrade

    def noting(connection):
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        limits.extend(connection.execute(text(f"SHOW {name}")).scalar_one() for name in names)
        upgrade(connection)

    monkeypatch.setattr(migrations, "_upgrade", noting)
    engine = new_postgres.open()
    assert limits == ["0", "0", "0"]
    with reading(engine) as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() != "0"


def test_processes_that_open_a_new_database_at_once_all_succeed(shared):
    """Each makes what is missing, none fails, and nothing of any is lost."""
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(3)
    started = [spawn.Process(target=_open_and_put, args=(shared.place, f"p{n}", together)) for n in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0, 0]
    assert set(SqlLibrary(shared.open()).digests()) == {"p0", "p1", "p2"}


def test_looking_at_what_is_up_to_date_costs_two_small_statements(shared):
    engine = shared.open()
    said = []
    event.listen(engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    migrations.prepare(engine)
    assert sum("SELECT" in statement for statement in said) <= 3

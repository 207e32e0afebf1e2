"""The database's steps from the first release to this one, and how they are taken: once, whoever comes first."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from footnote.storage.transactions import reading, writing

STEPS = (
    "0001_library",
    "0002_conversations",
    "0003_reading",
    "0004_library_on_postgres",
    "0005_asked_about",
    "0006_outcomes",
    "0007_installation",
    "0008_changes",
)
"""All of them, in order; the last is where a database stands when it is up to date."""

_ADVISORY_LOCK = 0x466F6F74  # any number that nobody else takes
_one_at_a_time = threading.Lock()  # Alembic keeps the step that it takes in a module


class Newer(Exception):
    """A newer Footnote has written the database."""


def prepare(engine: Engine) -> None:
    """Bring a database to where this release needs it, an empty one too; no other process's opening disturbs it.

    Raises ``Newer``, and then has changed nothing; ``StorageFailed``.
    """
    with reading(engine) as connection:  # so that opening what is up to date never waits for who writes
        if _standing(connection) == STEPS[-1]:
            return
    with _one_at_a_time, writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # A step may take longer than a request may, and so may the wait for another process's.
            for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {limit} = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        if _standing(connection) != STEPS[-1]:
            _upgrade(connection)


def _standing(connection: Connection) -> str | None:
    """The last step that was taken; None before the first, and for a database of the first release."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        step = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if step is not None and step not in STEPS:
            raise Newer
        return step
    # Of the releases between the first and Alembic there are none; another number comes from elsewhere.
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA user_version").scalar_one() > 1:
        raise Newer
    return None


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    if connection.dialect.name == "sqlite" and _is_first_release(connection):
        command.stamp(config, STEPS[0])
    command.upgrade(config, "head")


def _is_first_release(connection: Connection) -> bool:
    tables = inspect(connection).get_table_names()
    return "alembic_version" not in tables and "passages" in tables

"""Postgres: conversations there are shared by several instances of the app."""

from __future__ import annotations

import selectors
import sys
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from footnote.errors import SettingsError, StorageFailed
from footnote.storage.connecting import RECYCLE_S, Passwords, connect_with
from footnote.storage.migrations import Newer, prepare

STATEMENT_S = 10
CONNECT_S = 5
_NOT_LET_IN = (
    "The database can't be reached, or refuses the user, the password or the tables. Allowed: "
    "postgresql://user:password@host/name of a running server, and a user who may make tables."
)
_NO_CREDENTIAL = (
    "The workspace gives no credential for that endpoint or instance, or the database can't be reached, or refuses the "
    "user or the tables. Allowed: one that is a resource of the app, with permission to connect and create."
)
_PATIENCE = {
    "connect_timeout": CONNECT_S,
    # A server that has vanished without a word is noticed in seconds.
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * STATEMENT_S,
    "application_name": "footnote",
    "options": f"-c statement_timeout={STATEMENT_S}s -c lock_timeout={STATEMENT_S // 2}s "
    f"-c idle_in_transaction_session_timeout={STATEMENT_S}s",
}


def open_postgres(url: str, *, prepared: bool = False, passwords: Passwords | None = None) -> Engine:
    """Open the database at ``url``, and make its tables where they are missing.

    With ``passwords``, each connection is made with the newest one, and a server that wakes up is waited for.

    What was ``prepared`` is not looked at: where it is away just now, each transaction fails until it is back.
    Raises ``SettingsError``, which never says the URL, where it can't be used or a newer Footnote has written it.
    """
    _wait_as_gevent_does()
    asked = _with_driver(make_url(url))
    wanted = _PATIENCE | ({"sslmode": "require"} if passwords else {})  # a token is never sent in the clear
    patience = {name: value for name, value in wanted.items() if name not in asked.query}
    engine = create_engine(
        asked,
        connect_args=patience,
        pool_pre_ping=True,
        pool_timeout=STATEMENT_S,
        pool_recycle=RECYCLE_S if passwords else -1,
        hide_parameters=True,
    )
    if passwords:
        connect_with(engine, passwords)
    if prepared:
        return engine
    try:
        _make(engine, minted=passwords is not None)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _make(engine: Engine, *, minted: bool) -> None:
    try:
        prepare(engine)
    except Newer as error:
        raise _unusable("A newer Footnote has written the database there. Update this one.", minted=minted) from error
    except (StorageFailed, DBAPIError) as error:
        raise _unusable(_NO_CREDENTIAL if minted else _NOT_LET_IN, minted=minted) from error


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg")


def _wait_as_gevent_does() -> None:
    """Let psycopg wait for the server through gevent's ``select`` where that is in place.

    It chooses when it is imported; a process that was forked from one in which it had been imported
    earlier would stop all its greenlets at each statement.
    """
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("select"):
        return
    from psycopg import waiting

    module: Any = waiting
    if module.wait is getattr(module, "wait_c", None):
        module.wait = module.wait_poll if hasattr(selectors, "PollSelector") else module.wait_select
    module.DefaultSelector = selectors.DefaultSelector


def _unusable(reason: str, *, minted: bool) -> SettingsError:
    return SettingsError(f"{'FOOTNOTE_LAKEBASE' if minted else 'FOOTNOTE_DATABASE_URL'} can't be used. {reason}")

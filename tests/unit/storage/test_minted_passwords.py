"""A real Postgres whose passwords come and go, and that is away for a while: nobody who uses it notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import event, text

from databases import DONE, at_once
from fakes import an_answer
from footnote.errors import SettingsError, StorageFailed
from footnote.events import Token
from footnote.lakebase import Minted, Passwords
from footnote.storage import connecting, postgres
from footnote.storage.answers import SqlLog
from footnote.storage.transactions import reading
from postgres import Postgres
from workspace.lakebase import ROLE, Lakebase

SOON_S = 2.0


class Minting:
    """The workspace's part: what it mints is right until the next rotation, whatever it says."""

    def __init__(self, lakebase: Lakebase) -> None:
        self.lakebase = lakebase
        self.count = 0
        self.right = True
        self.fails: Exception | None = None

    def __call__(self) -> Minted:
        self.count += 1
        if self.fails:
            raise self.fails
        return Minted(self.lakebase.minted[-1] if self.right else f"wrong {self.count}", 3600)


@pytest.fixture
def lakebase(postgres_server: Postgres) -> Lakebase:
    return Lakebase(postgres_server)


@pytest.fixture
def mint(lakebase: Lakebase) -> Minting:
    return Minting(lakebase)


@pytest.fixture
def opened(lakebase: Lakebase, mint: Minting) -> Iterator:
    """Opens the role's database; each engine is another process."""
    where = lakebase.database()
    url = f"postgresql://{ROLE}@/{where['PGDATABASE']}?host={where['PGHOST']}"
    engines = []

    def open_(**options):
        engines.append(postgres.open_postgres(url, passwords=Passwords(mint), **options))
        return engines[-1]

    yield open_
    for engine in engines:
        engine.dispose()


def test_a_connection_is_made_with_the_password_of_its_moment(opened, lakebase, mint):
    """Those that stand stay; a new one whose password is refused has another one minted, once."""
    engine = opened()
    with engine.connect() as standing:
        lakebase.rotate()
        with engine.connect() as another:
            assert another.execute(text("SELECT current_user")).scalar_one() == ROLE
        assert standing.execute(text("SELECT 1")).scalar_one() == 1
    assert mint.count == 2


def test_an_old_password_really_opens_nothing(opened, lakebase):
    """Else the tests here would show nothing."""
    opened()
    lakebase.rotate()
    where = lakebase.database()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=where["PGHOST"], dbname=where["PGDATABASE"], user=ROLE, password=lakebase.minted[-2])


def test_one_that_stays_wrong_fails_soon_and_says_which_setting_it_is(opened, mint):
    mint.right = False
    began = time.monotonic()
    with pytest.raises(SettingsError, match="FOOTNOTE_LAKEBASE can't be used") as raised:
        opened()
    assert time.monotonic() - began < connecting.WAKE_S / 2
    assert mint.count == connecting.MOST_REFUSALS + 1
    assert "wrong" not in raised.value.message


def test_passwords_change_under_load_and_nothing_fails(opened, lakebase, mint, monkeypatch):
    """Connections are made all the time here: each is as new as its transaction."""
    monkeypatch.setattr(postgres, "RECYCLE_S", 0)
    log = SqlLog(opened())
    until = time.monotonic() + 4

    def write(_n: int) -> int:
        written = 0
        while time.monotonic() < until:
            answer = an_answer()
            log.create(answer)
            log.append([(answer.id, [Token("Open "), Token("the pier."), DONE])])
            assert [entry.seq for entry in log.read(answer.id)] == [1, 2, 3]
            written += 1
        return written

    with lakebase.rotating(0.5):
        assert sum(at_once(4, write)) > 4
    assert mint.count >= 4
    log.close()


def test_a_pool_gives_connections_at_no_cost_of_passwords(opened, mint):
    """The hook is asked for connections that are made, not for those that are taken."""
    engine = opened()
    made = []
    event.listen(engine, "connect", lambda *_: made.append(1))
    minted = mint.count
    for _ in range(50):
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    assert (len(made), mint.count) == (0, minted)


def test_a_server_that_wakes_up_is_waited_for(opened, postgres_server):
    engine = opened()
    postgres_server.stop()
    awake = threading.Timer(1, postgres_server.start)
    awake.start()
    try:
        with reading(engine) as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
    finally:
        awake.join()


def test_one_that_stays_away_is_not_waited_for_for_ever(opened, postgres_server, monkeypatch):
    monkeypatch.setattr(connecting, "WAKE_S", 0.3)
    engine = opened()
    postgres_server.stop()
    try:
        began = time.monotonic()
        with pytest.raises(StorageFailed), reading(engine):
            pass
        assert time.monotonic() - began < SOON_S
    finally:
        postgres_server.start()


def test_where_none_is_minted_it_is_as_if_the_server_were_away(opened, lakebase, mint):
    engine = opened()
    mint.fails = OSError("the workspace is away")
    lakebase.rotate()
    engine.dispose()
    with pytest.raises(StorageFailed), reading(engine):
        pass

"""What becomes of answers when Postgres restarts, or closes the connections that it has."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from databases import DONE, Shared
from fakes import PATIENCE_S, an_answer, until_end
from footnote.errors import SettingsError, StorageFailed
from footnote.events import Token
from footnote.storage.postgres import open_postgres
from footnote.storage.transactions import reading
from footnote.wire import entry, text_of
from postgres import running_postgres


def until_kept(log, batches):
    """Append as the writer does: the same again until it is kept."""
    deadline = time.monotonic() + 2 * PATIENCE_S
    while True:
        try:
            return log.append(batches)
        except StorageFailed:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def listening(engine):
    """The server's processes that have a connection which listens."""
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")))


def test_readers_see_on_when_the_connection_that_listens_is_closed(postgres):
    a, b = postgres.log(), postgres.log()
    engine = postgres.open()
    answer = an_answer()
    a.create(answer)
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(until_end, b, answer.id)
        closed = set()
        for n in range(20):
            a.append([(answer.id, [Token(f"{n} ")])])
            with reading(engine) as connection:
                for pid in listening(engine):
                    connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
                    closed.add(pid)
            time.sleep(0.02)
        a.append([(answer.id, [DONE])])
        entries = reader.result(PATIENCE_S)
    assert closed
    assert [e.seq for e in entries] == list(range(1, 22))
    assert text_of(entries) == "".join(f"{n} " for n in range(20))


def test_a_process_whose_connections_are_all_closed_goes_on(postgres):
    a = postgres.log()
    engine = postgres.open()
    answer = an_answer()
    a.create(answer)
    for n in range(10):
        with reading(engine) as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                     " AND datname = current_database()")
            )  # fmt: skip
        until_kept(a, [(answer.id, [Token(str(n))])])
    assert text_of(postgres.log().read(answer.id)) == "0123456789"


def test_a_server_that_is_stopped_and_started_again_loses_nothing():
    """While it is away: every request fails soon and none hangs, and the readers get what is in memory."""
    with running_postgres() as server, Shared(server.new_database()) as shared:
        a, b = shared.log(), shared.log()
        answer = an_answer()
        a.create(answer)
        a.append([(answer.id, [Token("1")])])
        with ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(until_end_through_failures, log, answer.id) for log in (a, b)]
            server.stop()
            for act in (
                lambda: a.append([(answer.id, [Token("2")])]),
                lambda: b.create(an_answer()),
                lambda: b.sessions("ann"),
                b.beat,
            ):
                began = time.monotonic()
                with pytest.raises(StorageFailed, match="can't be reached"):
                    act()
                assert time.monotonic() - began < PATIENCE_S
            assert text_of(a.wait(answer.id, 0, 1)) == "1"
            server.start()
            assert until_kept(a, [(answer.id, [Token("2")])]) == []
            assert until_kept(a, [(answer.id, [DONE])]) == []
            for reader in readers:
                assert reader.result(2 * PATIENCE_S) == [entry(1, Token("1")), entry(2, Token("2")), entry(3, DONE)]


def until_end_through_failures(log, answer_id):
    """What a page gets that asks again with its cursor whenever its stream breaks off."""
    seen = []
    deadline = time.monotonic() + 2 * PATIENCE_S
    while not (seen and seen[-1].event == DONE):
        assert time.monotonic() < deadline
        try:
            seen += log.wait(answer_id, len(seen), 1)
        except StorageFailed:
            time.sleep(0.05)
    return seen


def test_a_server_that_is_not_there_is_said_to_be_so_without_its_address():
    url = "postgresql://someone:secret@127.0.0.1:1/name"
    with pytest.raises(SettingsError, match=r"^FOOTNOTE_DATABASE_URL can't be used\. The database can't be") as raised:
        open_postgres(url)
    assert "secret" not in raised.value.message
    assert "127.0.0.1" not in raised.value.message


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_of_writing_the_urls_beginning_is_taken(postgres, scheme):
    open_postgres(f"{scheme}://{postgres.place.partition('://')[2]}").dispose()


def test_a_conversation_that_is_used_again_as_old_ones_are_deleted_stays_and_nothing_of_it_is_told_deleted(postgres):
    """Else its answers' traces would go while they stand."""
    deleting, other = postgres.log(), postgres.log()
    old, used, again = an_answer(), an_answer(), []
    for answer in (old, used):
        other.create(answer)
        other.append([(answer.id, [DONE])])
    moment, deleted = datetime.now(UTC), []
    deleting.on_deletion(deleted.extend)

    @event.listens_for(deleting._engine, "before_cursor_execute")
    def before(_connection, _cursor, statement, *_):
        if statement.startswith("DELETE FROM sessions"):
            again.append(other.create(an_answer(session_id=used.session_id)))

    assert deleting.delete_before(moment) == 1
    assert len(again) == 1
    assert deleted == [old.id]
    assert [other.answer(answer.id) is None for answer in (old, used)] == [True, False]

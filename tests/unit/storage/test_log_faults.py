"""What becomes of an answer when its database is locked, full or gone, or a commit's end is lost on the way."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from databases import DONE, at_once, failing_commits
from fakes import PATIENCE_S, an_answer, until_end
from footnote.conversations import Allowance
from footnote.errors import StorageFailed, TooManyQuestions
from footnote.events import Error, Token
from footnote.storage import answers, watching
from footnote.storage.answers import SqlLog
from footnote.storage.transactions import writing
from footnote.wire import entry, text_of

INTERRUPTED = Error("INTERRUPTED", "m", retryable=True)


@pytest.fixture(params=[False, True], ids=["before the commit", "after the commit"])
def kept(request):
    return request.param


def test_an_append_whose_end_was_lost_is_kept_once_when_it_is_made_again(shared, a, b, kept):
    answer, other = an_answer(), an_answer()
    for each in (answer, other):
        a.create(each)
    batches = [[(answer.id, [Token("1"), Token("2")]), (other.id, [Token("x")])], [(answer.id, [Token("3"), DONE])]]
    for batch in batches:
        with failing_commits(shared.engines[0], kept=kept):
            for _ in range(2):
                with pytest.raises(StorageFailed):
                    a.append(batch)
        assert a.append(batch) == []
    for log in (a, b):
        assert log.read(answer.id) == [*(entry(n, Token(str(n))) for n in (1, 2, 3)), entry(4, DONE)]
        assert text_of(log.read(other.id)) == "x"
    assert a.append([(answer.id, [Token("late")])]) == [answer.id]


def test_an_append_whose_commit_stands_asks_the_database_nothing_more(a, b, monkeypatch):
    """It could fail, and the same batches, given again, would stand twice in the log."""
    answer, taken = an_answer(), an_answer()
    for each in (answer, taken):
        a.create(each)
    assert b.take_over(next(lease for lease in b.beat() if lease.answer_id == taken.id))
    with monkeypatch.context() as away:
        away.setattr(answers, "reading", _away)
        assert a.append([(answer.id, [Token("once")]), (taken.id, [Token("fenced")])]) == [taken.id]
    assert text_of(a.read(answer.id)) == text_of(b.read(answer.id)) == "once"
    assert b.read(taken.id) == []


def _away(_engine):
    raise StorageFailed


def test_what_is_not_known_to_be_kept_is_not_shown_by_the_process_that_writes(shared, a, kept):
    answer = an_answer()
    a.create(answer)
    with failing_commits(shared.engines[0], kept=kept), pytest.raises(StorageFailed):
        a.append([(answer.id, [Token("x")])])
    assert a.read(answer.id) == []
    assert a.wait(answer.id, 0, 0.01) == []


def test_an_answer_whose_making_was_lost_is_made_once_when_it_is_asked_again(shared, a, b, kept):
    answer = an_answer()
    with failing_commits(shared.engines[0], kept=kept), pytest.raises(StorageFailed):
        a.create(answer, Allowance(1, 3600))
    made = at_once(4, lambda _: a.create(answer, Allowance(1, 3600))[1])
    assert sum(made) == 1
    assert a.append([(answer.id, [DONE])]) == []
    assert len(b.read(answer.id)) == 1


def test_an_answer_whose_making_was_lost_and_that_nobody_asks_for_again_can_be_ended(shared, a, b):
    """Nobody writes it: this process finds it among the unfinished ones like a dead process's."""
    answer = an_answer()
    with failing_commits(shared.engines[0], kept=True), pytest.raises(StorageFailed):
        a.create(answer)
    (lease,) = a.beat()
    assert a.beat() == [lease]  # its heart stands still, though the process lives
    assert not b.take_over(lease)
    assert a.take_over(lease)
    assert a.beat() == []
    assert a.append([(answer.id, [INTERRUPTED])]) == []


def test_a_take_over_whose_end_was_lost_is_made_again(shared, a, b, kept):
    answer = an_answer()
    a.create(answer)
    a.append([(answer.id, [Token("x")])])
    (lease,) = b.beat()
    with failing_commits(shared.engines[1], kept=kept), pytest.raises(StorageFailed):
        b.take_over(lease)
    (lease,) = b.beat()
    assert b.take_over(lease)
    assert b.append([(answer.id, [INTERRUPTED])]) == []
    assert text_of(a.read(answer.id)) == "x"


def test_a_stream_that_ends_while_the_database_is_away_is_counted_no_more_when_it_is_back(shared, a):
    ticket = a.open_stream("ann", 1)
    with failing_commits(shared.engines[0], kept=False):
        a.close_stream(ticket)
    assert a.open_stream("ann", 1) is not None


def test_a_stream_whose_opening_was_lost_is_counted_no_more_at_the_next_beat(shared, a, b, kept):
    with failing_commits(shared.engines[0], kept=kept), pytest.raises(StorageFailed):
        a.open_stream("ann", 1)
    a.beat()
    assert b.open_stream("ann", 1) is not None


def test_a_stream_that_ended_while_the_database_was_away_is_counted_no_more_at_the_next_beat(shared, a, b):
    ticket = a.open_stream("ann", 1)
    with failing_commits(shared.engines[0], kept=False):
        a.close_stream(ticket)
    assert b.open_stream("ann", 1) is None
    a.beat()
    assert b.open_stream("ann", 1) is not None


def test_a_clock_that_jumps_blocks_nobody_and_ends_nothing(shared):
    clock = [datetime(2026, 3, 12, 9, tzinfo=UTC)]
    a, b = (shared.log(now=lambda: clock[0]) for _ in range(2))
    answer = an_answer()
    allowance = Allowance(1, 3600)
    a.create(answer, allowance)
    (lease,) = b.beat()
    a.beat()
    for jump in (timedelta(days=-400), timedelta(days=800), timedelta(days=-400)):
        clock[0] += jump
        assert not b.take_over(lease)  # it has beaten since, whatever the clock says
        assert a.append([(answer.id, [Token("x")])]) == []
    clock[0] -= timedelta(days=1)
    b.create(an_answer(), allowance)
    with pytest.raises(TooManyQuestions) as raised:
        a.create(an_answer(), allowance)
    assert raised.value.retry_after_s <= 3600
    assert a.append([(answer.id, [DONE])]) == []
    assert text_of(b.read(answer.id)) == "xxx"


@pytest.fixture
def hasty(sqlite):
    """A log that doesn't wait long for others."""
    log = SqlLog(sqlite.open(busy_timeout_s=0.1))
    yield log
    log.close()


def test_while_another_process_writes_for_too_long_an_append_fails_and_is_made_again(hasty, sqlite, a_sqlite):
    answer = an_answer()
    hasty.create(answer)
    hasty.append([(answer.id, [Token("1")])])
    with writing(sqlite.open()):
        for act in (
            lambda: hasty.append([(answer.id, [Token("2")])]),
            lambda: hasty.create(an_answer()),
            lambda: hasty.delete(answer.session_id),
            hasty.beat,
        ):
            with pytest.raises(StorageFailed, match="another process"):
                act()
        assert text_of(a_sqlite.read(answer.id)) == "1"  # who reads is not disturbed
    assert hasty.append([(answer.id, [Token("2"), DONE])]) == []
    assert text_of(a_sqlite.read(answer.id)) == "12"


def test_an_append_waits_for_a_database_that_is_locked_for_a_while(sqlite, a_sqlite):
    answer = an_answer()
    a_sqlite.create(answer)
    with ThreadPoolExecutor(1) as pool:
        with writing(sqlite.open()):
            appended = pool.submit(a_sqlite.append, [(answer.id, [DONE])])
            time.sleep(0.3)
            assert not appended.done()
        assert appended.result(PATIENCE_S) == []


@pytest.fixture
def a_sqlite(sqlite):
    return sqlite.log()


@contextmanager
def moved_away(path):
    """In this block the database's files are elsewhere."""
    files = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    there = [file for file in files if file.exists()]
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    for file in there:
        file.rename(elsewhere / file.name)
    yield
    for file in there:
        (elsewhere / file.name).rename(file)


def test_while_the_file_is_gone_nothing_is_lost_in_it_and_all_goes_on_when_it_is_back(sqlite, a_sqlite):
    """Neither is a new, empty file made in its place."""
    b = sqlite.log()
    answer = an_answer()
    a_sqlite.create(answer)
    a_sqlite.append([(answer.id, [Token("1")])])
    with moved_away(sqlite.place):
        for act in (
            lambda: a_sqlite.append([(answer.id, [Token("2")])]),
            lambda: a_sqlite.create(an_answer()),
            lambda: b.read(answer.id),
            lambda: b.wait(answer.id, 0, 1),
            lambda: b.sessions("ann"),
        ):
            with pytest.raises(StorageFailed, match="can't be reached"):
                act()
        assert text_of(a_sqlite.wait(answer.id, 0, 1)) == "1"  # what was shown is shown on
        assert not sqlite.place.exists()
    assert a_sqlite.append([(answer.id, [Token("2"), DONE])]) == []
    assert text_of(until_end(b, answer.id)) == "12"


def test_who_waits_for_another_processes_answer_is_told_when_the_database_is_away(sqlite, a_sqlite, monkeypatch):
    monkeypatch.setattr(watching, "AWAY_S", 0.2)
    b = sqlite.log()
    answer = an_answer()
    a_sqlite.create(answer)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(b.wait, answer.id, 0, PATIENCE_S)
        time.sleep(0.1)
        with moved_away(sqlite.place), pytest.raises(StorageFailed):
            waiting.result(PATIENCE_S)
        a_sqlite.append([(answer.id, [DONE])])
        assert len(until_end(b, answer.id)) == 1


def test_on_a_full_disk_nothing_is_kept_by_halves_and_it_goes_on_when_there_is_room(sqlite, a_sqlite):
    answer = an_answer()
    a_sqlite.create(answer)
    a_sqlite.append([(answer.id, [Token("1")])])
    batch = [(answer.id, [Token("long " * 20000)])]
    pages = 1  # as many as there are

    @event.listens_for(sqlite.engines[0], "checkout")
    def _bounds(connection, *_):  # on whichever connection: each counts for itself
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    with pytest.raises(StorageFailed, match="disk is full"):
        a_sqlite.append(batch)
    assert text_of(a_sqlite.read(answer.id)) == "1"
    pages = 2**30
    assert a_sqlite.append(batch) == []
    assert [e.seq for e in sqlite.log().read(answer.id)] == [1, 2]


def test_makings_of_one_id_in_one_process_follow_one_another(shared, a, monkeypatch):
    """Else the second could see the first's answer before it is known here whose it is, and take it for a lost one."""
    answer = an_answer()
    with failing_commits(shared.engines[0], kept=False), pytest.raises(StorageFailed):
        a.create(answer)
    own = a._own

    def slowly(*args):
        time.sleep(0.2)  # between the commit and the note of it
        own(*args)

    monkeypatch.setattr(a, "_own", slowly)
    assert sum(at_once(4, lambda _: a.create(answer)[1])) == 1

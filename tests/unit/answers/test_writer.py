"""The one writer of a process: what goes at once, what is gathered, and that nothing is left behind.

Where a test must see that something waits, it is gathered for an hour, so that only what the
writer promises can end the wait.
"""

import threading
import time

import pytest

from fakes import PATIENCE_S, SOON_S, CommitLog, an_answer
from footnote.answers.writer import GATHER_S, Writer
from footnote.events import Stopped, Token
from footnote.wire import text_of

HOUR = 3600.0


@pytest.fixture
def log():
    return CommitLog()


@pytest.fixture
def written(log):
    """An answer in the log, and its id."""
    return log.create(an_answer())[0].id


def test_what_comes_after_silence_is_committed_at_once(log, written):
    writer = Writer(log, gather_s=HOUR)
    writer.write(written, Token("a"))
    log.wait_for_commits(1)
    writer.close()


def test_what_follows_at_once_is_gathered_into_one_token(log, written):
    writer = Writer(log, gather_s=HOUR)
    writer.write(written, Token("a"))
    log.wait_for_commits(1)
    for piece in "bcd":
        writer.write(written, Token(piece))
    writer.close()
    assert log.commits == [[(written, [Token("a")])], [(written, [Token("bcd")])]]


def test_the_urgent_takes_all_that_waits_along_and_keeps_the_order(log, written):
    writer = Writer(log, gather_s=HOUR)
    writer.write(written, Token("a"))
    log.wait_for_commits(1)
    writer.write(written, Token("b"))
    writer.write(written, Stopped(), urgent=True)
    log.wait_for_commits(2)
    assert [e.event for e in log.read(written)] == [Token("a"), Token("b"), Stopped()]
    writer.close()


def test_the_urgent_is_not_forgotten_while_a_commit_runs(log, written):
    writer = Writer(log, gather_s=HOUR)
    log.may_commit.clear()
    writer.write(written, Token("a"))
    assert log.appending.wait(PATIENCE_S)
    writer.write(written, Stopped(), urgent=True)
    log.may_commit.set()
    log.wait_for_commits(2)
    writer.close()


def test_gathering_lasts_fifty_milliseconds_at_most(log, written):
    assert GATHER_S == 0.05
    writer = Writer(log)
    writer.write(written, Token("a"))
    log.wait_for_commits(1)
    began = time.monotonic()
    writer.write(written, Token("b"))
    log.wait_for_commits(2)
    assert time.monotonic() - began < SOON_S
    writer.close()


def test_many_answers_tokens_go_into_one_commit(log):
    """So the number of commits a second does not grow with the number of answers."""
    ids = [log.create(an_answer())[0].id for _ in range(50)]
    writer = Writer(log, gather_s=HOUR)
    writer.write(ids[0], Token("x"))
    log.wait_for_commits(1)
    for id in ids:
        writer.write(id, Token("y"))
    writer.close()
    assert len(log.commits) == 2
    assert sorted(log.commits[1]) == sorted((id, [Token("y")]) for id in ids)


def test_closing_commits_all_and_ends_the_thread(log, written):
    writer = Writer(log, gather_s=HOUR)
    for n in range(100):
        writer.write(written, Token(f"{n},"))
    writer.close()
    assert text_of(log.read(written)) == "".join(f"{n}," for n in range(100))
    assert not [
        t for t in threading.enumerate() if t.name == "footnote-writer" and t is writer._thread and t.is_alive()
    ]


def test_closing_what_never_wrote_is_nothing(log):
    Writer(log).close()
    assert log.commits == []


def test_no_thread_runs_before_the_first_event(log, written):
    """A server that forks after import would lose it."""
    before = threading.active_count()
    writer = Writer(log)
    assert threading.active_count() == before
    writer.write(written, Token("a"))
    writer.close()


def test_events_written_from_many_threads_are_all_there_once_and_in_order(log):
    ids = [log.create(an_answer())[0].id for _ in range(8)]
    writer = Writer(log, gather_s=0.001)

    def write(id):
        for n in range(200):
            writer.write(id, Token(f"{n} "), urgent=n % 17 == 0)

    threads = [threading.Thread(target=write, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    expected = "".join(f"{n} " for n in range(200))
    assert [text_of(log.read(id)) for id in ids] == [expected] * 8


def test_closing_while_a_commit_hangs_is_bounded(log, written):
    log.may_commit.clear()
    writer = Writer(log)
    writer.write(written, Token("a"))
    assert log.appending.wait(PATIENCE_S)
    began = time.monotonic()
    writer.close(0.2)
    assert time.monotonic() - began < SOON_S
    log.may_commit.set()

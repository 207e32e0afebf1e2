"""Processes that share an SQLite file ring for one another, and nobody ever waits for that."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from databases import failing_commits
from fakes import PATIENCE_S, an_answer
from footnote.errors import StorageFailed
from footnote.events import Token
from footnote.storage import bells
from footnote.storage.doorbells import FOLDER, Doorbell

NEVER_S = 3600.0


@pytest.fixture
def doorbells(tmp_path):
    made = [Doorbell(tmp_path / FOLDER, name) for name in ("a", "b", "c")]
    for doorbell in made:
        doorbell.listen()
    yield made
    for doorbell in made:
        doorbell.close()


def test_all_others_hear_what_one_names(doorbells):
    a, b, c = doorbells
    a.ring(["x", "y"])
    assert b.heard(PATIENCE_S) == c.heard(PATIENCE_S) == {"x", "y"}
    assert a.heard(0.0) == set()


def test_however_many_are_named(doorbells):
    named = {str(n).zfill(36) for n in range(1000)}
    doorbells[0].ring(named)
    assert doorbells[1].heard(PATIENCE_S) == named


def test_who_does_not_listen_to_a_flood_holds_nobody_up_and_has_not_missed_that_there_was_one(doorbells):
    a, b, c = doorbells
    for n in range(5000):
        a.ring([str(n)])
    assert b.heard(0.0)
    assert c.heard(0.0)


def test_who_has_closed_is_gone_and_may_come_back(doorbells, tmp_path):
    a, b, _ = doorbells
    b.close()
    assert not b.listens
    assert {place.name for place in (tmp_path / FOLDER).iterdir()} == {"a", "c"}
    b.listen()
    a.ring(["x"])
    assert b.heard(PATIENCE_S) == {"x"}


KILLED = """
import os, sys, time
from pathlib import Path
from footnote.storage.doorbells import Doorbell
Doorbell(Path(sys.argv[1]), "killed").listen()
print("listens", flush=True)
time.sleep(600)
"""


def test_what_a_killed_process_left_is_removed_by_who_rings_next(doorbells, tmp_path):
    folder = tmp_path / FOLDER
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True, env=os.environ
    ) as child:
        assert child.stdout.readline() == "listens\n"
        child.send_signal(signal.SIGKILL)
    assert (folder / "killed").exists()
    doorbells[0].ring(["x"])
    assert not (folder / "killed").exists()
    assert doorbells[1].heard(PATIENCE_S) == {"x"}


def test_a_file_that_is_no_socket_is_left_alone(doorbells, tmp_path):
    kept = tmp_path / FOLDER / "mine.txt"
    kept.write_text("kept")
    doorbells[0].ring(["x"])
    assert doorbells[1].heard(PATIENCE_S) == {"x"}
    assert kept.read_text() == "kept"


def test_whose_folder_was_cleared_away_listens_anew(sqlite):
    a, b = (bells.bell(sqlite.open(), name) for name in "ab")
    assert b.wait(NEVER_S) is None
    shutil.rmtree(sqlite.place.parent / FOLDER)
    assert b.wait(NEVER_S) is None, "it listened where nobody can ring"
    a.ring(["x"])
    assert b.wait(NEVER_S) == {"x"}
    b.close()


def test_only_who_may_open_the_folder_can_ring(doorbells, tmp_path):
    assert (tmp_path / FOLDER).stat().st_mode & 0o777 == 0o700


def test_ringing_where_nobody_ever_listened_does_nothing(tmp_path):
    Doorbell(tmp_path / "none", "a").ring(["x"])
    assert not (tmp_path / "none").exists()


def test_a_log_names_what_it_has_committed_and_only_then(sqlite):
    log, other = sqlite.log(), sqlite.log()
    heard = Doorbell(sqlite.place.parent / FOLDER, "listener")
    heard.listen()
    answer = an_answer()
    log.create(answer)
    assert heard.heard(0.0) == set(), "nobody waits for an answer of which nothing is written"
    with failing_commits(sqlite.engines[0], kept=False), pytest.raises(StorageFailed):
        log.append([(answer.id, [Token("lost")])])
    assert heard.heard(0.0) == set()
    log.append([(answer.id, [Token("kept")])])
    assert heard.heard(PATIENCE_S) == {answer.id}
    other.request_stop(answer.id)
    assert heard.heard(PATIENCE_S) == {answer.id}
    other.delete(answer.session_id)
    assert heard.heard(PATIENCE_S) == {answer.id}
    heard.close()


def test_a_bell_says_which_answers_were_rung_and_looks_at_all_when_it_begins(sqlite):
    a, b = (bells.bell(sqlite.open(), name) for name in "ab")
    assert b.wait(NEVER_S) is None
    a.ring(["x"])
    assert b.wait(NEVER_S) == {"x"}
    assert b.wait(0.0) is None
    b.close()
    assert b.wait(NEVER_S) is None
    b.close()


@pytest.mark.parametrize("way", ["no such sockets", "a path too long", "a file in its place"])
def test_where_nobody_can_ring_the_file_is_looked_at(sqlite, monkeypatch, tmp_path, way):
    if way == "no such sockets":
        monkeypatch.delattr(socket, "AF_UNIX")
    elif way == "a file in its place":
        (tmp_path / FOLDER).write_text("")
    else:
        deep = tmp_path / ("d" * 120)
        deep.mkdir()
        sqlite.place = sqlite.place.rename(deep / sqlite.place.name)
    rung = bells.bell(sqlite.open(), "b")
    rung.wait(0.0)  # it finds out
    rung.wait(PATIENCE_S)  # how the file stands
    began = time.monotonic()
    sqlite.log().create(an_answer())
    rung.ring(["x"])  # in vain, but it doesn't fail
    assert rung.wait(PATIENCE_S) is None
    assert time.monotonic() - began < PATIENCE_S, "a commit was not seen"
    rung.close()

"""What holds between processes that share a database: two logs on two engines stand for two of them."""

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from databases import DONE, at_once, opened
from fakes import PATIENCE_S, an_answer, until_end
from footnote.errors import NotFound
from footnote.events import Error, Token
from footnote.storage.answers import SqlLog
from footnote.wire import text_of

INTERRUPTED = Error("INTERRUPTED", "m", retryable=True)


def until(found, timeout_s=PATIENCE_S):
    """Return once something is so."""
    deadline = time.monotonic() + timeout_s
    while not found():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


def test_of_many_who_make_the_same_answer_in_two_processes_exactly_one_does(a, b):
    """Twenty answers, each asked for by four threads in each of two processes at the same moment."""
    answers = [an_answer() for _ in range(20)]
    made = at_once(8, lambda n: [(a, b)[n % 2].create(answer)[1] for answer in answers])
    assert [sum(column) for column in zip(*made, strict=True)] == [1] * 20


def test_of_two_processes_only_the_one_that_made_an_answer_may_write_it(a, b):
    answer = an_answer()
    assert a.create(answer) == (answer, True)
    assert b.create(answer) == (answer, False)
    assert b.append([(answer.id, [Token("no")])]) == [answer.id]
    assert a.append([(answer.id, [Token("yes")])]) == []
    assert text_of(b.read(answer.id)) == "yes"


def test_an_answer_grows_before_a_readers_eyes_in_another_process(a, b):
    answer = an_answer()
    a.create(answer)
    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(until_end, b, answer.id) for _ in range(3)]
        for n in range(50):
            a.append([(answer.id, [Token(f"{n} ")])])
            time.sleep(0.002)
        a.append([(answer.id, [DONE])])
        for reader in readers:
            entries = reader.result(PATIENCE_S)
            assert [e.seq for e in entries] == list(range(1, 52))
            assert text_of(entries) == "".join(f"{n} " for n in range(50))


def test_what_one_process_commits_another_sees_soon(a, b, record_property):
    answer = an_answer()
    a.create(answer)
    b.wait(answer.id, 0, 0)
    late = []
    with ThreadPoolExecutor(1) as pool:
        for n in range(20):
            waiting = pool.submit(lambda n=n: (b.wait(answer.id, n, PATIENCE_S), time.monotonic()))
            time.sleep(0.01)
            a.append([(answer.id, [Token("x")])])
            committed = time.monotonic()
            late.append(waiting.result(PATIENCE_S)[1] - committed)
    middle = sorted(late)[len(late) // 2]
    record_property("seconds_to_be_seen", middle)
    print(f"seen in another process after {1000 * middle:.0f} ms, at most {1000 * max(late):.0f} ms")
    assert middle < 0.3


def test_a_stop_reaches_the_process_that_writes(a, b, record_property):
    took = []
    for _ in range(5):
        told = threading.Event()
        answer = an_answer()
        a.create(answer)
        a.watch(lambda id, answer=answer, told=told: told.set() if id == answer.id else None)
        asked = time.monotonic()
        b.request_stop(answer.id)
        assert told.wait(PATIENCE_S)
        took.append(time.monotonic() - asked)
    record_property("seconds_to_stop", max(took))
    print(f"stopped from another process after {1000 * sorted(took)[2]:.0f} ms, at most {1000 * max(took):.0f} ms")
    assert sorted(took)[2] < 0.5


def test_a_stop_that_comes_before_anything_is_written_is_heard(a, b):
    told = threading.Event()
    a.watch(lambda _: told.set())
    answer = an_answer()
    a.create(answer)
    b.request_stop(answer.id)
    assert told.wait(PATIENCE_S)


def test_an_answer_deleted_elsewhere_is_gone_for_its_readers_and_its_writer(a, b):
    answer = an_answer()
    told = threading.Event()
    a.watch(lambda _: told.set())
    a.create(answer)
    a.append([(answer.id, [Token("x")])])
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(log.wait, answer.id, 1, PATIENCE_S) for log in (a, b)]
        time.sleep(0.1)
        b.delete(answer.session_id)
        for reader in readers:
            with pytest.raises(NotFound):
                reader.result(PATIENCE_S)
    assert told.wait(PATIENCE_S)  # so that the model is not asked on for nobody
    assert a.append([(answer.id, [Token("y")])]) == [answer.id]
    assert a.read(answer.id) == b.read(answer.id) == []


def test_an_ended_log_that_was_deleted_elsewhere_is_not_read_from_memory(a, b):
    answer = an_answer()
    a.create(answer)
    a.append([(answer.id, [Token("x"), DONE])])
    assert len(b.read(answer.id)) == 2
    b.delete(answer.session_id)
    assert a.read(answer.id) == b.read(answer.id) == []


def test_another_answer_under_a_deleted_ones_id_is_not_mixed_with_it(a, b):
    answer = an_answer()
    a.create(answer)
    a.append([(answer.id, [Token("old"), Token("old"), DONE])])
    assert text_of(b.wait(answer.id, 0, 0)) == "oldold"
    a.delete(answer.session_id)
    a.create(answer)
    a.append([(answer.id, [Token("new")])])
    until(lambda: text_of(b.read(answer.id)) == "new")
    assert text_of(a.read(answer.id)) == "new"


def test_who_reads_while_a_log_is_compacted_sees_all_of_it(a, b):
    """Readers never find it half in the rows and half in the answer, nor in neither."""
    answers = [an_answer() for _ in range(30)]
    for answer in answers:
        a.create(answer)
        a.append([(answer.id, [Token(str(n)) for n in range(9)])])
    stop = threading.Event()

    def read():
        lengths = set()
        while not stop.is_set():
            lengths |= {len(b.read(answer.id)) for answer in answers}
        return lengths

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for answer in answers:
            a.append([(answer.id, [DONE])])
        stop.set()
        assert set().union(*(reader.result(PATIENCE_S) for reader in readers)) <= {9, 10}


def test_many_answers_in_one_commit_cost_a_handful_of_statements(shared, a):
    from sqlalchemy import event

    answers = [an_answer() for _ in range(100)]
    for answer in answers:
        a.create(answer)
    said = []
    event.listen(
        shared.engines[0],
        "before_cursor_execute",
        lambda *args: said.append(args[2]) if threading.current_thread() is threading.main_thread() else None,
    )
    a.append([(answer.id, [Token("x"), Token("y")]) for answer in answers])
    writes = [s for s in said if s.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert len(writes) == 2
    assert not [s for s in said if "FROM answers" in s]  # how each stands is asked as it is written
    a.append([(answer.id, [DONE]) for answer in answers])
    assert len([s for s in said if s.split()[0] in {"INSERT", "UPDATE", "DELETE"}]) == 6


def test_who_reads_what_this_process_writes_never_asks_the_database(shared, a):
    from sqlalchemy import event

    answer = an_answer()
    a.create(answer)
    a.append([(answer.id, [Token("x")])])
    said = []
    event.listen(
        shared.engines[0],
        "before_cursor_execute",
        lambda *args: said.append(args[2]) if threading.current_thread() is threading.main_thread() else None,
    )
    assert a.wait(answer.id, 0, 0) == a.read(answer.id)
    assert a.wait(answer.id, 1, 0.01) == []
    assert said == []


def test_what_was_deleted_is_no_longer_in_the_files(tmp_path, sqlite):
    """Neither its text nor its question, in the database or its write-ahead log."""
    log = sqlite.log()
    answer, kept = an_answer(query="a very private question"), an_answer(query="an ordinary one")
    for each in (answer, kept):
        log.create(each)
        log.append([(each.id, [Token("a whisper, in " + " whisper ".join(map(str, range(2000))))])])
        log.append([(each.id, [Token("an end"), DONE])])
    log.delete(answer.session_id)
    log.delete(kept.session_id)
    said = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("footnote.db"))
    assert b"whisper" not in said
    assert b"private" not in said


def _race(place, ids, together, results):
    log = SqlLog(opened(place))
    together.wait()
    results.put([log.create(an_answer(id=id, session_id=id))[1] for id in ids])
    log.close()


def test_real_processes_that_make_the_same_answers_make_each_once(shared):
    spawn = multiprocessing.get_context("spawn")
    together, results = spawn.Barrier(3), spawn.Queue()
    ids = [an_answer().id for _ in range(50)]
    started = [spawn.Process(target=_race, args=(shared.place, ids, together, results)) for _ in range(3)]
    for process in started:
        process.start()
    made = [results.get(timeout=60) for _ in started]
    for process in started:
        process.join(60)
    assert [sum(column) for column in zip(*made, strict=True)] == [1] * 50

"""Who writes an answer when its process dies, and whose streams are still counted."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from databases import DONE, at_once, opened
from fakes import PATIENCE_S, an_answer, until_end
from footnote.conversations import Allowance, Lease
from footnote.errors import TooManyQuestions
from footnote.events import Error, Token
from footnote.storage import processes
from footnote.storage.answers import SqlLog
from footnote.storage.transactions import WRITES
from footnote.wire import entry, text_of

INTERRUPTED = Error("INTERRUPTED", "m", retryable=True)


def test_a_dead_processes_answer_is_taken_over_by_exactly_one_and_keeps_its_text(shared, a, b):
    answer = an_answer()
    a.create(answer)
    a.append([(answer.id, [Token("kept")])])
    c = shared.log()
    (lease,) = b.beat()
    assert (lease.answer_id, lease.beat) == (answer.id, 1)
    assert sorted(at_once(2, lambda n: (b, c)[n].take_over(lease))) == [False, True]
    winner = b if b.beat() == [] else c
    assert winner.append([(answer.id, [INTERRUPTED])]) == []
    assert a.append([(answer.id, [Token("too late")])]) == [answer.id]
    assert a.read(answer.id) == b.read(answer.id) == c.read(answer.id)
    assert a.read(answer.id) == [entry(1, Token("kept")), entry(2, INTERRUPTED)]


def test_a_process_that_lives_is_not_taken_over_from(a, b):
    answer = an_answer()
    a.create(answer)
    (lease,) = b.beat()
    a.beat()
    assert not b.take_over(lease)
    assert not b.take_over(Lease(answer.id, "somebody else", lease.beat))
    assert a.append([(answer.id, [DONE])]) == []
    (lease,) = [*b.beat(), lease]
    assert not b.take_over(lease)


def test_all_answers_of_a_dead_process_can_be_taken_over_with_what_was_seen_of_it(a, b):
    answers = [an_answer() for _ in range(3)]
    for answer in answers:
        a.create(answer)
    leases = b.beat()
    assert [b.take_over(lease) for lease in leases] == [True] * 3
    assert b.append([(answer.id, [INTERRUPTED]) for answer in answers]) == []


def test_who_waits_in_the_process_that_lost_an_answer_sees_its_end(a, b):
    answer = an_answer()
    a.create(answer)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(until_end, a, answer.id)
        (lease,) = b.beat()
        assert b.take_over(lease)
        assert a.append([(answer.id, [Token("late")])]) == [answer.id]
        b.append([(answer.id, [INTERRUPTED])])
        assert [e.event for e in waiting.result(PATIENCE_S)] == [INTERRUPTED]


def test_who_waits_on_a_silent_answer_sees_its_end_where_another_took_it(a, b):
    """The model is silent: the writer that lost the answer has nothing to write that could be refused."""
    answer, stopped = an_answer(), threading.Event()
    a.watch(lambda _id: stopped.set())
    a.create(answer)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(until_end, a, answer.id)
        (lease,) = b.beat()
        assert b.take_over(lease)
        b.append([(answer.id, [INTERRUPTED])])
        assert [e.event for e in waiting.result(PATIENCE_S)] == [INTERRUPTED]
    assert stopped.wait(PATIENCE_S)


def test_a_process_with_nothing_to_do_writes_nothing(shared, a):
    written = []
    event.listen(shared.engines[0], "commit", lambda c: written.append(c.get_execution_options().get(WRITES)))
    a.beat()
    assert not any(written)
    ticket = a.open_stream("ann", 1)
    written.clear()
    a.beat()
    assert written == [True]  # while it has a stream open, others must see that it lives
    a.close_stream(ticket)
    written.clear()
    a.beat()
    assert not any(written)


def test_a_process_that_was_idle_is_not_taken_for_dead_when_it_opens_a_stream_again(shared, a):
    clock = [0.0]
    b = shared.log(clock=lambda: clock[0])
    ticket = a.open_stream("ann", 1)
    assert b.open_stream("ann", 1) is None
    a.close_stream(ticket)
    clock[0] += 10 * processes.STILL_S
    a.open_stream("ann", 1)
    assert b.open_stream("ann", 1) is None


def test_a_process_that_left_properly_has_nothing_open(shared, b):
    a = SqlLog(shared.open())
    answer = an_answer()
    a.create(answer)
    a.open_stream("ann", 1)
    assert b.open_stream("ann", 1) is None
    a.close()
    assert b.open_stream("ann", 1) is not None
    assert [lease.beat for lease in b.beat()] == [0]


def test_streams_and_questions_are_counted_over_all_processes(a, b):
    assert a.open_stream("ann", 2)
    assert b.open_stream("ann", 2)
    assert a.open_stream("ann", 2) is None
    a.create(an_answer(), Allowance(1, 3600))
    with pytest.raises(TooManyQuestions):
        b.create(an_answer(), Allowance(1, 3600))
    assert b.asked("ann", 3600) == 1


def test_open_streams_of_a_process_that_was_killed_are_counted_no_more_after_a_while(shared, a):
    clock = [0.0]
    b = shared.log(clock=lambda: clock[0])
    assert a.open_stream("ann", 1)
    assert b.open_stream("ann", 1) is None
    clock[0] += processes.STILL_S - 1
    assert b.open_stream("ann", 1) is None
    a.beat()
    clock[0] += 2
    assert b.open_stream("ann", 1) is None  # it lives
    clock[0] += processes.STILL_S + 1
    assert b.open_stream("ann", 1)


def test_a_process_that_was_thought_dead_goes_on_when_it_wakes(shared, a):
    """A laptop that slept: its own answer, which nobody took, is still its own."""
    clock = [0.0]
    b = shared.log(clock=lambda: clock[0])
    answer = an_answer()
    a.create(answer)
    a.open_stream("ann", 1)
    b.open_stream("ann", 1)
    clock[0] += processes.STILL_S + 1
    assert b.open_stream("ann", 1)
    assert a.append([(answer.id, [Token("x")])]) == []
    assert [lease.beat for lease in b.beat()] == [0]
    a.beat()
    assert [lease.beat for lease in b.beat()] == [1]


def _write_on(place, answer, written):
    log = SqlLog(opened(place))
    log.create(answer)
    log.open_stream("ann", 1)
    n = 0
    while True:
        n += 1
        log.append([(answer.id, [Token(f"{n} ")])])
        written.send(n)


def test_what_a_killed_process_had_committed_is_kept_to_the_letter(shared, b):
    """Killed in the midst of its writing; whatever it said was written is there, in order, and can be ended."""
    spawn = multiprocessing.get_context("spawn")
    heard, written = spawn.Pipe(duplex=False)
    answer = an_answer()
    process = spawn.Process(target=_write_on, args=(shared.place, answer, written))
    process.start()
    written.close()
    said = 0
    while said < 30:
        assert heard.poll(60)
        said = heard.recv()
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    while True:
        try:
            said = heard.recv()
        except EOFError:
            break
    (lease,) = b.beat()
    assert b.take_over(lease)
    assert b.append([(answer.id, [INTERRUPTED])]) == []
    entries = b.read(answer.id)
    assert entries[-1].event == INTERRUPTED
    assert len(entries) - 1 in {said, said + 1}  # the last commit may not have been told any more
    assert text_of(entries) == "".join(f"{n} " for n in range(1, len(entries)))

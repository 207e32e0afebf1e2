"""What only the log in memory promises: its bounds."""

import pytest

from fakes import an_answer
from footnote.chat import FinishReason
from footnote.events import Done, Error, Stopped, Timings, Token, TokenCounts
from footnote.storage.memory import KEEP_FINISHED_S, MemoryLog
from footnote.storage.titles import title_of

DONE = Done(FinishReason.STOP, TokenCounts(1, 2), Timings(3))


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize("end", [DONE, Error("TIMEOUT", "m", retryable=True), Stopped()], ids=lambda e: e.type)
def test_in_memory_a_finished_answer_is_dropped_after_an_hour_and_a_running_one_is_not(end):
    clock = Clock()
    log = MemoryLog(clock=clock)
    finished, running = an_answer(), an_answer()
    log.create(finished)
    log.create(running)
    log.append([(finished.id, [end]), (running.id, [Token("a")])])
    clock.now += KEEP_FINISHED_S
    log.create(an_answer())
    assert log.answer(finished.id) == finished
    clock.now += 1
    log.create(an_answer())
    assert log.answer(finished.id) is None
    assert log.session(finished.session_id) is None
    assert log.answer(running.id) == running


def test_in_memory_a_conversation_stays_while_one_of_its_answers_does():
    clock = Clock()
    log = MemoryLog(clock=clock)
    old = an_answer()
    log.create(old)
    log.append([(old.id, [DONE])])
    clock.now += KEEP_FINISHED_S + 1
    newer = an_answer(session_id=old.session_id)
    log.create(newer)
    log.create(an_answer())
    assert log.answers(old.session_id) == [newer]
    assert log.session(old.session_id).title == title_of(old.query)


def test_in_memory_the_oldest_finished_answers_go_where_there_are_too_many():
    clock = Clock()
    log = MemoryLog(most_answers=3, clock=clock)
    answers = [an_answer() for _ in range(6)]
    for n, answer in enumerate(answers):
        clock.now += 1
        log.create(answer)
        if n != 1:
            log.append([(answer.id, [DONE])])
    assert [a.id for a in answers if log.answer(a.id)] == [answers[n].id for n in (1, 4, 5)]

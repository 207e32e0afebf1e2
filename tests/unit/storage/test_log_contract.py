"""What every ``AnswerLog`` promises of answers and their logs: in memory, on SQLite, on Postgres."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from databases import DONE, at_once
from fakes import PATIENCE_S, an_answer
from footnote.errors import NotFound, StorageFailed
from footnote.events import Error, Stopped, Token
from footnote.wire import entry, text_of


def test_an_answer_is_made_once_and_found_again(answer_log):
    answer = an_answer()
    assert answer_log.create(answer) == (answer, True)
    assert answer_log.create(an_answer(id=answer.id, session_id=answer.session_id)) == (answer, False)
    assert answer_log.answer(answer.id) == answer
    assert answer_log.answer(str(uuid4())) is None


def test_of_eight_who_make_the_same_answer_exactly_one_does(answer_log):
    id, session = str(uuid4()), str(uuid4())
    made = at_once(8, lambda n: answer_log.create(an_answer(id=id, session_id=session, query=f"{n}?")))
    assert sum(new for _, new in made) == 1
    assert len({kept.query for kept, _ in made}) == 1
    assert len(answer_log.answers(session)) == 1


def test_events_are_numbered_from_one_without_a_gap(answer_log):
    a, b = an_answer(), an_answer()
    answer_log.create(a)
    answer_log.create(b)
    answer_log.append([(a.id, [Token("1"), Token("2")]), (b.id, [Token("x")])])
    answer_log.append([(a.id, [DONE])])
    assert answer_log.read(a.id) == [entry(1, Token("1")), entry(2, Token("2")), entry(3, DONE)]
    assert answer_log.read(b.id) == [entry(1, Token("x"))]


def test_reading_after_a_cursor_gives_exactly_the_rest(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    assert answer_log.read(answer.id) == []
    answer_log.append([(answer.id, [Token(str(n)) for n in range(5)])])
    every = answer_log.read(answer.id)
    for after in range(7):
        assert answer_log.read(answer.id, after) == every[after:]
        if after < 5:
            assert answer_log.wait(answer.id, after, 0) == every[after:]


def test_what_was_read_does_not_change_when_the_log_grows(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    answer_log.append([(answer.id, [Token("a")])])
    read = answer_log.read(answer.id)
    answer_log.append([(answer.id, [Token("b")])])
    assert len(read) == 1


def test_waiting_ends_with_the_next_event(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answer_log.wait, answer.id, 0, PATIENCE_S)
        answer_log.append([(answer.id, [Token("a")])])
        assert waiting.result(PATIENCE_S) == [entry(1, Token("a"))]


def test_waiting_in_vain_ends_with_nothing(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    assert answer_log.wait(answer.id, 0, 0.01) == []


def test_every_reader_of_a_growing_log_sees_all_of_it_once(answer_log):
    """Four write to an answer each, four read along."""
    answers = [an_answer() for _ in range(4)]
    for answer in answers:
        answer_log.create(answer)

    def act(n):
        id = answers[n % 4].id
        if n < 4:
            for i in range(100):
                answer_log.append([(id, [Token(f"{i} ")])])
            answer_log.append([(id, [DONE])])
            return None
        seen = []
        while not (seen and seen[-1].event == DONE):
            seen += answer_log.wait(id, len(seen), PATIENCE_S)
        return seen

    for seen in at_once(8, act)[4:]:
        assert text_of(seen) == "".join(f"{i} " for i in range(100))
        assert [e.seq for e in seen] == list(range(1, 102))


def test_many_who_append_to_one_answer_leave_no_gap(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    at_once(8, lambda n: [answer_log.append([(answer.id, [Token(f"{n}")])]) for _ in range(50)])
    entries = answer_log.read(answer.id)
    assert [e.seq for e in entries] == list(range(1, 401))
    assert sorted(text_of(entries)) == sorted("01234567" * 50)


def test_events_for_what_is_not_there_are_dropped_and_the_others_kept(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    answer_log.append([(str(uuid4()), [Token("lost")]), (answer.id, [Token("kept")])])
    assert text_of(answer_log.read(answer.id)) == "kept"


def test_what_is_not_there_reads_as_nothing_and_cannot_be_waited_for(answer_log):
    missing = str(uuid4())
    assert answer_log.read(missing) == []
    with pytest.raises(NotFound):
        answer_log.wait(missing, 0, 0.01)


def test_deleting_wakes_who_waits(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answer_log.wait, answer.id, 0, PATIENCE_S)
        answer_log.delete(answer.session_id)
        with pytest.raises(NotFound):
            waiting.result(PATIENCE_S)


@pytest.mark.parametrize("end", [DONE, Error("TIMEOUT", "m", retryable=True), Stopped()], ids=lambda e: e.type)
def test_after_its_end_nothing_is_added_to_an_answer(answer_log, end):
    answer, other = an_answer(), an_answer()
    answer_log.create(answer)
    answer_log.create(other)
    assert answer_log.append([(answer.id, [Token("a"), end])]) == []
    assert answer_log.append([(answer.id, [Token("late")]), (other.id, [Token("b")])]) == [answer.id]
    assert [e.event for e in answer_log.read(answer.id)] == [Token("a"), end]
    assert text_of(answer_log.read(other.id)) == "b"


def test_the_ids_of_answers_that_are_gone_come_back(answer_log):
    gone, never = an_answer(), str(uuid4())
    answer_log.create(gone)
    answer_log.delete(gone.session_id)
    assert set(answer_log.append([(gone.id, [Token("a")]), (never, [Token("b")])])) == {gone.id, never}


def test_an_ended_log_reads_the_same_from_every_cursor(answer_log):
    """Compacted or not: to the letter, whatever characters are in it."""
    answer = an_answer()
    answer_log.create(answer)
    events = [Token("line\none"), Token("\u2028 two \u0085"), Token("🎉 \ud83c \0 ü"), DONE]
    for event in events:
        answer_log.append([(answer.id, [event])])
    every = [entry(n, event) for n, event in enumerate(events, 1)]
    for after in range(6):
        assert answer_log.read(answer.id, after) == every[after:]
        if after < 4:
            assert answer_log.wait(answer.id, after, 0) == every[after:]


def test_a_stop_is_told_to_who_writes_the_answer_and_to_nobody_once_it_has_ended(answer_log):
    told = []
    answer_log.watch(told.append)
    answer = an_answer()
    answer_log.create(answer)
    answer_log.request_stop(answer.id)
    assert told == [answer.id]
    answer_log.append([(answer.id, [Stopped()])])
    answer_log.request_stop(answer.id)
    answer_log.request_stop(str(uuid4()))
    assert told == [answer.id]


def test_while_the_database_is_away_who_waits_is_told_and_gets_what_is_kept(answer_log):
    answer, other = an_answer(), an_answer()
    answer_log.create(answer)
    answer_log.create(other)
    answer_log.append([(answer.id, [Token("a")])])
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answer_log.wait, answer.id, 1, PATIENCE_S)
        answer_log.suspend([answer.id, str(uuid4())])
        with pytest.raises(StorageFailed):
            waiting.result(PATIENCE_S)
    assert text_of(answer_log.wait(answer.id, 0, 0)) == "a"
    assert answer_log.wait(other.id, 0, 0) == []
    answer_log.append([(answer.id, [Token("b")])])
    assert text_of(answer_log.wait(answer.id, 1, 0)) == "b"
    assert answer_log.wait(answer.id, 2, 0) == []


def test_alone_there_is_nobody_to_take_over_from(answer_log):
    answer_log.create(an_answer())
    assert answer_log.beat() == []
    assert answer_log.beat() == []

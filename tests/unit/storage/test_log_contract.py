"""What every ``AnswerLog`` promises: in memory, on SQLite, on Postgres."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from databases import DONE, at_once
from fakes import PATIENCE_S, an_answer
from footnote.errors import NotFound
from footnote.events import Token, entry, text_of
from footnote.storage.answers import SqlLog
from footnote.storage.memory import MemoryLog


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def answer_log(request):
    if request.param == "memory":
        yield MemoryLog()
        return
    log = SqlLog(request.getfixturevalue(request.param).open())
    yield log
    log.close()


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


def test_a_conversation_is_named_after_its_first_question_and_lists_its_answers_in_order(answer_log):
    session = str(uuid4())
    answers = [an_answer(session_id=session, query=f"Question {n}?") for n in range(3)]
    for answer in answers:
        answer_log.create(answer)
    kept = answer_log.session(session)
    assert (kept.id, kept.user, kept.title) == (session, "ann", "Question 0?")
    assert kept.created_at <= kept.updated_at
    assert answer_log.answers(session) == answers
    assert answer_log.answers(str(uuid4())) == []


def test_a_user_sees_their_own_conversations_only_the_last_used_first(answer_log):
    first, second, others = str(uuid4()), str(uuid4()), str(uuid4())
    answer_log.create(an_answer(session_id=first))
    answer_log.create(an_answer(session_id=second))
    answer_log.create(an_answer(session_id=others, user="eve"))
    assert [s.id for s in answer_log.sessions("ann")] == [second, first]
    answer_log.create(an_answer(session_id=first))
    assert [s.id for s in answer_log.sessions("ann")] == [first, second]
    assert [s.id for s in answer_log.sessions("eve")] == [others]
    assert answer_log.sessions("nobody") == []


def test_a_conversation_of_someone_else_takes_no_answer(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    intruder = an_answer(session_id=answer.session_id, user="eve")
    with pytest.raises(NotFound):
        answer_log.create(intruder)
    assert answer_log.answer(intruder.id) is None
    assert answer_log.answers(answer.session_id) == [answer]


def test_a_conversation_can_be_renamed(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    answer_log.rename(answer.session_id, "The pier")
    assert answer_log.session(answer.session_id).title == "The pier"
    answer_log.create(an_answer(session_id=answer.session_id))
    assert answer_log.session(answer.session_id).title == "The pier"
    answer_log.rename(str(uuid4()), "nobody's")


def test_a_deleted_conversation_takes_its_answers_and_logs_along(answer_log):
    gone, kept = an_answer(), an_answer()
    answer_log.create(gone)
    answer_log.create(kept)
    answer_log.append([(gone.id, [Token("a")]), (kept.id, [Token("b")])])
    answer_log.delete(gone.session_id)
    assert answer_log.session(gone.session_id) is None
    assert answer_log.answer(gone.id) is None
    assert answer_log.read(gone.id) == []
    assert text_of(answer_log.read(kept.id)) == "b"
    answer_log.delete(str(uuid4()))


def test_deleting_wakes_who_waits(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answer_log.wait, answer.id, 0, PATIENCE_S)
        answer_log.delete(answer.session_id)
        with pytest.raises(NotFound):
            waiting.result(PATIENCE_S)

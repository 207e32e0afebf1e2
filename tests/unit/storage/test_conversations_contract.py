"""What every ``AnswerLog`` promises of conversations, of finding them, and of what a user may do at once."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from databases import DONE, at_once
from fakes import an_answer
from footnote.contexts import Context
from footnote.conversations import Allowance
from footnote.errors import NotFound, TooManyQuestions
from footnote.events import Token
from footnote.passages import Filter, Kind
from footnote.storage.memory import MemoryLog
from footnote.wire import text_of


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


def test_a_user_sees_their_own_conversations_only_the_last_used_first(answer_log, clock):
    first, second, others = str(uuid4()), str(uuid4()), str(uuid4())
    answer_log.create(an_answer(session_id=first))
    clock.seconds += 1
    answer_log.create(an_answer(session_id=second))
    answer_log.create(an_answer(session_id=others, user="eve"))
    clock.seconds += 1
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


def test_an_answer_keeps_every_field(answer_log):
    first = an_answer(recording_filter=("b", "a"), query="Wann öffnet «die» Pier? 会議 🎉\nZeile")
    answer_log.create(first)
    limits = Filter(
        kinds=frozenset({Kind.PDF}), tags=frozenset({"a", "b"}), since="2026-01-01", without=frozenset({"p#1"})
    )
    shown = Context("Revenue", (("Region", "Süd"),), ("Month", "Revenue"), (("Jan", "1"), ("Feb", "")), "In euros")
    second = an_answer(
        session_id=first.session_id,
        replaces=first.id,
        continues=True,
        criteria=limits,
        profile="onboarding",
        context=shown,
    )
    answer_log.create(second)
    assert answer_log.answer(first.id) == first
    assert answer_log.answers(first.session_id) == [first, second]


def test_a_conversation_is_read_at_once_with_its_logs_as_far_as_they_go(answer_log):
    first = an_answer()
    second, other = an_answer(session_id=first.session_id), an_answer()
    for answer in (first, second, other):
        answer_log.create(answer)
    answer_log.append([(first.id, [Token("a"), DONE]), (second.id, [Token("b")]), (other.id, [Token("c")])])
    read = answer_log.conversation(first.session_id)
    assert [(answer, text_of(entries)) for answer, entries in read] == [(first, "a"), (second, "b")]
    assert read[0][1] == answer_log.read(first.id)
    assert answer_log.conversation(first.session_id, [second.id, other.id]) == read[1:]
    assert answer_log.conversation(str(uuid4())) == []


def test_an_answer_replaces_only_one_of_its_own_conversation(answer_log):
    elsewhere = an_answer()
    answer_log.create(elsewhere)
    for replaced in (elsewhere.id, str(uuid4())):
        refused = an_answer(replaces=replaced)
        with pytest.raises(NotFound):
            answer_log.create(refused)
        assert answer_log.answer(refused.id) is None
        assert answer_log.session(refused.session_id) is None


def test_a_conversation_runs_while_one_of_its_answers_does(answer_log):
    answer = an_answer()
    answer_log.create(answer)
    assert answer_log.session(answer.session_id).running
    assert [s.running for s in answer_log.sessions("ann")] == [True]
    answer_log.append([(answer.id, [DONE])])
    assert not answer_log.session(answer.session_id).running
    assert [s.running for s in answer_log.sessions("ann")] == [False]


def test_an_answers_end_counts_as_use_of_its_conversation(answer_log, clock):
    older, newer = an_answer(), an_answer()
    answer_log.create(older)
    clock.seconds += 1
    answer_log.create(newer)
    clock.seconds += 1
    answer_log.append([(older.id, [DONE])])
    assert [s.id for s in answer_log.sessions("ann")] == [older.session_id, newer.session_id]


@pytest.mark.parametrize(
    "search",
    [
        "pier", "PIER", "open the", "Brücke", "BRÜCKE", "bru\u0308cke", "会議", "議で", "100%", "a_b", "back\\slash",
        "it's", "title harbour", "straße", "STRASSE", " ", "",
    ],
)  # fmt: skip
def test_a_conversation_is_found_by_words_of_its_title_its_questions_and_its_answers(answer_log, search):
    answer = an_answer(query="When did the Pier open? Brücke 会議で 100% a_b")
    answer_log.create(answer)
    answer_log.append([(answer.id, [Token("The har"), Token("bour; it's back\\slash Straße"), DONE])])
    answer_log.rename(answer.session_id, "A title")
    answer_log.create(an_answer(query="Something else", user="eve"))
    assert [s.id for s in answer_log.sessions("ann", search)] == [answer.session_id]


@pytest.mark.parametrize("search", ["ferry", "pier ferry", "%", "p_er", "100_", "pi%er", "\\"])
def test_a_conversation_without_one_of_the_words_is_not_found(answer_log, search):
    answer = an_answer(query="When did the pier open? 100")
    answer_log.create(answer)
    answer_log.append([(answer.id, [Token("In May."), DONE])])
    assert answer_log.sessions("ann", search) == []


def test_of_an_answer_that_runs_only_the_question_is_searched(answer_log):
    answer = an_answer(query="When?")
    answer_log.create(answer)
    answer_log.append([(answer.id, [Token("harbour")])])
    assert len(answer_log.sessions("ann", "when")) == 1
    assert answer_log.sessions("ann", "harbour") == []


def test_a_user_may_ask_so_many_questions_in_a_moving_window(answer_log, clock):
    allowance = Allowance(2, 60)
    answer_log.create(an_answer(), allowance)
    clock.seconds += 20
    second = an_answer()
    answer_log.create(second, allowance)
    clock.seconds += 10
    refused = an_answer()
    with pytest.raises(TooManyQuestions) as raised:
        answer_log.create(refused, allowance)
    assert raised.value.retry_after_s == pytest.approx(30)
    assert answer_log.answer(refused.id) is None
    assert answer_log.session(refused.session_id) is None
    assert answer_log.create(second, allowance) == (second, False)  # what stands costs nothing
    answer_log.create(an_answer(user="eve"), allowance)
    assert answer_log.asked("ann", 60) == 2
    clock.seconds += 30.5
    assert answer_log.asked("ann", 60) == 1
    answer_log.create(refused, allowance)
    with pytest.raises(TooManyQuestions) as raised:
        answer_log.create(an_answer(), allowance)
    assert raised.value.retry_after_s == pytest.approx(19.5)


def test_a_deleted_conversation_gives_no_questions_back(answer_log):
    answer = an_answer()
    answer_log.create(answer, Allowance(1, 60))
    answer_log.delete(answer.session_id)
    with pytest.raises(TooManyQuestions):
        answer_log.create(an_answer(), Allowance(1, 60))


def test_of_many_who_ask_at_once_no_more_than_allowed_are_taken(answer_log):
    def ask(_):
        try:
            return answer_log.create(an_answer(), Allowance(3, 3600))[1]
        except TooManyQuestions:
            return False

    assert sum(at_once(8, ask)) == 3
    assert answer_log.asked("ann", 3600) == 3


def test_a_user_may_have_so_many_streams_open(answer_log):
    tickets = [answer_log.open_stream("ann", 2), answer_log.open_stream("ann", 2)]
    assert len(set(tickets)) == 2
    assert None not in tickets
    assert answer_log.open_stream("ann", 2) is None
    assert answer_log.open_stream("eve", 2) is not None
    answer_log.close_stream(tickets[0])
    answer_log.close_stream(tickets[0])
    assert answer_log.open_stream("ann", 2) is not None
    assert answer_log.open_stream("ann", 2) is None


def test_of_many_streams_opened_at_once_no_more_than_allowed_are_counted(answer_log):
    assert sum(ticket is not None for ticket in at_once(8, lambda _: answer_log.open_stream("ann", 3))) == 3


def test_conversations_that_were_not_used_for_long_are_deleted_but_for_those_that_run(answer_log, clock):
    old, running, new = an_answer(), an_answer(), an_answer()
    moment = datetime.now(UTC) if isinstance(answer_log, MemoryLog) else None
    for answer in (old, running):
        answer_log.create(answer)
    answer_log.append([(old.id, [DONE])])
    clock.seconds += 60
    moment = datetime.now(UTC) if moment else clock.now()
    answer_log.create(new)
    answer_log.append([(new.id, [DONE])])
    deleted: list[str] = []
    answer_log.on_deletion(deleted.extend)
    assert answer_log.delete_before(moment) == 1
    assert deleted == [old.id]
    assert [answer_log.answer(a.id) is None for a in (old, running, new)] == [True, False, False]
    assert answer_log.session(old.session_id) is None
    assert answer_log.delete_before(moment) == 0
    answer_log.delete(new.session_id)
    assert deleted == [old.id, new.id]

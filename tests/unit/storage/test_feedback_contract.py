"""What every ``FeedbackStore`` promises: one word of an answer and of each citation, for as long as the answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from databases import DONE, at_once
from fakes import an_answer
from footnote.errors import NotFound
from footnote.feedback import Feedback, Opinion, Reason
from footnote.storage.feedback import MemoryFeedback, SqlFeedback
from footnote.storage.memory import MemoryLog

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


@pytest.fixture
def store(answer_log, request):
    """Where what is said of the answers of ``answer_log`` is kept."""
    if isinstance(answer_log, MemoryLog):
        return MemoryFeedback(answer_log.answer)
    kind = request.node.callspec.params["answer_log"]
    return SqlFeedback(request.getfixturevalue(kind).open())


@pytest.fixture
def answer(answer_log):
    made = an_answer()
    answer_log.create(made)
    return made


def said(answer, minutes=0, **fields):
    usual = {"verdict": Opinion.DOWN, "reason": Reason.INCORRECT, "comment": "It was 30. 🚲"}
    return Feedback(answer.id, answer.user, at=NOON + timedelta(minutes=minutes), **(usual | fields))


def test_what_was_said_comes_back_whole_and_the_last_word_counts(store, answer):
    assert store.of([answer.id]) == {}
    store.put(said(answer))
    assert store.of([answer.id]) == {answer.id: [said(answer)]}
    changed = said(answer, 5, verdict=Opinion.UP, reason=None, comment=None)
    store.put(changed)
    assert store.of([answer.id]) == {answer.id: [changed]}
    assert list(store.everything()) == [changed]


def test_an_answer_and_each_of_its_citations_have_a_word_of_their_own(store, answer):
    of_two = said(answer, 1, verdict=Opinion.WRONG_SOURCE, reason=Reason.NOT_SAID, n=2)
    of_ten = said(answer, 0, verdict=Opinion.WRONG_SOURCE, reason=None, n=10)
    of_all = said(answer, 2)
    for feedback in (of_ten, of_two, of_all):
        store.put(feedback)
    assert store.of([answer.id]) == {answer.id: [of_all, of_two, of_ten]}
    assert list(store.everything()) == [of_ten, of_two, of_all]
    store.remove(answer.id, 2)
    store.remove(answer.id, 3)
    assert store.of([answer.id]) == {answer.id: [of_all, of_ten]}
    store.remove(answer.id)
    assert store.of([answer.id]) == {answer.id: [of_ten]}


def test_many_answers_are_read_at_once_and_only_those_asked_for(store, answer_log):
    answers = [an_answer() for _ in range(3)]
    for made in answers:
        answer_log.create(made)
        store.put(said(made))
    first, second, _ = answers
    wanted = [first.id, second.id, str(uuid4())]
    assert store.of(wanted) == {first.id: [said(first)], second.id: [said(second)]}
    assert store.of([]) == {}
    crowd = [str(uuid4()) for _ in range(70_000)]  # more than a statement of either database has variables
    assert store.of([first.id, *crowd, second.id]) == {first.id: [said(first)], second.id: [said(second)]}


def test_it_goes_with_its_conversation_and_nothing_can_be_said_of_what_is_gone(store, answer, answer_log):
    store.put(said(answer))
    answer_log.append([(answer.id, [DONE])])
    answer_log.delete(answer.session_id)
    assert store.of([answer.id]) == {}
    assert list(store.everything()) == []
    with pytest.raises(NotFound):
        store.put(said(answer))
    store.remove(answer.id)
    answer_log.create(replace(an_answer(), id=answer.id))
    assert store.of([answer.id]) == {}, "another answer under that id begins with nothing said"


def test_of_many_at_once_one_word_stands(store, answer):
    at_once(8, lambda n: store.put(said(answer, comment=str(n))))
    (kept,) = store.of([answer.id])[answer.id]
    assert kept.comment in set("01234567")

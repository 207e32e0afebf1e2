"""A part of a long conversation: whole questions, with all versions of each."""

from __future__ import annotations

import pytest

from fakes import an_answer
from footnote.answers.turns import part
from footnote.errors import NotFound


def conversation(*replaced):
    """Answers by their numbers: ``replaced[i]`` is the number of the one that the i-th is another version of."""
    made = []
    for of in replaced:
        made.append(an_answer(id=f"a{len(made)}", replaces=None if of is None else f"a{of}"))
    return made


def ids(found):
    answers, earlier = found
    return [answer.id for answer in answers], earlier


def test_all_of_it_is_the_default():
    assert ids(part(conversation(None, None))) == (["a0", "a1"], 0)


def test_the_last_questions_come_with_all_their_versions():
    assert ids(part(conversation(None, None, None, 1), last=2)) == (["a1", "a3", "a2"], 1)


def test_earlier_ones_are_those_before_an_answer_or_any_version_of_it():
    assert ids(part(conversation(None, None, None, 2), last=1, before="a3")) == (["a1"], 1)
    assert ids(part(conversation(None, None), last=5, before="a0")) == ([], 0)


def test_all_since_an_answer_come_however_many_were_asked_for():
    assert ids(part(conversation(None, None, None, None, 1), last=1, since="a4")) == (["a1", "a4", "a2", "a3"], 1)
    assert ids(part(conversation(None, None, None), since="a2", before="a1")) == ([], 1)


@pytest.mark.parametrize("of", [{"before": "b"}, {"since": "b"}])
def test_an_answer_that_is_not_there_is_told(of):
    with pytest.raises(NotFound):
        part(conversation(None), last=1, **of)

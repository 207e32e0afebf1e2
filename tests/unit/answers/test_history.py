"""What a model is told of the conversation so far: each earlier turn once, in its newest version with text."""

from uuid import uuid4

import pytest

from databases import DONE
from fakes import an_answer
from footnote.answers.history import turns
from footnote.answers.prompt import MOST_TURNS
from footnote.events import Error, Stopped, Token

FAILED = Error("TIMEOUT", "It took too long.", retryable=True)


class Conversation:
    """A conversation in the log, as the test has it asked."""

    def __init__(self, log):
        self.log = log
        self.session = str(uuid4())

    def ask(self, query, text="", end=DONE, replaces=None):
        """Ask, with an answer that came to this; without an end it is still being written."""
        answer = self.asking(query, replaces)
        self.log.create(answer)
        events = [Token(text)] if text else []
        self.log.append([(answer.id, [*events, end] if end else events)])
        return answer

    def asking(self, query, replaces=None):
        return an_answer(session_id=self.session, query=query, replaces=replaces and replaces.id)

    def told(self, answer):
        return [(turn.question, turn.answer) for turn in turns(self.log, answer)]


@pytest.fixture
def conversation(log):
    return Conversation(log)


def test_earlier_turns_in_the_order_asked(conversation):
    conversation.ask("One?", "1.")
    conversation.ask("Two?", "2.")
    assert conversation.told(conversation.asking("Three?")) == [("One?", "1."), ("Two?", "2.")]


def test_of_several_versions_the_newest_with_text_stands_at_the_first_one_s_place(conversation):
    one = conversation.ask("One?", "1.")
    conversation.ask("Two?", "2.")
    again = conversation.ask("One, please?", "1 again.", replaces=one)
    conversation.ask("One, at last?", "", FAILED, replaces=again)
    assert conversation.told(conversation.asking("Three?")) == [("One, please?", "1 again."), ("Two?", "2.")]


@pytest.mark.parametrize("end", [FAILED, Stopped()], ids=["failed", "stopped"])
def test_what_broke_off_counts_as_far_as_it_came(conversation, end):
    conversation.ask("One?", "Half", end)
    assert conversation.told(conversation.asking("Two?")) == [("One?", "Half")]


def test_what_is_still_being_written_or_came_to_nothing_is_left_out(conversation):
    conversation.ask("One?", "Not yet whole", end=None)
    conversation.ask("Two?", "", FAILED)
    assert conversation.told(conversation.asking("Three?")) == []


def test_a_new_version_is_told_what_was_before_the_turn_that_it_replaces_and_nothing_of_that_turn(conversation):
    conversation.ask("One?", "1.")
    two = conversation.ask("Two?", "2.")
    conversation.ask("Three?", "3.")
    again = conversation.ask("Two again?", "2 again.", replaces=two)
    for replaced in (two, again):
        assert conversation.told(conversation.asking("Two, a third time?", replaced)) == [("One?", "1.")]


def test_a_new_version_of_the_first_turn_is_told_nothing(conversation):
    one = conversation.ask("One?", "1.")
    conversation.ask("Two?", "2.")
    assert conversation.told(conversation.asking("One again?", one)) == []


def test_only_the_last_turns_are_told_and_empty_ones_take_nobody_s_place(conversation):
    for n in range(MOST_TURNS + 2):
        conversation.ask(f"Question {n}?", f"{n}.")
    conversation.ask("Nothing?", "", FAILED)
    told = conversation.told(conversation.asking("And?"))
    assert [question for question, _ in told] == [f"Question {n}?" for n in range(2, MOST_TURNS + 2)]


def test_other_conversations_are_not_told(conversation, log):
    Conversation(log).ask("Elsewhere?", "Yes.")
    assert conversation.told(conversation.asking("Here?")) == []

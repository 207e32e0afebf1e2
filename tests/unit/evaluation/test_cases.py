"""A set's lines: what they may hold, and how each mistake is named by line and field."""

from __future__ import annotations

import json

import pytest

from footnote.chat import Turn
from footnote.evaluation.cases import Case, Expected, SetError, digest, read
from footnote.passages import Filter, Kind

WHOLE = {
    "id": "swap",
    "question": "What is the threshold?",
    "filter": {"documents": ["a"], "kinds": ["recording"], "tags": ["t"], "since": "2026-03-01", "without": ["a#9"]},
    "turns": [{"question": "Hello?", "answer": "Yes [1]."}],
    "expected": {"documents": ["a"], "passages": ["a#1"], "wrong_passages": ["a#2"], "facts": ["30 percent", ["x", 4]]},
    "note": "by Ann",
}


def test_a_line_may_hold_all_of_this():
    assert read(["", json.dumps(WHOLE)], "set") == [
        Case(
            "swap",
            "What is the threshold?",
            Filter(
                frozenset({"a"}),
                frozenset({Kind.RECORDING}),
                frozenset({"t"}),
                since="2026-03-01",
                without=frozenset({"a#9"}),
            ),
            (Turn("Hello?", "Yes [1]."),),
            Expected(
                frozenset({"a"}),
                frozenset({"a#1"}),
                wrong_passages=frozenset({"a#2"}),
                facts=(("30 percent",), ("x", "4")),
            ),
        )
    ]


def test_a_question_alone_is_enough_and_is_called_by_its_line():
    assert read(['{"question": "Why?"}', '{"question": "Who?", "expected": {"not_found": true}}'], "set") == [
        Case("line-1", "Why?"),
        Case("line-2", "Who?", expected=Expected(not_found=True)),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1: no JSON: Expecting property name enclosed in double quotes at character 2"),
        ("[]", "line 1: has to be a JSON object"),
        ("{}", "line 1: question: Field required"),
        ('{"question": " "}', "line 1: question: has to say something"),
        ('{"question": 4}', "line 1: question: Input should be a valid string"),
        ('{"question": "Q", "answer": "A"}', "line 1: answer: there is no such field"),
        (
            '{"question": "Q", "filter": {"kinds": ["film"]}}',
            "line 1: filter.kinds[0]: Input should be 'recording', 'te",
        ),
        ('{"question": "Q", "filter": {"since": "May"}}', "line 1: filter.since: has to be a day, such as 2026-03-12"),
        (
            '{"question": "Q", "expected": {"facts": [[]]}}',
            "line 1: expected.facts[0]: has to be a text or a number, or",
        ),
        ('{"question": "Q", "expected": {"facts": [" "]}}', "line 1: expected.facts[0]: has to say something"),
        ('{"question": "Q", "expected": {"facts": [true]}}', "line 1: expected.facts[0]: has to be a text or a number"),
        (
            '{"question": "Q", "expected": {"documents": "a"}}',
            "line 1: expected.documents: Input should be a valid list",
        ),
        (
            '{"question": "Q", "expected": {"not_found": true, "facts": ["x"]}}',
            "line 1: expected: with not_found, no document, passage or fact can be expected",
        ),
    ],
)
def test_a_mistake_is_named_by_line_and_field(line, said):
    with pytest.raises(SetError) as raised:
        read([line], "set.jsonl")
    assert raised.value.message.startswith(f"set.jsonl, {said}")


def test_all_mistakes_are_told_at_once():
    with pytest.raises(SetError) as raised:
        read(['{"id": "a", "question": "Q"}', "{", '{"id": "a", "question": "R"}'], "set")
    assert raised.value.message.splitlines() == [
        "set, line 2: no JSON: Expecting property name enclosed in double quotes at character 2",
        "set, line 3: id: 'a' is line 1's",
    ]


def test_a_file_without_a_question_is_no_set():
    with pytest.raises(SetError, match="set holds no question"):
        read(["", " "], "set")


def test_a_set_is_told_from_another_by_what_is_asked_and_expected():
    cases = read(['{"question": "Q", "expected": {"documents": ["a", "b"]}}', '{"question": "R"}'], "set")
    other = read(['{"question": "Q", "expected": {"documents": ["a", "c"]}}', '{"question": "R"}'], "set")
    again = read(['{"question": "Q", "expected": {"documents": ["b", "a"]}}', '{"question": "R", "note": "x"}'], "set")
    assert digest(cases) == digest(again) != digest(other)

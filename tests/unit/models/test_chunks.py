"""What a chunk of ChatDatabricks says, from its values alone."""

import json

import pytest

from footnote.chat import FinishReason, Usage
from footnote.models.chunks import finish_of, text_of, usage_of

THOUGHT = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hidden"}]}
SAID = {"type": "text", "text": "Es wäre [1]."}


@pytest.mark.parametrize(
    ("blocks", "shown"),
    [
        ([SAID], "Es wäre [1]."),
        ([THOUGHT], ""),
        ([THOUGHT, SAID, SAID], "Es wäre [1].Es wäre [1]."),
        ([{"type": "thinking", "thinking": "hidden"}], ""),
        ([{"type": "refusal", "refusal": "I may not."}], "I may not."),
        ([{"type": "text", "text": "with a note", "annotations": []}], "with a note"),
    ],
)
def test_of_blocks_only_the_text_is_shown(blocks, shown):
    """As a list, and as the JSON that ChatDatabricks makes of one."""
    assert text_of(blocks) == shown
    assert text_of(json.dumps(blocks)) == shown


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "May [1].",
        "[",
        "[1] says May.",
        "[1]",
        "[]",
        "[{",
        '[{"type"',
        '[{"type": "text"}]',  # a block without its text
        '[{"type": "launch", "text": "May"}]',
        '[{"month": "May"}, {"month": "June"}]',
        '[{"type": "text", "text": "x"}, {"month": "June"}]',
        '[{"type":"text","text":"written by a model, not by json.dumps"}]',
        '[{"type": "text", "text": "x"}]\n',
        '[{"type": ["text"], "text": "x"}]',
        '[{"a": 1}, and so on {}]',
        '{"type": "text", "text": "x"}',
    ],
)
def test_an_answer_in_brackets_stays_as_it_is(answer):
    """JSON that a person asked for is text like any other."""
    assert text_of(answer) == answer


def test_strings_among_blocks_are_text():
    assert text_of(["Es ", SAID, {"type": "unknown", "text": "hidden"}, 7]) == "Es Es wäre [1]."


def test_content_of_no_known_shape_is_no_text():
    assert text_of(None) == ""


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("content_filter", FinishReason.CONTENT_FILTER),
        ("tool_calls", FinishReason.STOP),
        ("end_turn", FinishReason.STOP),
        ("", None),
        (None, None),
    ],
)
def test_each_finish_reason_is_one_of_three(reason, finish):
    assert finish_of({"finish_reason": reason}) is finish
    assert finish_of({}) is None


def test_usage_is_what_the_model_says():
    assert usage_of({"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}) == Usage(7, 2)
    assert usage_of({}) == Usage(None, None)

"""Text on its way into the index, and words on their way to it."""

import pytest

from footnote.storage.full_text import MOST_PARTS, indexed, match, words


def test_plain_text_goes_in_as_it_is():
    assert indexed("It's 3.5 — fine") == "It's 3.5 — fine"


def test_unspaced_writing_goes_in_character_by_character():
    assert indexed("東京の会議 2026").split() == ["東", "京", "の", "会", "議", "2026"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What's new?", ["What", "s", "new"]),
        ("state-of-the-art_3", ["state", "of", "the", "art", "3"]),
        ("会議はR&D", ["会議は", "R", "D"]),
        ("cafe\u0301", ["café"]),
        ('"*^:()- \x00 \ud800 🎉', []),
    ],
)
def test_words_are_runs_of_letters_and_digits(text, found):
    assert words(text) == found


def test_words_are_asked_for_as_quoted_strings():
    assert match(["NEAR", "cat"]) == '"NEAR" OR "cat"'


def test_unspaced_writing_is_asked_for_in_phrases_of_two():
    assert match(["会議室"]) == '"会 議" OR "議 室"'
    assert match(["会"]) == '"会"'


def test_an_expression_is_bounded():
    run = "".join(chr(0x4E00 + n) for n in range(4096))
    assert match([run, "cat"]).count(" OR ") == MOST_PARTS - 1

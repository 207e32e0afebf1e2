"""What a conversation is called, and the words that it is found by."""

import pytest

from footnote.storage.titles import MOST_WORDS, TITLE_LENGTH, folded, title_of, words_of


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("What?", "What?"),
        ("  What \n\t was   it? ", "What was it?"),
        ("word " * 40, "word " * 15 + "word…"),
        ("x" * 300, "x" * TITLE_LENGTH + "…"),
    ],
)
def test_a_title_is_one_line_cut_at_a_word(query, title):
    assert title_of(query) == title
    assert len(title_of(query)) <= TITLE_LENGTH + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("über", "U\u0308BER"),
        ("É", "e\u0301"),
        ("東京", "東京"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_words_that_are_the_same_to_a_reader_are_folded_into_one(one, other):
    assert folded(one) == folded(other)


def test_what_is_no_text_is_not_kept():
    """Postgres takes no zero, and no database half of a surrogate pair."""
    assert folded("a\0b") == "a b"
    assert folded("ä\ud800b\0") == "ä b "


def test_each_word_is_looked_for_once_and_not_too_many_of_them():
    assert words_of(" Pier  pier\tTHE ") == ["pier", "the"]
    assert words_of("") == []
    assert len(words_of(" ".join(map(str, range(1000))))) == MOST_WORDS

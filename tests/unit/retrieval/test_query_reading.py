"""Which words of a question are looked up, and what they count."""

import pytest

from footnote.retrieval.query import MOST_WORDS, read


def looked_up(text: str) -> set[str]:
    return {word.lower() for word in read(text).words.values()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the price of the depot?", {"price", "depot"}),
        ("What did A think about cost?", {"a", "think", "cost"}),
        ("A cost was named", {"cost", "named"}),
        ("How did the US respond to us?", {"us", "respond"}),
        ("I think, and I know", {"think", "know"}),
        ("WHAT IS THE PRICE", {"price"}),
    ],
)
def test_words_that_only_hold_a_sentence_together_are_left_out(text, expected):
    """But not a name that looks like one: a letter or an abbreviation in capitals."""
    assert looked_up(text) == expected


def test_nothing_but_stop_words_is_asked_for_with_them():
    assert looked_up("what was that") == {"what", "was", "that"}


def test_a_word_is_looked_up_once_whatever_its_ending():
    assert len(read("price prices Price priced").words) == 1


@pytest.mark.parametrize("text", ["", "   ", "?!*", "🎉🎉", "\x00\ud800"])
def test_a_text_without_words_asks_for_nothing(text):
    assert read(text).words == {}


def test_a_long_text_is_asked_for_by_its_longest_words():
    text = " ".join(f"ab{n}" for n in range(300)) + " " + " ".join(f"extraordinary{n}" for n in range(MOST_WORDS))
    query = read(text)
    assert len(query.words) == MOST_WORDS
    assert all(word.startswith("extraordinary") for word in query.words.values())

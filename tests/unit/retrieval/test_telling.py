"""Which words passages are looked for by, and what comes of that in the embedded retriever."""

import pytest

from footnote.passages import Filter, Kind
from footnote.retrieval.telling import Counted, Sought, sought


def words(**passages):
    return [Counted(word, word.title(), number) for word, number in passages.items()]


@pytest.mark.parametrize(
    ("most", "expression", "bounded"),
    [
        (1000, '"Rare" OR "Some" OR "Common"', False),
        (300, '("Rare" OR "Some") AND ("Rare" OR "Some" OR "Common")', True),
        (100, '("Rare") AND ("Rare" OR "Some" OR "Common")', True),
        (1, '("Rare") AND ("Rare" OR "Some" OR "Common")', True),
    ],
)
def test_the_rarest_words_are_looked_for_and_all_are_weighed(most, expression, bounded):
    assert sought(words(common=500, rare=20, some=200), most) == Sought(expression, bounded)


def test_a_word_that_no_passage_holds_is_not_asked_for():
    assert sought(words(rare=20, absent=0), 1) == Sought('"Rare"', bounded=False)
    assert sought(words(absent=0), 1) is None


def test_in_many_passages_those_with_a_rare_word_come_first(bounded):
    bounded.put("many", *["The meeting was about the quota."] * 40, "The quota of salmon.", "Salmon and herring.")
    assert sorted(bounded.found("What is the salmon quota?", limit=2)) == ["many#40", "many#41"]


@pytest.mark.parametrize("filter", [Filter(kinds=frozenset([Kind.RECORDING])), Filter.of(["a", "b"])])
def test_where_a_filter_leaves_out_those_with_a_rare_word_others_are_found(bounded, filter):
    """As many as are asked for: the rare word stands only where is not searched."""
    bounded.put("elsewhere", "Salmon.", *["The quota."] * 5)
    bounded.put("a", *["The quota of cod."] * 3, speaker="Ann")
    bounded.put("b", "The quota of herring.", "Nothing.", speaker="Ben")
    found = bounded.retriever.search("salmon quota", filter=filter, limit=4)
    assert sorted(hit.passage.id for hit in found) == ["a#0", "a#1", "a#2", "b#0"]


def test_passages_ticked_off_are_left_out_of_a_bounded_search(bounded):
    bounded.put("a", *["The quota."] * 5, "Salmon quota.", "Salmon.")
    hits = bounded.retriever.search("salmon quota", filter=Filter(without=frozenset(["a#5"])), limit=1)
    assert [hit.passage.id for hit in hits] == ["a#6"]

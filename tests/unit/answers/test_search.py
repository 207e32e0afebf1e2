"""What is searched for a question that stands in a conversation."""

from fakes import ListRetriever, passage
from footnote.answers.search import find
from footnote.chat import Turn
from footnote.fusion import fuse
from footnote.passages import EVERYTHING, Filter, Hit

PIER = passage("pier", "The budget for the old pier was debated; who disagreed was Bob.")
FERRY = passage("ferry", "The ferry timetable: it leaves at nine.")
LUNCH = passage("lunch", "Lunch was late, and who disagreed about it was Eve.")
BEFORE = [Turn("What is the ferry timetable?", "At nine."), Turn("What was the budget for the pier?", "Half [1].")]


def found(retriever, question, turns, filter, limit):
    return ids(find(retriever, question, turns, filter, limit).hits)


def ids(hits):
    return [hit.passage.id for hit in hits]


def test_a_first_question_is_searched_once_and_alone():
    retriever = ListRetriever(PIER, FERRY, LUNCH)
    assert found(retriever, "When does the ferry leave?", [], EVERYTHING, 5)[0] == "ferry"
    assert retriever.queries == ["When does the ferry leave?"]


def test_a_follow_up_finds_the_topic_of_the_question_before_it():
    meals = [passage(f"meal{n}", "And who disagreed about lunch was Eve.") for n in range(3)]
    retriever = ListRetriever(*meals, PIER, FERRY)
    assert "pier" not in found(retriever, "And who disagreed?", [], EVERYTHING, 3)
    assert "pier" in found(retriever, "And who disagreed?", BEFORE, EVERYTHING, 3)


def test_a_new_topic_is_not_drowned_by_the_old_one():
    old = [passage(f"pier{n}", "the budget for the pier was cut and the pier was closed") for n in range(10)]
    retriever = ListRetriever(*old, FERRY)
    assert found(retriever, "ferry timetable nine leaves", BEFORE, EVERYTHING, 3)[0] == "ferry"


def test_both_searches_keep_to_the_filter_and_the_bound():
    retriever = ListRetriever(PIER, FERRY, LUNCH)
    assert found(retriever, "who disagreed?", BEFORE, Filter.of(["lunch"]), 5) == ["lunch"]
    assert len(found(retriever, "the", BEFORE, EVERYTHING, 1)) == 1


def test_fusing_puts_first_what_both_rankings_like_and_names_nothing_twice():
    a, b, c = Hit(PIER, 9.0), Hit(FERRY, 8.0), Hit(LUNCH, 7.0)
    fused = fuse([[a, b], [b, c]], 10)
    assert ids(fused) == ["ferry", "pier", "lunch"]
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)


def test_a_tie_keeps_the_order_of_the_first_ranking():
    assert ids(fuse([[Hit(PIER, 1.0)], [Hit(FERRY, 1.0)]], 2)) == ["pier", "ferry"]


def test_fusing_nothing_gives_nothing():
    assert fuse([[], []], 5) == []


def test_what_the_model_is_not_given_is_told_too_with_what_was_looked_for():
    search = find(ListRetriever(PIER, FERRY, LUNCH), "the ferry timetable", BEFORE, EVERYTHING, 1)
    assert len(search.hits) == 1
    assert {hit.passage.id for hit in (*search.hits, *search.dropped)} == {"pier", "ferry", "lunch"}
    assert search.queries == ("the ferry timetable", f"{BEFORE[-1].question}\nthe ferry timetable")

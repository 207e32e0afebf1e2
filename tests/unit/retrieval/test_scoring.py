"""What puts one passage before another, with values alone."""

import pytest

from footnote.passages import Passage, Segment
from footnote.retrieval.query import read
from footnote.retrieval.scoring import Candidate, inverse_document_frequency, ranked


def spoken(ordinal: int, score: float, *turns: tuple[str, str], document: str = "d") -> Candidate:
    lines, segments, offset = [], [], 0
    for index, (speaker, said) in enumerate(turns or [("Ana", "Yes.")]):
        lines.append(f"{speaker}: {said}")
        segments.append(Segment(offset, index, speaker))
        offset += len(lines[-1]) + 1
    passage = Passage(f"{document}#{ordinal}", document, "T", ordinal, "\n".join(lines), tuple(segments))
    return Candidate(passage, spoken=True, score=score)


def written(ordinal: int, text: str, score: float = 1.0) -> Candidate:
    return Candidate(
        Passage(f"w#{ordinal}", "w", "T", ordinal, text, (Segment(0, ordinal),)), spoken=False, score=score
    )


def order(question: str, *candidates: Candidate, limit: int = 10) -> list[str]:
    query = read(question)
    rarity = dict.fromkeys(query.words, 2.0)
    return [hit.passage.id for hit in ranked(query, rarity, candidates, limit)]


def test_with_nothing_else_the_database_decides():
    assert order("salmon", written(0, "x", 1.0), written(1, "x", 3.0), written(2, "x", 2.0)) == ["w#1", "w#2", "w#0"]


def test_equal_scores_keep_the_order_that_they_came_in():
    assert order("salmon", written(4, "x"), written(2, "x"), written(3, "x")) == ["w#4", "w#2", "w#3"]


def test_words_that_stand_together_count_more_than_scattered_ones():
    far = "salmon " + "and so on " * 20 + "quota"
    near = "and so on " * 20 + "salmon of the old quota"
    assert order("salmon quota", written(0, far), written(1, near)) == ["w#1", "w#0"]


def test_a_phrase_counts_more_than_its_words():
    apart, phrase = "the quota for salmon rose", "the salmon quota rose"
    assert order("salmon quotas", written(0, apart), written(1, phrase)) == ["w#1", "w#0"]


def test_a_recordings_neighbours_lend_to_what_stands_between_them():
    """A topic goes on from turn to turn: one word of it alone elsewhere does not win."""
    topic = [spoken(ordinal, 2.0) for ordinal in (10, 11, 12)]
    assert order("salmon", spoken(3, 2.5), *topic)[0] == "d#11"


def test_neighbours_of_another_recording_lend_nothing():
    assert order("salmon", spoken(3, 2.5), spoken(10, 2.0), spoken(11, 2.0, document="e"))[0] == "d#3"


def test_written_paragraphs_lend_nothing():
    paragraphs = [written(ordinal, "x", 2.0) for ordinal in (10, 11, 12)]
    assert order("salmon", written(3, "x", 2.5), *paragraphs)[0] == "w#3"


def test_whoever_the_question_names_is_heard_first():
    ben = spoken(10, 2.0, ("Project Manager", "Yes."), ("Marketing", "It is far too dear for what it does."))
    ana = spoken(20, 2.0, ("Project Manager", "It is far too dear for what it does."), ("Marketing", "Yes."))
    assert order("What did Marketing think?", ana, ben)[0] == "d#10"
    assert order("What did the project manager think?", ben, ana)[0] == "d#20"


def test_a_passage_without_text_or_a_question_without_rarity_does_no_harm():
    empty = Candidate(Passage("e#0", "e", "T", 0, ""), spoken=True, score=0.0)
    assert [hit.score for hit in ranked(read("Ana salmon"), {}, [empty, spoken(3, 0.0)], 10)] == [0.0, 0.0]


def test_no_more_than_asked_for():
    assert len(order("salmon", *[written(n, "x") for n in range(9)], limit=4)) == 4


@pytest.mark.parametrize(("of", "among"), [(0, 0), (5, 5), (5000, 5000), (0, 10)])
def test_rarity_is_never_below_zero(of, among):
    assert inverse_document_frequency(of, among) > 0


def test_the_rarer_the_more_telling():
    assert inverse_document_frequency(1, 100) > inverse_document_frequency(50, 100)

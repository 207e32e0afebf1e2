"""Citations: the passages that the text uses first, each with the words that bear it out."""

import random

import pytest

from fakes import passage
from footnote.answers.citations import cite
from footnote.answers.excerpts import EXCERPT_CHARACTERS, excerpt, sentences_of
from footnote.answers.markers import MarkerFilter
from footnote.passages import Hit, Passage, Segment

BUDGET = "The budget for the pier was cut by half. Nobody objected to it. The ferry leaves at nine every morning."
LONG = " ".join(f"Filler sentence number {n} says nothing of any use to anybody." for n in range(30))


def cited(text, *passages, question="What was decided?"):
    """The citations of a text as a model would have streamed it."""
    markers = MarkerFilter(len(passages))
    passed = markers.feed(text) + markers.finish()
    return cite([Hit(p, 1.23456) for p in passages], passed, markers.uses, question).citations


def recording():
    first, second = "Ann: We meet at noon. It rains a lot.\n", "Bob: The pier opens in May. I like May.\n"
    text = first + second + "Ann: Fine."
    return passage(
        "r#3",
        text,
        Segment(0, 10, "Ann", 60.0, 65.5),
        Segment(len(first), 11, "Bob", 65.5, 70.0),
        Segment(len(first + second), 12, "Ann", 70.0, 71.0),
        document="r",
    )


def test_every_passage_given_is_listed_those_used_first_with_their_own_numbers():
    passages = [passage(f"p{n}", f"Passage {n} says something.") for n in range(1, 6)]
    citations = cited("So it is [4], and so [2][4].", *passages)
    assert [(c.n, c.cited) for c in citations] == [(2, True), (4, True), (1, False), (3, False), (5, False)]
    assert [c.passage_id for c in citations] == ["p2", "p4", "p1", "p3", "p5"]


def test_a_marker_in_code_or_of_no_source_makes_nothing_cited():
    assert not any(c.cited for c in cited("See `x[1]` and [7].", passage("p", BUDGET)))


def test_the_excerpt_is_the_sentence_that_the_claim_rests_on():
    long = passage("p", f"{LONG} {BUDGET} {LONG}")
    claims = {
        "They cut the budget for the pier by half [1].": "The budget for the pier was cut by half.",
        "It rained. The ferry leaves in the morning, at nine [1].": "The ferry leaves at nine every morning.",
        "Something else [1]. Nobody objected [1].": "Nobody objected to it.",
    }
    for text, sentence in claims.items():
        (citation,) = cited(text, long)
        assert sentence in citation.excerpt, text


def test_a_claim_is_read_back_to_where_its_own_sentence_began():
    """Words of the sentence before must not draw the excerpt to another place."""
    text = f"The ferry leaves every morning at nine. {LONG} The budget was cut by half."
    (citation,) = cited("The ferry leaves every morning at nine. The budget was cut [1].", passage("p", text))
    assert citation.excerpt.endswith("The budget was cut by half.")


def test_an_unused_passage_shows_what_comes_nearest_to_the_question():
    (citation,) = cited("No marker.", passage("p", f"{LONG} {BUDGET}"), question="When does the ferry leave?")
    assert not citation.cited
    assert "The ferry leaves at nine every morning." in citation.excerpt


def test_speaker_and_time_are_those_of_the_turn_that_is_quoted():
    (citation,) = cited("The pier opens in May [1].", recording())
    assert citation.excerpt == "The pier opens in May. I like May."
    assert (citation.speaker, citation.start_s, citation.end_s) == ("Bob", 65.5, 70.0)
    assert (citation.recording_id, citation.recording_title) == ("r", "R")
    assert citation.page is None


def test_a_page_is_told_where_there_is_one_and_the_score_is_rounded():
    (citation,) = cited("Cut by half [1].", passage("p", BUDGET, page=7))
    assert (citation.page, citation.speaker, citation.start_s) == (7, None, None)
    assert citation.score == 1.2346


def test_an_excerpt_stays_within_its_turn():
    """Two people's words must not be quoted as one person's."""
    for claim in ("We meet at noon", "The pier opens in May", "Fine"):
        start, end = excerpt(sentences_of(recording()), [claim])
        assert "\n" not in recording().text[start:end].strip()
        assert ":" not in recording().text[start:end]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "---", "\n\n", "x" * 1000, "word " * 300, "One. " * 200, "。" * 500, "| a | b |\n" * 60],
    ids=["empty", "blanks", "dashes", "breaks", "one word", "one sentence", "short ones", "no spaces", "table"],
)
def test_a_passage_of_any_kind_has_an_excerpt_within_bounds(text):
    made = passage("p", text)
    (citation,) = cited("So it is [1].", made)
    assert citation.excerpt in text
    assert len(citation.excerpt) <= EXCERPT_CHARACTERS
    assert bool(citation.excerpt.strip()) == bool(text.strip())


def test_whatever_the_claim_the_excerpt_stands_verbatim_in_its_passage():
    """Passages put together at random, with a seed that stays."""
    draw = random.Random(4)
    parts = ["Ann: ", "The pier opens.", " Is it? ", "\n", "no end", " ", "🚢 ferry", "3.5 m", "Dr. No", "\u2028", LONG]
    for _ in range(200):
        turns = ["".join(draw.choices(parts, k=draw.randint(0, 6))) + "\n" for _ in range(draw.randint(1, 4))]
        offsets = [sum(map(len, turns[:n])) for n in range(len(turns))]
        segments = tuple(Segment(at, n, draw.choice(["Ann", None])) for n, at in enumerate(offsets))
        made = Passage("p", "d", "D", 0, "".join(turns), segments)
        start, end = excerpt(sentences_of(made), [draw.choice(["the pier", "ferry", "nothing fits", ""])])
        assert 0 <= start <= end <= len(made.text)
        assert end - start <= EXCERPT_CHARACTERS


def test_a_long_answer_is_cited_at_once():
    """Claims are looked for near their markers only, however long the text."""
    text = "The budget was cut by half [1]. " * 3000
    (citation,) = cited(text, passage("p", BUDGET))
    assert citation.excerpt.startswith("The budget for the pier was cut by half.")


def test_of_two_claims_the_speaker_is_the_one_of_the_first():
    """The excerpt spans both turns, in their order; who is named is who said what was cited first."""
    text = "Ann: The pier opens in May.\nBen: The ferry waits until June."
    segments = (Segment(0, 0, "Ann", 1.0, 2.0), Segment(28, 1, "Ben", 3.0, 4.0))
    made = Passage("talk#0", "talk", "Talk", 0, text, segments)
    answer = "The ferry waits until June [1]. The pier opens in May [1]."
    uses = {1: [answer.index("[1]"), answer.rindex("[1]")]}
    (citation,) = cite([Hit(made, 1.0)], answer, uses, "When?").citations
    assert (citation.speaker, citation.start_s) == ("Ben", 3.0)
    assert "pier opens" in citation.excerpt
    assert "ferry waits" in citation.excerpt

"""The sentences chosen fit the question, stand verbatim in their passage, and are none where none fits."""

import pytest

from footnote.models.selection import MOST_QUOTES, select
from footnote.passages import Passage, Segment


def prose(*texts, title="Notes"):
    return [Passage(f"d#{n}", "d", title, n, text) for n, text in enumerate(texts)]


def talk(*turns, title="Meeting"):
    text, segments = "", []
    for index, (speaker, said) in enumerate(turns):
        text += "\n" if text else ""
        segments.append(Segment(len(text), index, speaker))
        text += f"{speaker}: {said}"
    return Passage("m#0", "m", title, 0, text, tuple(segments))


CANTEEN = (
    "The canteen opens at seven. It was built in 1998 by an architect from Oslo. "
    "A coffee costs two euros there. The canteen was closed during the renovation because the roof leaked."
)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How much does a coffee cost?", "A coffee costs two euros there."),
        ("When was the canteen built?", "It was built in 1998 by an architect from Oslo."),
        ("Why was the canteen closed?", "The canteen was closed during the renovation because the roof leaked."),
        ("Does the CANTEEN open early", "The canteen opens at seven."),
    ],
)
def test_the_best_sentence_comes_first(question, best):
    """By the words of the question, what stands before it, and the kind of answer asked for."""
    passages = prose("The parking deck has three floors and a barrier.", CANTEEN, title="The canteen")
    quote = select(question, passages)[0]
    assert (quote.n, quote.text, quote.speaker) == (2, best, None)


@pytest.mark.parametrize(
    "question",
    ["Who won the football championship in Brazil?", "", "?!", "what is it", "🙂", "the of and " * 300, "x" * 4096],
)
def test_nothing_is_quoted_where_nothing_fits(question):
    """Neither for another topic nor for a question without a word that counts."""
    assert select(question, prose(CANTEEN)) == []


def test_without_passages_nothing_fits():
    """No passage and an empty one are alike."""
    assert select("When was the canteen built?", []) == []
    assert select("When was the canteen built?", prose("")) == []


def test_the_same_is_not_said_twice():
    """Near-duplicates of a sentence are dropped, wherever they stand, and there are at most a few."""
    same = ["The budget for the new office is ten million euros this year."] * 2
    more = [
        "Half of the new office budget pays for standing desks and lamps.",
        "Rome has a new office for which the board refused any budget until spring.",
    ] * 3
    quotes = select("What is the budget for the new office?", prose(*same, *more))
    assert sorted(q.text for q in quotes) == sorted({same[0], *more})
    assert len(quotes) <= MOST_QUOTES


def test_speech_names_its_speaker_and_keeps_its_words():
    """Without the label, and with a short sentence's neighbours of the same turn, verbatim."""
    passage = talk(
        ("Ann", "What about the launch date ?"),
        ("Ben", "Not May . The launch should move to June . Marketing needs the time ."),
        ("Cy", "Mm-hmm ."),
    )
    quote = select("When is the launch, according to Ben?", [passage])[0]
    assert quote.speaker == "Ben"
    assert "The launch should move to June ." in quote.text
    assert quote.text in passage.text
    assert "Ben:" not in quote.text


def test_the_speaker_whom_a_question_names_is_heard_first():
    """What one thinks of a thing is what that one says."""
    passage = talk(
        ("Marketing", "I like the yellow prototype and its buttons a lot ."),
        ("Project Manager", "For me the yellow prototype and its buttons look cheap ."),
    )
    assert select("What did the project manager think about the prototype?", [passage])[0].speaker == "Project Manager"
    assert select("What did Marketing think about the prototype?", [passage])[0].speaker == "Marketing"


def test_a_question_is_not_an_answer():
    """The reply comes before the question that it replies to."""
    passage = talk(
        ("Ann", "Where do we hold the summer party ?"),
        ("Ben", "We could hold the summer party in the courtyard near the lake ."),
    )
    assert select("Where is the summer party held?", [passage])[0].speaker == "Ben"


def test_quotes_of_a_turn_do_not_overlap():
    """No sentence is shown twice when several of one turn fit."""
    said = " ".join(f"The sensor number {n} of the bridge was tested and it failed on day {n} ." for n in range(9))
    quotes = select("Which sensor of the bridge failed when tested?", [talk(("Ann", said))])
    shown = [sentence for quote in quotes for sentence in quote.text.split(" . ")]
    assert len(shown) == len(set(shown))


def test_a_row_is_quoted_whole():
    """A table's row is its sentence."""
    rows = ["name: Ann; city: Oslo; note: Late. Very.", "name: Ben; city: Rome; note: none"]
    passage = Passage("t#0", "t", "Staff", 0, "\n".join(rows), (Segment(0, 0), Segment(len(rows[0]) + 1, 1)))
    assert select("Which city is Ann in?", [passage])[0].text == rows[0]


def test_a_short_later_question_leans_on_the_one_before():
    """A mere "And why?" finds its topic in the earlier question, and nothing without one."""
    earlier = "When was the canteen closed for the renovation?"
    assert select("And why?", prose(CANTEEN)) == []
    assert "roof leaked" in select("And why?", prose(CANTEEN), earlier=earlier)[0].text


@pytest.mark.parametrize("question", ["What did Müller's teams say?", "what did MULLER say"])
def test_accents_case_and_endings_do_not_matter(question):
    """A question is typed as it comes."""
    assert select(question, prose("Nobody came. Müller said that the team was small."))[0].text.startswith("Müller")

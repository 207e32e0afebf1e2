"""The verdicts on statements: what stands there, what is borne out, what is doubtful, and what marks it."""

import time

import pytest

from fakes import once, passage
from footnote.answers import breathing
from footnote.answers.checking import sources
from footnote.answers.checking.verdicts import MOST_CHARACTERS, check
from footnote.answers.excerpts import sentences_of
from footnote.answers.markers import MarkerFilter
from footnote.events import Verdict
from footnote.models.quoting import escape
from footnote.passages import Segment
from quiet_time import quiet_s
from unit.answers.checking.test_claims import HOSTILE

PIER = passage(
    "p#1",
    "The budget for the pier was cut by half to 1,200,000 euros in March 2026. Anna Holm of the United States office "
    "objected to it. She proposed a ferry that leaves at 9:30 every morning from Odense.",
)
FERRY = passage(
    "p#2", "The ferry to Aarhus carries 80 passengers. Captain Lund steers it, and it was painted red in 1998."
)
TALK = passage(
    "r#1",
    "Ann: We meet at noon on the old pier.\nBob: The pier opens in May, I think.",
    Segment(0, 0, "Ann", 60.0, 65.0),
    Segment(38, 1, "Bob", 65.0, 70.0),
)


def judged(text, *passages):
    """Each statement's verdict, and what is marked in it."""
    markers = MarkerFilter(len(passages))
    passed = markers.feed(text) + markers.finish()
    statements = check(passed, markers.uses, [sentences_of(p) for p in passages])
    return [(s.verdict.value, [passed[u.start : u.end] for u in s.unfound]) for s in statements]


@pytest.mark.parametrize(
    ("text", "verdict", "unfound"),
    [
        ("the **budget for the pier** was cut by half to 1,200,000 euros in March 2026 [1].", "quoted", []),
        ("The pier's budget was halved: it was cut to 1.2 million euros [1].", "supported", []),
        ("In March 2026 the budget for the pier was cut [1].", "supported", []),
        ("Holm, of the U.S. office, objected [1].", "supported", []),
        ("The pier's budget was cut to 1.3 million euros [1].", "weak", ["1.3 million"]),
        ("The budget for the pier was cut in April 2026 [1].", "weak", ["April 2026"]),
        ("The budget was cut, and Peter Holm objected to it [1].", "weak", ["Peter Holm"]),
        ("She proposed a ferry from Aalborg that leaves every morning at 9:40 [1].", "weak", ["Aalborg", "9:40"]),
        ("Nobody has ever heard such beautiful music before [1].", "weak", []),
        ("The ferry carries 80 passengers to Aarhus [1].", "weak", ["80", "Aarhus"]),
        ("The budget for the pier was cut by half.", "uncited", []),
        ("The budget for the pier was cut in 2031.", "uncited", ["2031"]),
        ("The budget was cut by half. Anna Holm objected to it [1].", "supported", []),
        ("The moon is made of cheese. Anna Holm objected to it [1].", "uncited", []),
    ],
)
def test_a_statement_is_held_against_what_it_cites(text, verdict, unfound):
    assert judged(text, PIER, FERRY)[0] == (verdict, unfound)


def test_another_passage_that_bears_it_out_better_makes_a_citation_weak():
    one = passage("a", "Ferries carry cars and people to the islands, and the islands like ferries.")
    other = passage("b", "Ferries to the islands are painted red in winter by people, and they carry cars.")
    said = "Ferries to the islands are painted red in winter"
    assert judged("Ferries to the islands, painted red in winter, carry people [1].", one, other)[0][0] == "weak"
    assert judged(f"{said} by people [2].", one, other)[0][0] == "quoted"


def test_a_sentence_that_is_repeated_has_its_own_numbers_and_names():
    """Though the others stand elsewhere in the passage."""
    source = passage(
        "s", "Daleks came back in series 1 and Cybermen in series 5. Davros was seen by Moffat in series 3."
    )
    assert judged("Daleks came back in series 5 and Cybermen in series 5 [1].", source) == [("weak", ["5"])]
    assert judged("Daleks came back in series 1 and Davros in series 5 [1].", source) == [("weak", ["Davros"])]


def test_a_name_that_was_changed_is_found_where_every_word_has_a_capital():
    source = passage(
        "s", 'Manning was picked first, and it was called the "Social Chapter" of the treaty. Newton lost.'
    )
    said = 'was picked first, and it was called the "Social Chapter" of the treaty [1].'
    assert judged(f"Manning {said}", source) == [("quoted", [])]
    assert judged(f"Lisbon {said}", source) == [("weak", ["Lisbon"])]
    assert judged(f"Manning {said.replace('Social Chapter', 'Tico')}", source) == [("weak", ["Tico"])]


def test_what_stands_before_a_colon_is_checked_too():
    source = passage(
        "s", "The match pits two picks of the 2011 draft against each other: Newton for Carolina and Miller."
    )
    said = "The match pits two picks of the 2071 draft against each other: Newton for Carolina and Miller [1]."
    assert judged(said, source) == [("weak", ["2071"])]
    assert judged(said.replace("2071", "2011"), source) == [("quoted", [])]


@pytest.mark.parametrize(
    ("said", "sentence", "verdict"),
    [
        ("The board did not agree to the new pier.", "The board agreed to the new pier.", "weak"),
        ("The board agreed to the new pier.", "The board did not agree to the new pier.", "weak"),
        ("The board didn't agree to the new pier.", "The board agreed to the new pier.", "weak"),
        ("The pier is not open, nor was it ever open.", "The pier is open, nor was it ever open.", "weak"),
        ("Das Budget wurde nicht um 12 Prozent gekürzt.", "Das Budget wurde um 12 Prozent gekürzt.", "weak"),
        ("Das Budget wurde um 12 Prozent gekürzt.", "Das Budget wurde nicht um 12 Prozent gekürzt.", "weak"),
        ("The board did not agree to the new pier.", "The board refused to agree to the new pier.", "supported"),
        ("The pier is red and new.", "The pier is not only red but also new, they said.", "supported"),
        ("The ferry leaves at nine in May.", "The ferry does not leave at eight but at nine in May.", "supported"),
        ("The board did not agree to it.", "The board did not agree to it, and left.", "quoted"),
    ],
)
def test_a_not_more_or_one_less_says_the_opposite(said, sentence, verdict):
    assert judged(f"{said} [1]", passage("s", sentence)) == [(verdict, [])]


def test_what_the_words_deny_in_other_words_is_not_told():
    """A limit that `docs/checking.md` names."""
    source = passage("s", "The budget for the pier grew before the board of the harbour met in May.")
    assert judged("The budget for the pier grew after the board met in May [1].", source)[0][0] == "supported"


@pytest.mark.parametrize("said", ["AT&T", r"AT\&T"])
def test_a_name_with_an_ampersand_is_one_word(said):
    source = passage("s", "They sold the whole harbour to AT&T for a single pound.")
    assert judged(f"{escape(source.text)} [1]", source) == [("quoted", [])]


def test_initials_are_short_for_a_name_only_where_one_of_them_is_written():
    source = passage("s", "The Arab Petroleum council met the World Health Organization in the UK.")
    assert judged("The Arab council met the WHO in the United Kingdom [1].", source) == [("supported", [])]
    assert judged("Members of Alexander Pepin met the council [1].", source) == [("weak", ["Alexander Pepin"])]


def test_what_is_said_is_said_by_its_speaker():
    assert judged("**Bob**: The pier opens in May, I think. [1]", TALK) == [("quoted", [])]
    assert judged("**Ann**: The pier opens in May, I think. [1]", TALK) == [("weak", ["Ann"])]
    assert judged("**Carol**: The pier opens in May, I think. [1]", TALK) == [("weak", ["Carol"])]
    assert judged("Carol thinks that the pier opens in May [1].", TALK)[0][0] == "supported"
    assert judged("As Carol thinks, the pier opens in May [1].", TALK) == [("weak", ["Carol"])]
    assert judged("At 1:05 the opening of the pier in May comes up [1].", TALK)[0] == ("supported", [])


def test_nouns_of_a_german_text_are_no_names():
    source = passage("d", "Das Budget für die Brücke wurde im März um 12 Prozent gekürzt. Frau Holm war dagegen.")
    said = "Die Mittel für die Brücke wurden im März um zwölf Prozent gekürzt, und Frau Holm war dagegen [1]."
    assert judged(said, source) == [("supported", [])]
    wrong = "Das Budget für die Brücke wurde im Mai um 13 Prozent gekürzt, und Frau Lund von der NATO war dagegen [1]."
    assert judged(wrong, source) == [("weak", ["Mai", "13", "Lund", "NATO"])]


def test_a_german_date_does_not_end_its_sentence():
    source = passage("d", "Frau Holm leitet die Werft in Kiel seit dem 12. März 2019. Die Brücke bleibt offen.")
    assert judged("Seit dem 12.03.2019 leitet Frau Holm die Werft in Kiel [1].", source) == [("supported", [])]
    assert judged("Seit dem 13. März 2019 leitet Frau Holm die Werft [1].", source) == [("weak", ["13. März 2019"])]


def test_the_evidence_is_the_sentence_of_each_source_verbatim():
    text = "The budget for the pier was cut [1], and the ferry carries 80 passengers to Aarhus [2]."
    markers = MarkerFilter(2)
    passed = markers.feed(text) + markers.finish()
    (statement,) = check(passed, markers.uses, [sentences_of(PIER), sentences_of(FERRY)])
    assert statement.verdict is Verdict.SUPPORTED
    assert [(e.n, e.quote) for e in statement.evidence] == [
        (1, "The budget for the pier was cut by half to 1,200,000 euros in March 2026."),
        (2, "The ferry to Aarhus carries 80 passengers."),
    ]


def test_nothing_given_leaves_all_uncited():
    assert judged("The pier opens in May 2026.") == [("uncited", ["May 2026"])]


HUGE = {name: (text * (100_000 // len(text) + 1))[:100_000] for name, text in HOSTILE.items()}


@pytest.mark.no_cover  # the time is the product's own
@pytest.mark.parametrize("huge", HUGE.values(), ids=HUGE)
def test_no_answer_and_no_passage_takes_long(huge):
    """100,000 characters of each; an ordinary answer takes some 10 milliseconds, as `bench/support.py` measures."""

    def work() -> None:
        judged(huge + " [1]", PIER)
        judged("The pier opens in May 2026 [1]. Anna Holm objected to it [1].", passage("h", huge))
        judged(huge[:19_000] + " [1].", passage("h", huge))

    assert once(lambda: quiet_s(work) < 1.5)


def test_others_may_go_on_between_two_statements(monkeypatch):
    """Against many long passages all of them take seconds, and every stream of a worker shares the thread."""
    breaths = []
    monkeypatch.setattr(time, "sleep", breaths.append)
    assert len(judged("The ferry is red [1]. It carries 80 [1]. Lund steers it [1].", FERRY)) == 3 <= len(breaths)


def test_ninety_nine_long_sources_cost_what_twenty_do_and_others_go_on_between_any_two(monkeypatch):
    """What a hostile agent sends; each source that is used is still read, from its beginning."""
    read, breaths = [], []
    original = sources.keys
    monkeypatch.setattr(sources, "keys", lambda text: read.append(len(text)) or original(text))
    monkeypatch.setattr(breathing.time, "sleep", breaths.append)
    filler = "On 3 May 2026 somebody paid 3.5 million for a ferry. "
    texts = [f"Holm objected in {year}. {filler * 150}"[:8000] for year in range(1901, 2000)]
    long = [passage(f"p#{n}", text) for n, text in enumerate(texts)]
    verdicts = judged("Holm objected in 1999 [99]. Holm objected in 1902 [1].", *long)
    assert verdicts == [("quoted", []), ("weak", ["1902"])]
    markers = "".join(f"[{n}]" for n in range(1, 100))
    before = len(breaths)
    assert judged(f"Holm objected in 2031 {markers}.", *long) == [("weak", ["2031"])]
    assert sum(read[-99:]) < MOST_CHARACTERS + 99 * 20  # with their titles
    assert len(breaths) - before > 2 * 99

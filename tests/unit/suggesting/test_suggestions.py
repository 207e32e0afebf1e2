"""Questions that come from the library itself: each has its answer there, and reads like one that a person asks."""

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from fakes import an_answer, once
from footnote.answers.citations import cite
from footnote.at_start import SAMPLE
from footnote.chat import FinishReason
from footnote.events import Done, Timings, Token, TokenCounts
from footnote.ingest.take_in import take_in
from footnote.page.texts import Texts
from footnote.passages import Document, Filter, Kind, Passage
from footnote.profiles import Profile
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.storage.memory import MemoryLog
from footnote.suggesting.library_topics import MOST_PASSAGES, LibraryTopics
from footnote.suggesting.suggestions import TRIES_S, WAIT_S, Suggestions
from footnote.suggesting.topics import read, topics

RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "data" / "recordings" / "transcripts"
TODAY = date(2026, 4, 1)
EN, DE = Texts("en"), Texts("de")


def taken_in(folder, place):
    engine = open_database(place)
    library = SqlLibrary(engine)
    take_in([folder], library, root=folder, max_bytes=10**8)
    retriever, log = EmbeddedRetriever(engine), MemoryLog()
    return Suggestions(library, retriever, log), library, retriever, log


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return taken_in(SAMPLE, tmp_path_factory.mktemp("sample") / "footnote.db")


def spoken(text, title="Talk", speakers=("Ana",)):
    document = Document("talk", title, Kind.RECORDING, "talk.txt", "d", speakers=speakers)
    return document, [Passage(f"talk#{n}", "talk", title, n, part) for n, part in enumerate(text.split("\n"))]


def phrases(*texts, **fields):
    readings = [read(*spoken(text, **fields)) for text in texts]
    return [topic.text for topic in topics(readings)[0]]


def test_a_topic_is_what_is_spoken_of_as_a_thing_and_again():
    said = "Um, the battery swap is, you know, hard.\nWell, our battery swap was late.\nWe really wanted to swap, okay."
    assert phrases(said) == ["battery swap"]


def test_no_topic_is_made_of_fillers_verbs_or_names():
    said = "\n".join(["Yeah, so, I mean, the thing is okay, you know. We want to go. Thanks, Ana Berg."] * 5)
    assert phrases(said, speakers=("Ana Berg",)) == []


def test_what_the_title_says_is_no_topic():
    assert phrases("the pier project\nthe pier project", title="Pier project") == []


def test_suggestions_are_the_same_for_a_day_and_others_on_another(sample):
    suggestions, *_ = sample
    days = [suggestions.first("ann", None, EN, TODAY + timedelta(n)) for n in range(6)]
    assert all(len(set(day)) == 4 for day in days)
    assert days[0] == suggestions.first("ann", None, EN, TODAY)
    assert len({tuple(day) for day in days}) > 3
    assert suggestions.first("ben", None, EN, TODAY) != days[0]


def test_a_suggestion_finds_what_it_asks_for(sample):
    suggestions, library, retriever, _ = sample
    titles = {document.title for document in library.documents()}
    for question in suggestions.first("ann", None, EN, TODAY):
        (hit, *_) = retriever.search(question, limit=1)
        assert hit.passage.title in question or not any(title in question for title in titles)


def test_they_come_in_the_language_of_the_page(sample):
    suggestions, *_ = sample
    assert all(q.startswith("Was ") for q in suggestions.first("ann", None, DE, TODAY))


def test_the_user_s_topics_come_first(sample):
    suggestions, *_ = sample
    for n in range(5):
        about = suggestions.first("ann", Profile(topics=("concession passes",)), EN, TODAY + timedelta(n))
        assert "concession pass" in about[0]


@pytest.mark.parametrize(
    "sources",
    [Filter(kinds=frozenset({Kind.PDF})), Filter(speakers=frozenset({"Callum Reid"})), Filter(since="2026-02-01")],
)
def test_what_is_proposed_is_answered_by_the_usual_sources(sample, sources):
    """They limit what a new conversation searches: a question about another document would find nothing."""
    suggestions, library, retriever, _ = sample
    profile = Profile(topics=("concession passes",), sources=sources)
    left = {document.title for document in library.documents() if sources.is_met_by(document)}
    assert 0 < len(left) < len(library.documents())
    for n in range(5):
        proposed = suggestions.first("ann", profile, EN, TODAY + timedelta(n))
        assert proposed
        for question in proposed:
            hits = retriever.search(question, filter=sources, limit=8)
            assert hits
            assert any(title in question for title in left) or "so far" in question


def test_a_changed_document_changes_what_is_proposed(tmp_path):
    suggestions, library, *_ = taken_in(SAMPLE, tmp_path / "footnote.db")
    assert len(suggestions.first("ann", None, EN, TODAY)) == 4
    for document in library.documents():
        library.remove(document.id)
    assert suggestions.first("ann", None, EN, TODAY) == []


def test_what_follows_an_answer_stands_beside_its_sources_and_was_not_asked(sample):
    suggestions, _, retriever, log = sample
    query = "What was decided about the concession pass?"
    hits = retriever.search(query, limit=8)
    answer = replace(an_answer(), query=query)
    log.create(answer)
    text = "It was [1][2]."
    end = Done(FinishReason.STOP, TokenCounts(None, None), Timings(1))
    log.append([(answer.id, [Token(text), cite(hits, text, {1: [7], 2: [10]}, query), end])])
    follow = suggestions.after(answer, EN)
    assert 1 <= len(follow) <= 3
    assert not any("concession" in question for question in follow)
    log.create(an_answer(session_id=answer.session_id, query=follow[0]))
    assert follow[0] not in suggestions.after(answer, EN)


def test_what_follows_an_answer_keeps_to_its_filter(sample):
    suggestions, _, retriever, log = sample
    only = Filter(frozenset({"recordings/2026-03-19-fares-and-passes"}))
    query = "What was decided about the concession pass?"
    hits = retriever.search(query, limit=8)
    answer = replace(an_answer(), query=query, recording_filter=tuple(only.document_ids))
    log.create(answer)
    end = Done(FinishReason.STOP, TokenCounts(None, None), Timings(1))
    cited = {n: [7 + n] for n in range(1, len(hits) + 1)}
    log.append([(answer.id, [Token("So."), cite(hits, "So.", cited, query), end])])
    follow = suggestions.after(answer, EN)
    assert follow
    assert all("Fares and passes" in question for question in follow)


def test_an_answer_without_sources_is_followed_by_nothing(sample):
    suggestions, _, _, log = sample
    answer = an_answer()
    log.create(answer)
    assert suggestions.after(answer, EN) == []


def test_of_an_endless_document_only_the_beginning_is_read(tmp_path):
    """All phrases of one with 50,000 passages would take 6 GB of each process that serves the page."""
    library, read = SqlLibrary(open_database(tmp_path / "footnote.db")), []
    document, passages = spoken("\n".join(["The battery swap is hard."] * (MOST_PASSAGES + 5)))
    library.replace(document, passages)

    class Watched:
        def __getattr__(self, name):
            return getattr(library, name)

        def passages(self, *asked, **more):
            read.append(library.passages(*asked, **more))
            return read[-1]

    (found,) = LibraryTopics().of(Watched(), wait_s=10).topics["talk"]
    assert found.text == "battery swap"
    assert list(map(len, read)) == [MOST_PASSAGES]


@pytest.mark.no_cover  # the time is the product's own
def test_of_two_thousand_documents_they_come_soon_and_no_request_waits_long(tmp_path):
    engine = open_database(tmp_path / "footnote.db")
    library = SqlLibrary(engine)
    for n in range(2000):
        pier = "".join("bdfgklmnpr"[int(digit)] for digit in f"{n:04}")
        text = f"The {pier}o {pier}u was late.\nOur {pier}o {pier}u is broken."
        passage = Passage(f"d{n}#0", f"d{n}", f"Talk {n}", 0, text)
        library.replace(Document(f"d{n}", f"Talk {n}", Kind.RECORDING, "t.txt", str(n), date="2026-01-01"), [passage])
    suggestions = Suggestions(library, EmbeddedRetriever(engine), MemoryLog())
    took, asked = [], []
    for n in range(12):
        began = time.perf_counter()
        asked.append(suggestions.first("ann", None, EN, TODAY + timedelta(n)))
        took.append(time.perf_counter() - began)
    assert max(took) < WAIT_S + TRIES_S + 3
    assert len(set(asked[-1])) == 4
    assert min(took[-3:]) < TRIES_S + 0.4


@pytest.mark.no_cover
def test_of_thirty_five_recordings_they_are_there_at_once(tmp_path):
    suggestions, *_ = taken_in(RECORDINGS, tmp_path / "footnote.db")
    # The first ones may wait for the topics.
    asked = [suggestions.first("ann", None, EN, TODAY + timedelta(n)) for n in range(10)]
    assert all(len(set(day)) == 4 for day in asked[-5:])

    def at_once() -> bool:
        began = time.perf_counter()
        suggestions.first("ann", None, EN, TODAY + timedelta(9))
        return time.perf_counter() - began < 0.05

    assert once(at_once)

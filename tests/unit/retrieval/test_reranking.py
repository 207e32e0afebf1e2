"""What is chosen among more passages: by our own words, and what the answer's stages tell of it."""

from fakes import STOP, ListRetriever, ScriptedModel, passage
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.callers import Caller
from footnote.chat import Turn
from footnote.events import Done, Retrieved, Stage, StageName, StageStatus
from footnote.passages import EVERYTHING, Hit, Reranked
from footnote.retrieval.reranking import Reranking, WordsReranker
from footnote.wire import decode, encode

QUOTA = passage("quota", "The salmon quota of this year was raised by four percent.")
APART = passage("apart", "The salmon swim. Of other fish there is a quota, it was said much later and at length.")
OTHER = passage("other", "Lunch was late.")


def test_words_that_stand_together_come_first_whatever_the_order_before():
    hits = [Hit(p, score) for p, score in ((OTHER, 0.9), (APART, 0.8), (QUOTA, 0.7))]
    best = WordsReranker().rerank("What is the salmon quota?", hits, 2)
    assert [hit.passage.id for hit in best] == ["quota", "apart"]


def test_what_shares_no_word_keeps_the_order_in_which_it_came():
    hits = [Hit(OTHER, 0.9), Hit(QUOTA, 0.5)]
    assert [hit.passage.id for hit in WordsReranker().rerank("Wann gab es Mittagessen?", hits, 2)] == ["other", "quota"]
    assert WordsReranker().rerank("salmon", [], 3) == []


def test_so_many_candidates_are_asked_for_and_as_many_as_wanted_kept():
    many = [passage(f"p{n}", f"Salmon {n}.") for n in range(80)]
    made = Reranking(ListRetriever(*many), WordsReranker()).reranked("salmon", limit=8)
    assert (len(made.hits), made.candidates) == (8, 50)


class Platform(ListRetriever):
    """A retriever whose platform reranks, and tells how long it took."""

    def reranked(self, query, *, filter=EVERYTHING, limit=10):
        return Reranked(tuple(self.search(query, filter=filter, limit=limit)), 50, 0)


def answered(retriever, *turns):
    question = Question("salmon", turns=turns)
    return list(stream_rag_response(question, retriever=retriever, model=ScriptedModel("Yes [1].", STOP), passages=1))


def test_the_stage_tells_of_how_many_and_comes_between_retrieval_and_generation():
    events = answered(Platform(QUOTA, APART))
    stages = [(e.stage, e.status) for e in events if isinstance(e, Stage)]
    names = StageName.RETRIEVAL, StageName.RERANKING, StageName.GENERATION
    assert stages == [(name, status) for name in names for status in StageStatus]
    searched, begun, ended = [e for e in events if isinstance(e, Stage)][1:4]
    assert (searched.found, begun.candidates, ended.candidates, ended.selected) == (50, 50, 50, 1)
    assert searched.elapsed_ms <= begun.elapsed_ms <= ended.elapsed_ms
    timings = next(e for e in events if isinstance(e, Done)).timings
    assert timings.reranking_ms == 0
    assert isinstance(events[4], Retrieved)
    assert events[4].candidates == 50
    assert decode(encode(events[4], 5)).event == events[4]


def test_a_follow_up_is_reranked_twice():
    events = answered(Platform(QUOTA, APART), Turn("What of the quota?", "Raised [1]."))
    assert next(e.candidates for e in events if isinstance(e, Stage) and e.stage is StageName.RERANKING) == 100


def test_without_a_reranker_there_is_no_such_stage():
    events = answered(ListRetriever(QUOTA))
    assert not [e for e in events if isinstance(e, Stage) and e.stage is StageName.RERANKING]
    assert next(e for e in events if isinstance(e, Done)).timings.reranking_ms is None


def test_it_acts_for_its_caller():
    class Acting(ListRetriever):
        def on_behalf_of(self, caller):
            return ListRetriever(passage("theirs", f"For {caller.user}."))

    theirs = Reranking(Acting(QUOTA), WordsReranker()).on_behalf_of(Caller("ada", "token"))
    assert [hit.passage.id for hit in theirs.search("ada")] == ["theirs"]

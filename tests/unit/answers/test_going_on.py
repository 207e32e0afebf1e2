"""An answer that goes on from one that broke off: its log is whole in itself, and the model writes only the rest."""

import threading
from dataclasses import replace

import pytest

from fakes import STOP, ListRetriever, ScriptedModel, an_answer, passage, until, until_end
from footnote.answers.markdown import BlockRenderer
from footnote.answers.pipeline import Begun, Question, stream_rag_response
from footnote.answers.prompt import build
from footnote.answers.rendering import Renderings
from footnote.chat import CancelReason
from footnote.conversations import Status, outcome
from footnote.errors import AuthFailed, GenerationFailed, ModelUnavailable
from footnote.events import Citations, Error, Token
from footnote.models.extractive import ExtractiveModel
from footnote.wire import text_of

PASSAGES = [passage("a", "It was decided to open the pier."), passage("b", "It was decided to wait.")]
KEPT = "To open the pier [1], **and"


def gone_on(*script, begun=KEPT, passages=("a", "b"), retriever=None):
    """The events of an answer that goes on, and the model that was asked."""
    model = ScriptedModel(*script)
    question = Question("What was decided?", begun=Begun(begun, passages))
    retriever = retriever or ListRetriever(*PASSAGES)
    return list(stream_rag_response(question, retriever=retriever, model=model)), model


def text(events):
    return "".join(e.content for e in events if isinstance(e, Token))


def test_its_log_holds_the_whole_text_and_the_model_is_given_what_it_has_begun():
    events, model = gone_on(" to wait** [2].", STOP)
    assert text(events) == KEPT + " to wait** [2]."
    prompt = model.prompts[0]
    assert prompt.begun == KEPT
    assert [(m.role, m.content) for m in prompt.messages[-2:-1]] == [("assistant", KEPT)]
    assert prompt.messages[-1].role == "user"
    assert "Go on exactly where it ends" in prompt.messages[-1].content
    assert "<question>\nWhat was decided?" in prompt.messages[-3].content


def test_the_kept_text_is_shown_at_once_with_the_writing_s_begin():
    events, _ = gone_on(" to wait** [2].", STOP)
    assert [e.type for e in events[:5]] == ["stage", "stage", "retrieved", "stage", "token"]


def test_the_kept_text_s_markers_are_cited_as_well():
    events, _ = gone_on(" to wait**.", STOP)
    [citations] = [e for e in events if isinstance(e, Citations)]
    assert [(c.n, c.cited) for c in citations.citations] == [(1, True), (2, False)]


def test_a_marker_that_was_cut_in_two_is_one():
    events, _ = gone_on("2].", STOP, begun="To wait [")
    assert text(events) == "To wait [2]."
    [citations] = [e for e in events if isinstance(e, Citations)]
    assert [(c.n, c.cited) for c in citations.citations] == [(2, True), (1, False)]


@pytest.mark.parametrize("failure", [GenerationFailed(), ModelUnavailable(retryable=False)], ids=repr)
def test_where_the_model_fails_at_once_the_kept_text_stands_with_its_citations(failure, monkeypatch):
    monkeypatch.setattr("footnote.answers.trying.WAITS_S", (0.0, 0.0))
    events, model = gone_on(failure)
    assert text(events) == KEPT
    assert [e.type for e in events[-2:]] == ["citations", "error"]
    assert len(model.prompts) == (3 if failure.retryable else 1)


def test_where_its_numbers_would_mean_other_passages_it_begins_anew():
    """A wrong source is worse than an answer written twice."""
    events, model = gone_on("To open [1].", STOP, passages=("b", "a"))
    assert text(events) == "To open [1]."
    assert model.prompts[0].begun == ""
    assert model.prompts[0].messages == build("What was decided?", PASSAGES).messages


class Faltering(ScriptedModel):
    """Can't be reached at the first call; then it follows its script."""

    def stream(self, prompt, cancellation):
        if not self.prompts:
            self.prompts.append(prompt)
            raise ModelUnavailable
        return super().stream(prompt, cancellation)


@pytest.mark.parametrize("script", [(" more** [1].\n\nThree", STOP), (AuthFailed(),)], ids=["goes on", "fails"])
def test_who_reads_along_gets_the_blocks_of_the_whole_text(log, produced, monkeypatch, script):
    """Also where the model is tried again behind the kept text: only an end says that the text is whole."""
    monkeypatch.setattr("footnote.answers.trying.WAITS_S", (0.0, 0.0))
    first = an_answer()
    producer, _ = produced("One.\n\nTwo **and", GenerationFailed())
    until_end(log, producer.start(first).id)
    producer, model = produced(model=Faltering(*script))
    second = producer.start(an_answer(session_id=first.session_id, replaces=first.id, continues=True))
    entries = until_end(log, second.id)
    assert len(model.prompts) == 2
    along = Renderings(log)
    for seq in range(1, len(entries) + 1):
        read = along.blocks(second.id, seq)
    whole = BlockRenderer(sources=1)
    blocks = [*whole.feed(text_of(entries)), *whole.finish()]
    assert [rendered.event.html for rendered in read] == [block.html for block in blocks]
    assert len(blocks) == text_of(entries).count("\n\n") + 1


def test_an_answer_that_was_interrupted_is_gone_on_from(log, produced):
    producer, model = produced("To open the pier [1]", threading.Event())
    first = producer.start(an_answer())
    until(log, first.id, Token)
    producer.stop(first.id, CancelReason.SHUTDOWN)
    assert outcome(until_end(log, first.id)).status is Status.INTERRUPTED
    model.script = (", and to wait.", STOP)
    again = an_answer(session_id=first.session_id, query=first.query, replaces=first.id, continues=True)
    entries = until_end(log, producer.start(again).id)
    assert text_of(entries) == "To open the pier [1], and to wait."
    assert outcome(entries).status is Status.COMPLETE
    assert not isinstance(entries[-1].event, Error)
    # And once more: each log is whole in itself.
    third = replace(again, id=an_answer().id, replaces=again.id)
    model.script = ("!", STOP)
    assert text_of(until_end(log, producer.start(third).id)) == "To open the pier [1], and to wait.!"


def extracted(begun):
    said = "The coffee costs two euros there, and it is good.", "Since May a coffee costs three euros here."
    retriever = ListRetriever(*(passage(id, text) for id, text in zip("ab", said, strict=True)))
    asked = "How much does a coffee cost?"
    ids = tuple(hit.passage.id for hit in retriever.search(asked))
    question = Question(asked, begun=Begun(begun, ids) if begun else None)
    return text(stream_rag_response(question, retriever=retriever, model=ExtractiveModel()))


def test_the_extractive_model_goes_on_anywhere_in_its_answer_to_the_same_text():
    whole = extracted("")
    assert ("[1]" in whole, "[2]" in whole) == (True, True)
    assert {extracted(whole[:cut]) for cut in range(len(whole) + 1)} == {whole}


def test_behind_another_one_s_words_the_extractive_model_has_nothing_to_add():
    assert extracted("A language model began like this") == "A language model began like this"

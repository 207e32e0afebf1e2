"""The default model is a LangChain chat model, and a `Model` that can be called off."""

import subprocess
import sys

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from footnote.chat import Cancellation, Cancelled, CancelReason, Chunk, FinishReason, Message, Prompt
from footnote.models.extractive import ExtractiveModel
from footnote.models.extractive_chat import ExtractiveChatModel
from footnote.models.quoting import NOTHING_FITS, NOTHING_LEFT, NOTHING_THERE
from footnote.passages import Passage, Scope

PASSAGES = (
    Passage("a#0", "a", "Parking", 0, "The parking deck has three floors."),
    Passage("b#0", "b", "Canteen", 0, "The canteen opens at seven. A coffee costs two euros there."),
)
QUESTION = "How much does a coffee cost?"
ANSWER = "A coffee costs two euros there. [2]"


def test_it_streams_word_by_word():
    """Each chunk is a word at most, and together they are what `invoke` returns."""
    llm = ExtractiveChatModel()
    chunks = list(llm.stream([HumanMessage("ignored")], passages=PASSAGES, question=QUESTION))
    texts = [str(chunk.content) for chunk in chunks]
    assert "".join(texts).startswith(ANSWER)
    assert max(len(text.split()) for text in texts) == 1
    whole = llm.invoke([HumanMessage("ignored")], passages=PASSAGES, question=QUESTION)
    assert whole.content == "".join(texts)
    assert whole.response_metadata["finish_reason"] == "stop"
    assert [c.response_metadata["finish_reason"] for c in chunks if "finish_reason" in c.response_metadata] == ["stop"]


@pytest.mark.parametrize(("library", "says"), [(35, NOTHING_LEFT), (0, NOTHING_THERE)])
def test_where_nothing_was_searched_it_says_so(library, says):
    prompt = Prompt((), QUESTION, scope=Scope(0, library))
    assert "".join(chunk.text for chunk in ExtractiveModel().stream(prompt, Cancellation())) == says


def test_without_a_question_the_last_human_message_is_it():
    """And the one before it lends a short question its topic."""
    llm = ExtractiveChatModel()
    asked = [SystemMessage("rules"), HumanMessage("Where is the canteen?"), AIMessage("There."), HumanMessage(QUESTION)]
    assert str(llm.invoke(asked, passages=PASSAGES).content).startswith(ANSWER)
    assert llm.invoke([HumanMessage("And why?")], passages=PASSAGES).content == NOTHING_FITS
    assert llm.invoke([SystemMessage("rules")], passages=PASSAGES).content == NOTHING_FITS
    asked[-1] = HumanMessage("And the opening?")
    assert str(llm.invoke(asked, passages=PASSAGES).content).startswith("The canteen opens at seven. [2]")


def test_it_obeys_stop_words():
    """As every chat model does: the text ends before the first of them."""
    llm = ExtractiveChatModel()
    assert (
        llm.invoke([HumanMessage(QUESTION)], passages=PASSAGES, stop=["euros", "zebra"]).content
        == "A coffee costs two "
    )


def test_the_model_ends_with_its_finish_and_claims_no_tokens():
    """Text first, then one chunk that says stop; usage stays unknown."""
    prompt = Prompt((Message("system", "rules"), Message("user", "…")), QUESTION, PASSAGES)
    *text, end = ExtractiveModel().stream(prompt, Cancellation())
    assert "".join(chunk.text for chunk in text).startswith(ANSWER)
    assert all(chunk == Chunk(chunk.text) and chunk.text for chunk in text)
    assert end == Chunk(finish=FinishReason.STOP)
    assert ExtractiveModel().name == "extractive"


def test_it_is_honest_without_passages():
    """Nothing found means that nothing is quoted."""
    chunks = ExtractiveModel().stream(Prompt((Message("user", QUESTION),), QUESTION), Cancellation())
    assert "".join(chunk.text for chunk in chunks) == NOTHING_FITS


@pytest.mark.parametrize("words", [0, 1, 3])
def test_it_ends_when_called_off(words):
    """Before the first word or between two."""
    cancellation = Cancellation()
    stream = ExtractiveModel().stream(Prompt((Message("user", "…"),), QUESTION, PASSAGES), cancellation)
    for _ in range(words):
        next(stream)
    cancellation.request(CancelReason.STOPPED)
    with pytest.raises(Cancelled):
        next(stream)


def test_with_it_a_page_is_served_without_langchain_or_what_is_not_set(tmp_path):
    """Of the time that a worker took to start, two fifths went into the first of them."""
    dear = {"langchain_core", "opentelemetry", "rich", "dash_mantine_components", "numpy"}
    asks = "c = app.create_server().test_client(); c.get('/'); c.get('/_dash-layout'); c.get('/_dash-dependencies')"
    code = f"import sys, footnote.app as app; {asks}; sys.exit(not {dear}.isdisjoint(sys.modules))"
    environment = {"PYTHONPATH": ":".join(sys.path), "FOOTNOTE_DATA": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0

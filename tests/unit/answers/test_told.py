"""What a model tells beside its text that searches by itself: stages, sources, markers, and the blocks behind them."""

from __future__ import annotations

from fakes import STOP, ListRetriever, ScriptedModel, an_answer
from footnote.answers.pipeline import Question, stream_rag_response
from footnote.answers.rendering import Renderings
from footnote.chat import Chunk, Source, Step
from footnote.events import Citations, Error, Retrieved, Stage, Token
from footnote.passages import Passage
from footnote.storage.memory import MemoryLog


def source(id: str, text: str = "It moved to May.", **fields) -> Source:
    return Source(Passage(id, id, id.title(), 0, text), **fields)


def events(*script):
    model = ScriptedModel(*script, STOP, retrieves=True)
    return list(stream_rag_response(Question("When?"), retriever=ListRetriever(), model=model))


def of(kind, happened):
    return [event for event in happened if isinstance(event, kind)]


def text(happened) -> str:
    return "".join(token.content for token in of(Token, happened))


def test_a_marker_stands_where_the_text_had_got_to():
    happened = events(
        "It moved",
        Chunk(sources=(source("a"),), marks=("a",)),
        ", so they say. ",
        Chunk(sources=(source("b"),), marks=("b", "a", "nobody")),
        "Tom objects.\n\n",
        Chunk(marks=("a",)),
        "The end [3].",
    )
    assert text(happened) == "It moved [1], so they say. [2][1] Tom objects.\n\nThe end."


def test_a_source_that_is_told_twice_is_one_with_all_that_was_told():
    happened = events(
        Chunk(sources=(source("a", ""),)), "x", Chunk(sources=(source("a", url="https://e.org", cited=True),))
    )
    told = of(Citations, happened)[0].citations
    assert [(c.n, c.excerpt, c.url, c.cited) for c in told] == [(1, "It moved to May.", "https://e.org", True)]


def test_statements_are_judged_only_by_words_that_are_there():
    said = "It moved to May [1]. Nobody at all objected to it [2]."
    whole = events(Chunk(sources=(source("a"), source("b"))), said)
    assert len(of(Citations, whole)[0].statements) == 2
    wordless = events(Chunk(sources=(source("a"), source("b", ""))), said)
    assert of(Citations, wordless)[0].statements == ()
    unmarked = events(Chunk(sources=(source("a", cited=True),)), "It moved to May.")
    assert of(Citations, unmarked)[0].statements == ()


def test_steps_have_names_that_can_be_shown_and_come_in_pairs():
    happened = events(
        Chunk(step=Step("look\n\x00up" + "x" * 99)),
        Chunk(step=Step("look\n\x00up" + "x" * 99)),
        Chunk(step=Step("never begun", complete=True)),
        Chunk(step=Step("  ")),
        "x",
    )
    told = [(stage.name or stage.stage, stage.status) for stage in of(Stage, happened)]
    name = ("look up" + "x" * 99)[:80]
    begun = [("agent", "start"), ("agent", "complete"), (name, "start"), ("generation", "start")]
    assert told == [*begun, (name, "complete"), ("generation", "complete")]


def test_what_is_told_without_end_is_bounded():
    many = [Chunk(sources=(source(f"s{n}"),), step=Step(f"n{n}")) for n in range(500)]
    happened = events(*many, "x")
    assert len(of(Retrieved, happened)[-1].passages) == 99
    assert len(of(Stage, happened)) <= 400


def test_what_was_found_before_a_failure_is_kept_and_it_is_not_asked_again():
    happened = events(Chunk(sources=(source("a"),)), "It moved [1]", RuntimeError("secret"))
    assert isinstance(happened[-1], Error)
    assert of(Citations, happened)[0].citations[0].cited
    assert "secret" not in repr(happened)


def test_text_goes_on_in_its_block_behind_a_step_and_a_source():
    """Each of its numbers is a chip, as soon as so many sources are known."""
    log = MemoryLog()
    model = ScriptedModel(
        "It moved",
        Chunk(step=Step("retrieval")),
        Chunk(sources=(source("a"),), marks=("a",)),
        Chunk(step=Step("retrieval", complete=True)),
        Chunk(step=Step("look_up")),
        Chunk(step=Step("look_up", complete=True)),
        " to May.",
        STOP,
        retrieves=True,
    )
    kept = an_answer()
    log.create(kept, None)
    for event in stream_rag_response(Question("When?"), retriever=ListRetriever(), model=model):
        log.append([(kept.id, [event])])
    blocks = Renderings(log).blocks(kept.id, 10**6)
    assert len(blocks) == 1
    assert 'data-n="1"' in blocks[0].event.html
    assert " to May.</p>" in blocks[0].event.html

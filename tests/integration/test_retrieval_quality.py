"""The quality that was promised, on texts that nobody of this project wrote (`bench/retrieval.py` prints more)."""

import importlib.util
import sys
from contextlib import closing
from pathlib import Path

import pytest

from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.retrieval.postgres import PostgresRetriever
from footnote.storage.library import SqlLibrary
from footnote.storage.postgres import open_postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("retrieval_bench", ROOT / "bench" / "retrieval.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.no_cover  # thousands of questions go the same few ways, and slower where each is counted
@pytest.mark.parametrize(
    ("name", "floors"), [("squad", {"R@5": 0.93, "nDCG@10": 0.87}), ("recordings", {"nDCG@10": 0.50})]
)
def test_questions_find_their_passages(bench, name, floors, tmp_path):
    """All of SQuAD's paragraphs at once; the recordings each by its own filter."""
    collection = getattr(bench, name)()
    retriever, _ = bench.built(collection.documents, tmp_path / "footnote.db")
    figures = bench.measure(retriever, collection.questions)
    assert {figure: figures[figure] for figure, floor in floors.items() if figures[figure] < floor} == {}


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("name", "step", "floors"), [("squad", 10, {"R@5": 0.92, "nDCG@10": 0.87}), ("recordings", 3, {"nDCG@10": 0.57})]
)
def test_the_index_of_a_large_library_finds_as_well(bench, name, step, floors, tmp_path, monkeypatch):
    """Some of the questions, for which SQLite's own finds as much; ``bench/retrieval.py`` asks them all."""
    collection = getattr(bench, name)()
    bench.built(collection.documents, tmp_path / "footnote.db")
    monkeypatch.delattr(EmbeddedRetriever, "search")  # nothing falls back to SQLite's index
    with closing(bench.large(tmp_path / "footnote.db")) as retriever:
        figures = bench.measure(retriever, collection.questions[::step])
    assert {figure: figures[figure] for figure, floor in floors.items() if figures[figure] < floor} == {}


@pytest.mark.no_cover
def test_postgres_finds_as_well_by_words(bench, postgres_server):
    """The recordings' questions; ``bench/retrievers.py`` has them all."""
    collection = bench.recordings()
    engine = open_postgres(postgres_server.new_database())
    library = SqlLibrary(engine)
    for parsed in collection.documents:
        library.replace(parsed.document, parsed.passages)
    figures = bench.measure(PostgresRetriever(engine), collection.questions)
    engine.dispose()
    assert figures["nDCG@10"] >= 0.55
    assert figures["R@5"] >= 0.80


def test_all_questions_are_asked(bench):
    """2,114 over 2,067 paragraphs, and 237 over 35 recordings, each with something that can be found."""
    squad, recordings = bench.squad(), bench.recordings()
    assert (len(squad.questions), sum(len(d.passages) for d in squad.documents)) == (2114, 2067)
    assert (len(recordings.questions), len(recordings.documents)) == (237, 35)
    assert all(question.relevant for question in recordings.questions)

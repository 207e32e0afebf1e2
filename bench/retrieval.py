"""How well and how fast the embedded retriever finds, by either index, on texts that nobody of this project wrote.

Run as ``python bench/retrieval.py``. What is relevant, and what the figures mean:

- SQuAD: one library of 2,067 paragraphs, an article a document; each question is asked of all
  of them, and the one paragraph that it was written for is relevant.
- Recordings: 35 meetings as `footnote ingest` takes them in; each question is asked with a
  filter on its recording. A passage is relevant if its turns meet any of the question's
  ``turn_spans``; gains are binary, and the ideal ranking has as many relevant passages in its
  first ten as there are.
- R@k: questions with a relevant passage among the first k. MRR looks at the first ten.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from footnote.evaluation import metrics  # noqa: E402
from footnote.ingest.load import load  # noqa: E402
from footnote.passages import Document, Filter, Kind, Parsed, Passage, Retriever, Segment  # noqa: E402
from footnote.retrieval.embedded import EmbeddedRetriever  # noqa: E402
from footnote.retrieval.sized import SizedRetriever  # noqa: E402
from footnote.storage.database import open_database  # noqa: E402
from footnote.storage.library import SqlLibrary  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
FLOORS = {"squad": {"R@5": 0.93, "nDCG@10": 0.87}, "recordings": {"nDCG@10": 0.50}}
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, the filter that it is asked with, and the ids of the passages that are relevant."""

    query: str
    filter: Filter
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and the questions that are asked of them."""

    documents: list[Parsed]
    questions: list[Judged]


def squad(data: Path = DATA) -> Collection:
    """SQuAD's paragraphs, an article a document, and its questions."""
    articles: dict[str, list[Passage]] = defaultdict(list)
    for line in _lines(data / "squad" / "passages.jsonl"):
        article, place = line["title"], len(articles[line["title"]])
        id, title = str(line["passage_id"]), article.replace("_", " ")
        articles[article].append(Passage(id, article, title, place, line["text"], (Segment(0, place),)))
    documents = [
        Parsed(Document(id, passages[0].title, Kind.TEXT, id, digest=id), tuple(passages))
        for id, passages in articles.items()
    ]
    questions = [
        Judged(line["question"], Filter(), frozenset([str(line["passage_id"])]))
        for line in _lines(data / "squad" / "questions.jsonl")
    ]
    return Collection(documents, questions)


def recordings(data: Path = DATA) -> Collection:
    """The meetings' transcripts, as they are taken in, and their questions."""
    folder = data / "recordings" / "transcripts"
    documents = {path.stem: load(path, folder, max_bytes=10_000_000) for path in sorted(folder.glob("*.txt"))}
    questions = [
        Judged(
            line["query"],
            Filter.of([line["recording_id"]]),
            frozenset(p.id for p in documents[line["recording_id"]].passages if _meets(p, line["turn_spans"])),
        )
        for line in _lines(data / "recordings" / "questions.jsonl")
    ]
    return Collection(list(documents.values()), questions)


def measure(retriever: Retriever, questions: Sequence[Judged]) -> dict[str, float]:
    """The means over all questions, and the time that one takes."""
    rankings: list[list[str]] = []
    seconds: list[float] = []
    for question in questions:
        began = time.perf_counter()
        hits = retriever.search(question.query, filter=question.filter, limit=DEPTH)
        seconds.append(time.perf_counter() - began)
        rankings.append([hit.passage.id for hit in hits])
    found = [(ranking, question.relevant) for ranking, question in zip(rankings, questions, strict=True)]
    return {
        **{f"R@{k}": metrics.mean([metrics.found_at(k, *each) for each in found]) for k in (1, 5, 10)},
        "nDCG@10": metrics.mean([metrics.ndcg_at(DEPTH, *each) for each in found]),
        "MRR": metrics.mean([metrics.reciprocal_rank(*each) for each in found]),
        "p50 ms": 1000 * metrics.percentile(seconds, 0.5),
        "p95 ms": 1000 * metrics.percentile(seconds, 0.95),
    }


def built(documents: Sequence[Parsed], path: Path) -> tuple[EmbeddedRetriever, float]:
    """A retriever over the documents in a new database, and how many passages a second went in."""
    engine = open_database(path)
    library = SqlLibrary(engine)
    began = time.perf_counter()
    for parsed in documents:
        library.replace(parsed.document, parsed.passages)
    speed = sum(len(parsed.passages) for parsed in documents) / (time.perf_counter() - began)
    return EmbeddedRetriever(engine), speed


def large(path: Path) -> SizedRetriever:
    """The retriever of a large library, of whichever size this one is, with its index made; to be closed."""
    retriever = SizedRetriever(open_database(path), path, least=0)
    retriever.complete()
    return retriever


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _meets(passage: Passage, turn_spans: Sequence[Sequence[int]]) -> bool:
    span = passage.span
    return span is not None and any(span[0] <= last and span[1] >= first for first, last in turn_spans)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, collection in (("squad", squad()), ("recordings", recordings())):
            retriever, speed = built(collection.documents, Path(folder) / f"{name}.db")
            passages = sum(len(parsed.passages) for parsed in collection.documents)
            print(
                f"{name}: {len(collection.questions)} questions, {passages} passages, {speed:.0f} passages/s taken in"
            )
            with closing(large(Path(folder) / f"{name}.db")) as by_tantivy:
                figures = [measure(each, collection.questions) for each in (retriever, by_tantivy)]
            for figure, value in figures[0].items():
                floor = FLOORS[name].get(figure)
                said = f"  {figure:8} {value:7.3f}   as a large library {figures[1][figure]:7.3f}"
                print(said + (f"   floor {floor:.2f}" if floor else ""))


if __name__ == "__main__":
    main()

"""How good the extractive answers are, on SQuAD's questions: retrieval and extraction end to end.

Usage: ``python bench/extractive.py [--every N]``. Prints each figure beside its target. A gold
answer counts where one of a question's answers, normalised as SQuAD does it, stands in the
sentence. The honest no is measured on the same questions against texts that can't answer them:
all articles but the question's own, and the recordings.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import string
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footnote.ingest.take_in import take_in
from footnote.models.quoting import write
from footnote.models.selection import Quote, select
from footnote.passages import EVERYTHING, Document, Filter, Kind, Passage, Retriever
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
PASSAGES = 8  # the setting's default
FIRST_TARGET, THREE_TARGET, P95_TARGET_MS = 0.72, 0.85, 10.0

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


@dataclass(frozen=True, slots=True)
class Question:
    """One of SQuAD's questions with its gold answers, normalised, and its article."""

    text: str
    answers: frozenset[str]
    article: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One answer: where its first gold sentence stands (from 1), how many it has, and what it took."""

    gold_at: int | None
    quotes: int
    took_ms: float


def normalised(text: str) -> str:
    """The text as SQuAD compares it: lower case, no punctuation, no articles (Rajpurkar et al. 2016)."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(_ARTICLES.sub(" ", bare).split())


@contextmanager
def squad_library(folder: Path) -> Iterator[Retriever]:
    """SQuAD's articles as documents of an embedded library, a passage for each paragraph."""
    articles: dict[str, list[str]] = {}
    for passage in _lines(DATA / "squad" / "passages.jsonl"):
        articles.setdefault(str(passage["title"]), []).append(str(passage["text"]))
    engine = open_database(folder / "squad.db")
    library = SqlLibrary(engine)
    for id, texts in articles.items():
        title = id.replace("_", " ")
        library.replace(
            Document(id=id, title=title, kind=Kind.TEXT, source=f"{id}.txt", digest=id),
            [Passage(f"{id}#{n}", id, title, n, text) for n, text in enumerate(texts)],
        )
    yield EmbeddedRetriever(engine)
    engine.dispose()


@contextmanager
def recordings_library(folder: Path) -> Iterator[Retriever]:
    """The recordings as the product takes them in."""
    engine = open_database(folder / "recordings.db")
    transcripts = DATA / "recordings" / "transcripts"
    take_in([transcripts], SqlLibrary(engine), max_bytes=10_000_000)
    yield EmbeddedRetriever(engine)
    engine.dispose()


def questions(every: int = 1) -> list[Question]:
    """Every ``every``-th of SQuAD's questions."""
    article = {p["passage_id"]: str(p["title"]) for p in _lines(DATA / "squad" / "passages.jsonl")}
    return [
        Question(str(q["question"]), frozenset(map(normalised, q["answers"])), article[q["passage_id"]])
        for q in _lines(DATA / "squad" / "questions.jsonl")[::every]
    ]


def measure(question: Question, passages: Sequence[Passage]) -> Measured:
    """Answer one question from passages, as the model does, and look for the gold answer."""
    began = time.perf_counter()
    quotes = select(question.text, passages)
    write(quotes)
    took_ms = (time.perf_counter() - began) * 1000
    return Measured(_gold_at(question, quotes), len(quotes), took_ms)


def found(retriever: Retriever, question: str, filter: Filter = EVERYTHING) -> list[Passage]:
    """The passages that the product would give to the model."""
    return [hit.passage for hit in retriever.search(question, filter=filter, limit=PASSAGES)]


def share(answers: Sequence[Measured], first: int) -> float:
    """The share of answers with a gold answer in the first ``first`` sentences."""
    return sum(a.gold_at is not None and a.gold_at <= first for a in answers) / len(answers)


def refused(answers: Sequence[Measured]) -> float:
    """The share of answers that say honestly that nothing fits."""
    return sum(not a.quotes for a in answers) / len(answers)


def _gold_at(question: Question, quotes: Sequence[Quote]) -> int | None:
    texts = [normalised(quote.text) for quote in quotes]
    return next((at for at, text in enumerate(texts, 1) if any(gold in text for gold in question.answers)), None)


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take only every N-th question")
    asked = questions(parser.parse_args().every)
    with (
        tempfile.TemporaryDirectory() as folder,
        squad_library(Path(folder)) as squad,
        recordings_library(Path(folder)) as recordings,
    ):
        answers = [measure(q, found(squad, q.text)) for q in asked]
        articles = frozenset(q.article for q in questions())
        elsewhere = [measure(q, found(squad, q.text, Filter(articles - {q.article}))) for q in asked]
        spoken = [measure(q, found(recordings, q.text)) for q in asked]
    times = statistics.quantiles([a.took_ms for a in answers], n=100)
    print(f"{len(asked)} questions of SQuAD, {PASSAGES} passages each")
    for first, target in ((1, FIRST_TARGET), (3, THREE_TARGET)):
        halves = " and ".join(f"{share(answers[half::2], first):.3f}" for half in (0, 1))
        print(f"gold answer in the first {first}: {share(answers, first):.3f} (target {target}; halves {halves})")
    print(f"extraction: p50 {times[49]:.1f} ms, p95 {times[94]:.1f} ms (target under {P95_TARGET_MS:.0f})")
    print(f"honest no: {refused(answers):.3f} where the library can answer (the lower the better)")
    print(
        f"honest no: {refused(elsewhere):.3f} against all other articles, {refused(spoken):.3f} against the recordings"
    )


if __name__ == "__main__":
    main()

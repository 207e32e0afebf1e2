"""Retrieval in libraries of a thousand to a million passages, with and without a filter: how long, at what memory.

The product's own retriever, which chooses its index by size, beside the floors: the same words asked of SQLite's index
in one bare statement, and of tantivy's in one bare search, with no filter, no reading of passages and no ranking of
ours. Real questions; those of recordings are asked with the filters that only recordings meet. Times are the clock's,
so nothing else may run; for building the processor's time stands beside it.
"""

from __future__ import annotations

import gc
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from lags import percentile  # noqa: E402
from library_building import Built, library, memory_mb  # noqa: E402
from retrieval import recordings, squad  # noqa: E402
from row import Row, at_least, at_most  # noqa: E402

from footnote.passages import EVERYTHING, Filter, Kind  # noqa: E402
from footnote.retrieval import query as queries  # noqa: E402
from footnote.retrieval.large.fields import among  # noqa: E402
from footnote.retrieval.large.reader import Reader  # noqa: E402
from footnote.retrieval.sized import LEAST, SizedRetriever  # noqa: E402
from footnote.storage.changes import standing  # noqa: E402
from footnote.storage.database import open_database  # noqa: E402
from footnote.storage.full_text import match  # noqa: E402
from footnote.storage.transactions import reading  # noqa: E402
from footnote.words import fold, stem, terms  # noqa: E402

MS = {1_000: 20, 10_000: 30, 100_000: 50, 1_000_000: 150}
"""The 95th percentile to reach, by the number of passages."""
PER_SECOND = 5_000
FLAT_MB = 16
QUESTIONS, QUICK_QUESTIONS = 100, 20
BARE_QUESTIONS = 40
LIMIT = 8
"""Passages that a model is given."""
BARE = "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? ORDER BY bm25(passages_fts) LIMIT 100"


def rows(*, quick: bool) -> Iterator[Row]:
    """Each size in turn; quickly, the two small ones."""
    for size in list(MS)[: 2 if quick else None]:
        built = library(size)
        yield at_least(f"build, {size:,} passages", built.by_clock, "passages/s", PER_SECOND)
        yield at_least(f"build, {size:,} passages", built.by_cpu, "passages/CPU s", PER_SECOND)
        yield at_most(f"memory grown while building, {size:,}", built.grown_mb, "MB", FLAT_MB)
        yield from _searched(size, built, QUICK_QUESTIONS if quick else QUESTIONS)


def _searched(size: int, built: Built, number: int) -> Iterator[Row]:
    any_of_them, of_recordings = _questions(number)
    gc.freeze()  # as the served page has it: what is loaded is not looked through for garbage again and again
    engine = open_database(Path(built.path), prepared=True)
    retriever = SizedRetriever(engine, Path(built.path))
    retriever.complete()
    with closing(retriever), closing(sqlite3.connect(built.path)) as bare:
        statement = _p95(lambda question: _bare(bare, question), any_of_them[:BARE_QUESTIONS])
        floor = _bare_tantivy(engine, Path(built.path), any_of_them) if size >= LEAST else statement
        _p95(lambda question: retriever.search(question, limit=LIMIT), any_of_them[:BARE_QUESTIONS])
        _fill_the_memory_of_words()
        before = memory_mb()
        for name, filter in _filters(bare).items():
            asked = of_recordings if filter.speakers else any_of_them
            p95 = _p95(lambda question, only=filter: retriever.search(question, filter=only, limit=LIMIT), asked)
            yield at_most(f"search p95, {size:,} passages, {name}", p95, "ms", MS[size], floor)
            if filter == EVERYTHING and size >= LEAST:
                beside = f"search p95, {size:,} passages, beside SQLite's bare statement"
                yield at_most(beside, p95, "ms", MS[size], statement)
        yield at_most(f"memory grown while searching, {size:,}", memory_mb() - before, "MB", FLAT_MB)
    engine.dispose()


def _questions(number: int) -> tuple[list[str], list[str]]:
    """Some of all questions, and some of those that are asked of recordings."""
    chance = random.Random(3)
    of_recordings = [judged.query for judged in recordings().questions]
    everything = [*(judged.query for judged in squad().questions), *of_recordings]
    return chance.sample(everything, number), chance.sample(of_recordings, number)


def _filters(library: sqlite3.Connection) -> dict[str, Filter]:
    """Those that people use, from one document to half of the library."""
    ids = [id for (id,) in library.execute("SELECT id FROM documents ORDER BY id")]
    chosen = random.Random(4).sample(ids, 10)
    return {
        "no filter": EVERYTHING,
        "one document": Filter.of(chosen[:1]),
        "ten documents": Filter.of(chosen),
        "a tag": Filter(tags=frozenset(["tag5"])),
        "a quarter of a year": Filter(since="2022-03-01", until="2022-05-31"),
        "a speaker": Filter(speakers=frozenset(["Marketing"])),
        "a kind": Filter(kinds=frozenset([Kind.TEXT])),
        "a passage ticked off": Filter(without=frozenset([f"{ids[0]}#0"])),
    }


def _bare(library: sqlite3.Connection, question: str) -> None:
    library.execute(BARE, (match(queries.read(question).words.values()),)).fetchall()


def _fill_the_memory_of_words() -> None:
    """Folded words are remembered, so and so many: what they take until then is no growth, for it ends."""
    for number in range(max(known.cache_parameters()["maxsize"] or 0 for known in (fold, stem))):
        terms(["".join(chr(ord("a") + int(digit)) for digit in str(number))])


def _bare_tantivy(engine: Engine, path: Path, questions: Sequence[str]) -> float:
    """The 95th percentile of the words alone, asked of tantivy's index as it stands."""
    with reading(engine) as connection:
        searcher = Reader(path).at(standing(connection).newest)
    if searcher is None:
        raise RuntimeError("the index is not there")

    def ask(question: str) -> None:
        searcher.search(among(queries.read(question).words.values(), EVERYTHING, ()), limit=LIMIT)

    return _p95(ask, questions)


def _p95(ask: Callable[[str], object], questions: Sequence[str]) -> float:
    """The 95th percentile of milliseconds."""
    took = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        took.append(1000 * (time.perf_counter() - began))
    return percentile(took, 0.95)

"""What a passage and an answer take: the measured half of ``docs/sizing.md``.

Usage: ``python bench/sizing.py``. The shared texts (35 recorded meetings and SQuAD's paragraphs) are read by the
loaders and taken into SQLite and a real Postgres; one answer of 300 tokens at 30 a second is written by a scripted
model into the log. Prints each figure, and writes them to ``bench/results/sizing.json``.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from retrieval import DATA, built, recordings, squad
from sqlalchemy import text

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
from footnote.chat import Cancellation, Chunk, FinishReason, Prompt  # noqa: E402
from footnote.ingest.load import load  # noqa: E402
from footnote.parts import parts  # noqa: E402
from footnote.passages import Parsed  # noqa: E402
from footnote.settings import Settings  # noqa: E402
from footnote.spark.apart import apart  # noqa: E402
from footnote.spark.columns import passage_row  # noqa: E402
from footnote.storage.library import SqlLibrary  # noqa: E402
from footnote.storage.postgres import open_postgres  # noqa: E402
from page_client import Page  # noqa: E402
from postgres import running_postgres  # noqa: E402

RESULTS = ROOT / "bench" / "results" / "sizing.json"
TOKENS, RATE = 300, 30
READ_S = 3.0
"""Seconds for which each kind of file is read again and again."""
ROUNDS = 5

_SIZE = "SELECT pg_total_relation_size('{table}'), pg_relation_size('{table}')"


class Typist:
    """A model that writes a cited answer at a steady rate."""

    name = "typist"
    retrieves = False

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:  # noqa: ARG002
        words = "It was decided to open the pier before the ferry comes back [1] and to look again in May [2]. ".split()
        for number in range(TOKENS):
            cancellation.raise_if_requested()
            yield Chunk(f"{words[number % len(words)]} ")
            time.sleep(1 / RATE)
        yield Chunk("", finish=FinishReason.STOP)


def embedded(documents: Sequence[Parsed], folder: Path) -> dict[str, float]:
    """Bytes of a passage in the embedded database, and how many go in."""
    count = sum(len(parsed.passages) for parsed in documents)
    texts = sum(len(passage.text.encode()) for parsed in documents for passage in parsed.passages)
    _, speed = built(documents, folder / "sized.db")
    with sqlite3.connect(folder / "sized.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = (folder / "sized.db").stat().st_size
    return {
        "passages measured": count,
        "bytes of text a passage": texts / count,
        "bytes a passage in SQLite, with FTS5": size / count,
        "passages a second into SQLite": speed,
    }


def on_postgres(documents: Sequence[Parsed]) -> dict[str, float]:
    """Bytes of a passage on Postgres: its row, and its words with their index."""
    count = sum(len(parsed.passages) for parsed in documents)
    with running_postgres() as server:
        engine = open_postgres(server.empty_database())
        library = SqlLibrary(engine)
        began = time.perf_counter()
        for parsed in documents:
            library.replace(parsed.document, parsed.passages)
        speed = count / (time.perf_counter() - began)
        with engine.connect() as connection:
            rows, _ = connection.execute(text(_SIZE.format(table="passages"))).one()
            words, heap = connection.execute(text(_SIZE.format(table="passage_words"))).one()
        engine.dispose()
    return {
        "bytes a passage on Postgres: its row": rows / count,
        "bytes a passage on Postgres: tsvector": heap / count,
        "bytes a passage on Postgres: GIN index": (words - heap) / count,
        "passages a second into Postgres": speed,
    }


def logged(folder: Path) -> dict[str, float]:
    """Events and bytes of an answer in the log."""
    settings = Settings(data=folder, library=ROOT / "src" / "footnote" / "sample")
    made = parts(settings)
    page = Page(replace(made, models={Typist.name: Typist()}))
    id = page.answered(query="What was decided about the battery swap threshold?")
    page.producer.close()
    with sqlite3.connect(settings.database) as database:
        (lines,) = database.execute("SELECT log FROM answers WHERE id = ?", (id,)).fetchone()
    return {"events an answer": len(lines.splitlines()), "bytes an answer in the log": len(lines.encode())}


def loaders(folder: Path) -> dict[str, float]:
    """MB of files a second that one process reads into passages."""
    transcripts = sorted((DATA / "recordings" / "transcripts").glob("*.txt"))
    for number, parsed in enumerate(squad().documents):
        paragraphs = "\n\n".join(passage.text for passage in parsed.passages)
        (folder / f"{number}.md").write_text(f"# {parsed.document.title}\n\n{paragraphs}", encoding="utf-8")
    pdfs = sorted((ROOT / "src" / "footnote" / "sample").rglob("*.pdf"))
    kinds = {"transcripts": transcripts, "Markdown": sorted(folder.glob("*.md")), "PDF": pdfs}
    speeds = {f"MB/s of {kind}, one core": _read(files) for kind, files in kinds.items() if files}
    return speeds | _apart(kinds["Markdown"])


def _apart(files: Sequence[Path]) -> dict[str, float]:
    """The same where each file has a process of its own, as in the Spark job, which waits for it: by the clock."""
    size = sum(path.stat().st_size for path in files)
    took = _clocked([partial(_rows, path) for path in files])
    return {
        "kB a file that is read in a process": size / 1e3 / len(files),
        "ms a file in a process": took * 1e3,
        "ms of that, the process alone": _clocked([dict] * len(files)) * 1e3,
        "MB/s in processes, one core": size / 1e6 / (took * len(files)),
    }


def _rows(path: Path) -> list[dict[str, object]]:
    read = load(path, path.parent, max_bytes=50_000_000)
    return [passage_row(read.document, passage) for passage in read.passages]


def _clocked(calls: Sequence[Callable[[], object]]) -> float:
    """Seconds a call, each in a process of its own: of the round that was disturbed least."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for call in calls:
            apart(call)
        rounds.append((time.perf_counter() - began) / len(calls))
    return min(rounds)


def _read(files: Sequence[Path]) -> float:
    began, read = time.process_time(), 0
    while time.process_time() - began < READ_S:
        for path in files:
            load(path, path.parent, max_bytes=50_000_000)
            read += path.stat().st_size
    return read / 1e6 / (time.process_time() - began)


def main() -> None:
    documents = [*squad().documents, *recordings().documents]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        for name, measure in (
            ("sized", lambda folder: embedded(documents, folder)),
            ("postgres", lambda _: on_postgres(documents)),
            ("log", logged),
            ("files", loaders),
        ):
            folder = Path(place) / name
            folder.mkdir()
            figures |= measure(folder)
    for name, value in figures.items():
        print(f"{name:<45} {value:>12,.1f}")
    RESULTS.write_text(json.dumps({name: round(value, 1) for name, value in figures.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""The job against the local ingestion, on all shared texts: the same passages, documents and failures."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from conftest import DATA, SAMPLE
from footnote.ingest.take_in import take_in
from footnote.spark.columns import document_row, passage_row
from footnote.spark.folders import ParquetTables
from footnote.spark.job import Report, ingest

MAX_BYTES = 1_000_000


class Shelf:
    """What the local ingestion asks of a library, kept as rows."""

    def __init__(self):
        self.documents_rows, self.passages_rows = [], []

    def documents(self):
        return []

    def digests(self):
        return {}

    def replace(self, document, passages):
        self.documents_rows.append(document_row(document, passages))
        self.passages_rows += [passage_row(document, passage) for passage in passages]


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> Path:
    """All shared texts and the sample as a folder of files, with odd names and some that can't be read."""
    root = tmp_path_factory.mktemp("volume") / "files"
    shutil.copytree(DATA / "recordings" / "transcripts", root / "recordings")
    shutil.copytree(SAMPLE, root / "sample")
    articles: dict[str, list[str]] = defaultdict(list)
    for line in (DATA / "squad" / "passages.jsonl").read_text(encoding="utf-8").splitlines():
        paragraph = json.loads(line)
        articles[paragraph["title"]].append(paragraph["text"])
    for title, paragraphs in articles.items():
        write(root / "squad" / f"{re.sub('[^A-Za-z0-9]+', '_', title)}.md", "\n\n".join([f"# {title}", *paragraphs]))
    write(root / "odd names" / "2026-03-12 100 % über #1.txt", "Ada: Is it read?\nBen: It is.")
    write(root / "_kept.txt", "Spark's own readers pass such a name over.")
    write(root / ".hidden.txt", "Nobody reads this.")
    write(root / "note.md", "# The first of two")
    write(root / "note.txt", "The second of two.")
    write(root / "empty.txt", "")
    write(root / "broken.pdf", "%PDF-1.7 and nothing behind it")
    write(root / "damaged.docx", "PK\x03\x04 and nothing behind it")
    write(root / "large.txt", "a word " * 200_000)
    write(root / "picture.png", "passed over")
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_it_gives_what_the_local_ingestion_gives(spark, everything, tmp_path, rows):
    """Every passage's id and text, every document and every reason of a failure."""
    shelf = Shelf()
    local = take_in([everything], shelf, max_bytes=MAX_BYTES)
    tables = ParquetTables(spark, tmp_path / "tables")

    report = ingest(spark, everything, tables, max_bytes=MAX_BYTES)

    assert rows(tables, "passages") == sorted(shelf.passages_rows, key=str)
    assert rows(tables, "documents", *shelf.documents_rows[0]) == sorted(shelf.documents_rows, key=str)
    failed = sorted((path.name, message) for path, message in local.failed)
    assert [(row["path"], row["message"]) for row in rows(tables, "failures")] == failed
    assert {row["reason"] for row in rows(tables, "failures")} >= {
        "TWICE",
        "EMPTY",
        "BROKEN_PDF",
        "BROKEN_WORD",
        "LARGE",
    }
    assert report == Report(documents=len(local.added), passages=len(shelf.passages_rows), failures=len(failed))
    assert len(shelf.passages_rows) > 4_000

"""A folder that changes: each run reads what is new or changed, and touches no row of what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from footnote.ingest import load
from footnote.spark.folders import DeltaRsTables, ParquetTables
from footnote.spark.job import Emptied, Report, ingest
from footnote.spark.listing import listing

TURNS = [
    f"Ada: This is sentence {number} of what was said that day about the pier and the ferry." for number in range(40)
]


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two recordings, one of them below a folder, and a file that can't be read."""
    root = tmp_path / "files"
    (root / "minutes").mkdir(parents=True)
    (root / "minutes" / "2026-03-12-pier.txt").write_text("\n".join(TURNS), encoding="utf-8")
    (root / "ferry.txt").write_text("Ben: The ferry leaves at nine.\nAda: And comes back at noon.", encoding="utf-8")
    (root / "bad.pdf").write_bytes(b"no PDF")
    return root


def passages(folder: Path, *names: str) -> int:
    """How many passages the local ingestion makes of these files."""
    return sum(len(load.load(folder / name, folder, max_bytes=1_000_000).passages) for name in names)


def run(spark, folder, tables, **options) -> Report:
    return ingest(spark, folder, tables, max_bytes=1_000_000, **options)


def test_each_run_takes_up_what_changed(spark, folder, tables, rows):
    """New, unchanged, touched, changed, repaired and vanished files, and one that was good and is broken now."""
    assert run(spark, folder, tables) == Report(documents=2, passages=6, failures=1)
    (first,) = [row for row in rows(tables, "documents") if row["id"] == "minutes/2026-03-12-pier"]
    assert (first["tags"], first["speakers"], first["passages"]) == (["minutes"], ["Ada"], 5)

    os.utime(folder / "ferry.txt", (1_800_000_000, 1_800_000_000))
    with (folder / "minutes" / "2026-03-12-pier.txt").open("a", encoding="utf-8") as file:
        file.write("\nAda: " + "And that was all that was said about it. " * 12)
    (folder / "bad.pdf").rename(folder / "bad.txt")
    before = rows(tables, "passages")
    made = passages(folder, "minutes/2026-03-12-pier.txt", "bad.txt")
    assert run(spark, folder, tables, files_a_round=2) == Report(same=1, documents=2, passages=made)
    after = rows(tables, "passages")
    assert rows(tables, "failures") == []
    assert [row["modified_ns"] for row in rows(tables, "documents") if row["id"] == "ferry"] == [1_800_000_000 * 10**9]

    (folder / "ferry.txt").unlink()
    (folder / "bad.txt").write_bytes(b"\x00\x01")
    assert run(spark, folder, tables) == Report(unread=1, failures=1, gone=1)
    assert {row["id"] for row in rows(tables, "documents")} == {"minutes/2026-03-12-pier", "bad"}
    assert [row for row in after if row["document_id"] != "ferry"] == rows(tables, "passages")
    assert not any(row in rows(tables, "passages") for row in before if row["document_id"] == "ferry")

    for path in [*folder.rglob("*.txt")]:
        path.unlink()
    with pytest.raises(Emptied, match="holds no file, but 2 documents"):
        run(spark, folder, tables)
    assert len(rows(tables, "documents")) == 2
    assert run(spark, folder, tables, may_empty=True) == Report(gone=2)
    assert [rows(tables, name) for name in ("documents", "passages", "failures")] == [[], [], []]


def test_the_change_feed_of_a_changed_file_shows_its_changed_rows_alone(spark, folder, tmp_path):
    """An index that follows the feed embeds what has another text now, and nothing else."""
    tables = DeltaRsTables(spark, tmp_path / "tables")
    run(spark, folder, tables)
    table = DeltaTable(str(tmp_path / "tables" / "passages"))
    version = table.version()
    lines = [*TURNS[:-1], "Ada: The last sentence is another one."]
    (folder / "minutes" / "2026-03-12-pier.txt").write_text("\n".join(lines), encoding="utf-8")

    run(spark, folder, tables)

    table.update_incremental()
    assert table.version() == version + 1
    changes = pa.table(table.load_cdf(starting_version=version + 1)).to_pylist()
    assert sorted((change["id"], change["_change_type"]) for change in changes) == [
        ("minutes/2026-03-12-pier#4", "update_postimage"),
        ("minutes/2026-03-12-pier#4", "update_preimage"),
    ]
    run(spark, folder, tables)
    table.update_incremental()
    assert table.version() == version + 1


def test_an_unchanged_file_is_not_opened(spark, folder, tmp_path, monkeypatch):
    """It is known by its size and time, and by the version of the loaders."""
    tables = ParquetTables(spark, tmp_path / "tables")
    run(spark, folder, tables)
    path = folder / "ferry.txt"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"nine", b"five"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(spark, folder, tables) == Report(unread=2, failures=1)
    monkeypatch.setattr("footnote.spark.job.LOADER_VERSION", "next")
    assert run(spark, folder, tables).unread == 0


def test_a_folder_that_cannot_be_listed_ends_the_job(spark, tmp_path):
    """Else all that is in it would be taken for gone."""
    with pytest.raises(FileNotFoundError):
        listing(spark, tmp_path / "nowhere")


def test_the_folder_is_listed_in_parts_each_file_once(spark, tmp_path, monkeypatch):
    """However deep the folders are."""
    for path in ("a.txt", "x/b.txt", "x/y/c.txt", "x/y/z/d.txt", "u/v/e.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("words", encoding="utf-8")
    (tmp_path / "x" / "out").symlink_to("/etc")
    for least in (1, 3, 64):
        monkeypatch.setattr("footnote.spark.listing.LEAST_PARTS", least)
        ids = sorted(row["id"] for row in listing(spark, tmp_path).collect())
        assert ids == ["a", "u/v/e", "x/b", "x/y/c", "x/y/z/d"]

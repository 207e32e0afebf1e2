"""Which files a folder holds: its parts are listed side by side, by the rule of the local ingestion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from footnote.ingest.load import ENDINGS, id_of
from footnote.ingest.take_in import walk
from footnote.load_errors import LoadError
from footnote.spark.columns import FILE, ddl

LEAST_PARTS = 64
"""Folders, where there are so many, that are listed each for itself: an object store answers slowly but to many."""

_Part = tuple[str, bool]  # a folder, and whether those in it belong to it


def listing(spark: SparkSession, folder: Path) -> DataFrame:
    """The files of supported kinds below a folder, one ``FILE`` row each.

    Raises ``OSError`` where a folder can't be listed: what is in it must not be taken for gone.
    """
    root = folder.resolve(strict=True)
    parts = _parts(root)
    frame = spark.createDataFrame(parts, "folder STRING, deep BOOLEAN").repartition(len(parts))
    return frame.mapInPandas(partial(_listed, root=str(root)), ddl(FILE))


def _parts(root: Path) -> list[_Part]:
    """The folder cut into parts that hold each of its files once."""
    done: list[_Part] = []
    level = [root]
    while level and len(done) + len(level) < LEAST_PARTS:
        done += [(str(folder), False) for folder in level]
        level = [inner for folder in level for inner in _folders(folder)]
    return done + [(str(folder), True) for folder in level]


def _folders(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        inner = (entry for entry in entries if entry.is_dir(follow_symlinks=False))
        return sorted(Path(entry.path) for entry in inner if not entry.name.startswith("."))


def _listed(parts: Iterator[pd.DataFrame], root: str) -> Iterator[pd.DataFrame]:
    within = Path(root)
    for batch in parts:
        for folder, deep in zip(batch["folder"], batch["deep"], strict=True):
            found = walk(Path(folder), within, deep=bool(deep), onerror=_fail)
            rows = [row for path in found if path.suffix.lower() in ENDINGS for row in _file(path, within)]
            yield pd.DataFrame(rows, columns=list(FILE))


def _file(path: Path, root: Path) -> Iterator[tuple[str, str | None, int, int]]:
    """The row of a file, unless it has gone meanwhile."""
    try:
        status = path.stat()
    except OSError:
        return
    named = os.fsencode(path).decode("utf-8", "backslashreplace")
    try:
        yield named, id_of(path, root), status.st_size, status.st_mtime_ns
    except LoadError:
        yield named, None, status.st_size, status.st_mtime_ns


def _fail(error: OSError) -> None:
    raise error

"""A folder of files to the tables: what is new or changed is read, and what has gone is taken away."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as sql

from footnote.errors import FootnoteError
from footnote.ingest.load import LOADER_VERSION
from footnote.load_errors import Reason
from footnote.spark.columns import DOCUMENTS, FAILURES, PASSAGES, READ, ddl
from footnote.spark.listing import listing
from footnote.spark.reading import TO_READ, read_files
from footnote.spark.tables import Tables

log = logging.getLogger(__name__)

FILES_A_ROUND = 20_000
"""Files that are read before their rows go into the tables: at most so many are read again after a job that broke."""
FILES_A_TASK = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the files: ``unread`` are neither new nor changed, ``same`` only seemed to be."""

    unread: int = 0
    same: int = 0
    documents: int = 0
    passages: int = 0
    failures: int = 0
    gone: int = 0


class Emptied(FootnoteError):
    """The folder holds nothing, where before it did."""


def ingest(
    spark: SparkSession,
    folder: Path,
    tables: Tables,
    *,
    max_bytes: int,
    files_a_round: int = FILES_A_ROUND,
    may_empty: bool = False,
) -> Report:
    """Bring the tables up to date with a folder.

    A document's passages are put before its own row, which says that they are there: where a job breaks between the
    two, the next one reads that file again. Raises ``Emptied`` unless an empty folder ``may_empty`` the tables.
    """
    root = folder.resolve(strict=True)
    try:
        found = tables.stage("found", _claimed(listing(spark, root), tables.read("documents")))
        totals = found.agg(*(sql.count_if(sql.col(flag)).alias(flag) for flag in ("held", "unread"))).collect()[0]
        gone = tables.stage("gone", tables.read("documents").join(found, "id", "left_anti").select("id"))
        report = Report(unread=totals["unread"], gone=gone.count())
        if report.gone and not may_empty and not totals["held"]:
            raise Emptied(
                f"{folder} holds no file, but {report.gone:,} documents came from there. Nothing was changed."
            )
        if report.gone:
            _take_away(tables, gone)
        report = replace(report, failures=_settle(tables, found, root))
        to_read = totals["held"] - totals["unread"]
        rounds = ceil(to_read / files_a_round)
        for number in range(rounds):
            part = found.where(f"held AND NOT unread AND pmod(hash(path), {rounds}) = {number}").select(*TO_READ)
            read = partial(read_files, root=str(root), max_bytes=max_bytes)
            tasks = ceil(to_read / rounds / FILES_A_TASK)
            report = _taken_in(tables, part.repartition(tasks).mapInPandas(read, ddl(READ)), report)
            log.info("Round %d of %d: %s", number + 1, rounds, report)
        return report
    finally:
        tables.clear()


def _claimed(found: DataFrame, documents: DataFrame) -> DataFrame:
    """The files, each with what is known of its document, whether it holds its id, and whether it may stay unread.

    Of several files with one id, that one holds it which the document came from, else the first by name.
    """
    known = documents.select(
        "id", *(sql.col(name).alias(f"known_{name}") for name in ("source", "digest", "bytes", "modified_ns", "loader"))
    )
    of_one_id = Window.partitionBy("id").orderBy(sql.expr("path <=> known_source").desc(), "path")
    unchanged = "path = known_source AND bytes = known_bytes AND modified_ns = known_modified_ns AND known_loader = "
    return (
        found.join(known, "id", "left")
        .withColumn("holder", sql.first("path").over(of_one_id))
        .withColumn("held", sql.expr("id IS NULL OR path = holder"))
        .withColumn("unread", sql.coalesce(sql.expr(f"{unchanged}'{LOADER_VERSION}'"), sql.lit(False)))  # noqa: FBT003
    )


def _below(root: Path) -> Column:
    """A file's path below the folder."""
    return sql.expr(f"substring(path, {len(str(root)) + 2})")


def _double(root: Path) -> list[Column]:
    """The failure of a file whose id another one holds."""
    name = sql.substring_index("holder", "/", -1)
    message = sql.replace(sql.lit(Reason.TWICE.value), sql.lit("{id}"), sql.col("id"))
    message = sql.replace(message, sql.lit("{file}"), name)
    reason = sql.lit(Reason.TWICE.name).alias("reason")
    return [_below(root).alias("path"), reason, message.alias("message"), sql.col("bytes"), sql.col("modified_ns")]


def _settle(tables: Tables, found: DataFrame, root: Path) -> int:
    """Keep the failures of files that are there, and add those whose id another one holds; how many these are."""
    doubles = found.where("NOT held").select(*_double(root))
    there = found.select(_below(root).alias("path"))
    tables.change("failures", rows=doubles, gone=tables.read("failures").join(there, "path", "left_anti"))
    return doubles.count()


def _take_away(tables: Tables, gone: DataFrame) -> None:
    theirs = tables.read("passages").join(gone.withColumnRenamed("id", "document_id"), "document_id", "left_semi")
    tables.change("passages", gone=theirs)
    tables.change("documents", gone=gone)


def _taken_in(tables: Tables, reading: DataFrame, report: Report) -> Report:
    """Put what is read into the tables."""
    read = tables.stage("read", reading)
    counted = {row["became"]: row["count"] for row in read.groupBy("became").count().collect()}
    fresh = read.where("became = 'passages'").select(*PASSAGES.columns)
    made = read.where("became = 'documents'").select(*DOCUMENTS.columns)
    if "documents" in counted:
        before = tables.read("passages").join(made.withColumnRenamed("id", "document_id"), "document_id", "left_semi")
        tables.change("passages", rows=fresh, gone=before.join(fresh, [*PASSAGES.key], "left_anti"))
    same = read.where("became = 'same'").select("id", "source", "bytes", "modified_ns")
    kept = tables.read("documents").drop("source", "bytes", "modified_ns").join(same, "id").select(*DOCUMENTS.columns)
    tables.change("documents", rows=made.unionByName(kept))
    failures = read.where("became = 'failures'").select(*FAILURES.columns)
    tables.change("failures", rows=failures, gone=read.where("became IN ('documents', 'same')"))
    return replace(report, **{became: getattr(report, became) + count for became, count in counted.items()})

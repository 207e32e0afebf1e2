"""The command line of the job: ``footnote-spark ingest`` and ``index``, or ``python -m footnote.spark``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from footnote.errors import FootnoteError

FORMS = ("delta", "delta-rs", "parquet")


def main(argv: Sequence[str] | None = None) -> None:
    """Do what the command line says; a failure is a ``SystemExit``, for a job's task goes by nothing else."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        if arguments.command == "ingest":
            _ingest(arguments)
        else:
            _index(arguments)
    except FootnoteError as error:
        raise SystemExit(error.message) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="footnote-spark", description="Footnote's ingestion as a Spark job.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    ingest = commands.add_parser("ingest", help="bring the tables up to date with a folder of files")
    ingest.add_argument("--folder", type=Path, required=True, help="such as /Volumes/main/footnote/files")
    ingest.add_argument("--tables", required=True, help="a schema such as main.footnote; a folder for the other forms")
    ingest.add_argument("--form", choices=FORMS, default="delta", help="how the tables are kept (delta)")
    ingest.add_argument("--max-file-mb", type=float, default=50, help="the largest file that is taken in (50)")
    ingest.add_argument("--files-a-round", type=int, default=20_000, help="files read between two changes (20000)")
    ingest.add_argument("--may-empty", action="store_true", help="an empty folder empties the tables")
    index = commands.add_parser("index", help="make or refresh the Vector Search index on the passages")
    index.add_argument("--tables", required=True, help="the schema that the tables are in")
    index.add_argument("--index", required=True, help="its name, such as main.footnote.passages_index")
    index.add_argument("--endpoint", required=True, help="the Vector Search endpoint")
    index.add_argument("--endpoint-type", choices=("STANDARD", "STORAGE_OPTIMIZED"), default="STANDARD")
    index.add_argument("--embedding-model", required=True, help="the serving endpoint that makes the vectors")
    index.add_argument("--wait-minutes", type=float, default=60, help="how long at most for endpoint and index (60)")
    return parser


def _ingest(arguments: argparse.Namespace) -> None:
    from pyspark.sql import SparkSession

    from footnote.spark.job import ingest
    from footnote.spark.tables import Tables

    if not arguments.folder.is_dir():
        raise SystemExit(f"There is no folder {arguments.folder}. Nothing was changed.")
    spark = SparkSession.builder.getOrCreate()
    tables: Tables
    if arguments.form == "delta":
        from footnote.spark.delta_tables import DeltaTables

        tables = DeltaTables(spark, arguments.tables)
    else:
        from footnote.spark.folders import DeltaRsTables, ParquetTables

        form = DeltaRsTables if arguments.form == "delta-rs" else ParquetTables
        tables = form(spark, Path(arguments.tables))
    report = ingest(
        spark,
        arguments.folder,
        tables,
        max_bytes=int(arguments.max_file_mb * 1_000_000),
        files_a_round=arguments.files_a_round,
        may_empty=arguments.may_empty,
    )
    print(", ".join(f"{count:,} {name}" for name, count in asdict(report).items()) + ".")


def _index(arguments: argparse.Namespace) -> None:
    from footnote.spark.index import Wanted, refresh

    wanted = Wanted(
        name=arguments.index,
        table=f"{arguments.tables}.passages",
        endpoint=arguments.endpoint,
        endpoint_type=arguments.endpoint_type,
        model=arguments.embedding_model,
    )
    print(refresh(wanted, longest_s=arguments.wait_minutes * 60))


if __name__ == "__main__":
    main()

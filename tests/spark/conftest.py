"""A local Spark and the forms of the tables that it can write; see the Makefile's ``test-spark``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from footnote.spark.folders import DeltaRsTables, ParquetTables
from footnote.spark.tables import Tables

DATA = Path(__file__).parents[3] / "shared" / "data"
SOURCE = Path(__file__).parents[2] / "src"
SAMPLE = SOURCE / "footnote" / "sample"

FAST = {  # the tables here are small, and so is the machine: nothing is worth compiling or dividing
    "spark.sql.debug.maxToStringFields": "1000",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -Xshare:auto",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
FOR_SPARK = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One Spark for all tests, on two threads of this machine."""
    paths = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")]))
    os.environ |= FOR_SPARK | {"PYTHONPATH": paths}
    builder = SparkSession.builder.master("local[2]")
    for name, value in FAST.items():
        builder = builder.config(name, value)
    session = builder.config("spark.local.dir", str(tmp_path_factory.mktemp("spark"))).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(params=[ParquetTables, DeltaRsTables], ids=["parquet", "delta-rs"])
def tables(request, spark, tmp_path) -> Tables:
    """Empty tables, in each of the forms that are written here."""
    return request.param(spark, tmp_path / "tables")


@pytest.fixture
def rows() -> Callable[..., list[dict]]:
    """The rows of a table as plain values, in the order of their keys."""

    def of(tables: Tables, name: str, *columns: str) -> list[dict]:
        frame = tables.read(name)
        return sorted((row.asDict() for row in frame.select(*columns or frame.columns).collect()), key=str)

    return of

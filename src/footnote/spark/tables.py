"""Where the rows are kept, in three forms behind one interface: Delta by Spark, Delta by delta-rs, Parquet."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit

from footnote.spark.columns import SHAPES, Shape

FEED = {"delta.enableChangeDataFeed": "true"}
"""What a Delta table has to have for an index to follow it."""

GONE = "gone"
"""The column of a change that tells a row to be taken away from one to be put."""


class Tables(ABC):
    """The three tables of ``SHAPES``."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    @abstractmethod
    def read(self, name: str) -> DataFrame:
        """A table's rows as they are now."""

    @abstractmethod
    def stage(self, name: str, frame: DataFrame) -> DataFrame:
        """The same rows, worked out once and kept until the next of that name; ``clear`` removes them."""

    @abstractmethod
    def clear(self) -> None:
        """Remove what was staged."""

    @abstractmethod
    def _apply(self, name: str, changes: DataFrame) -> None:
        """Make changes, each a row with ``GONE``, in one transaction."""

    def change(self, name: str, *, rows: DataFrame | None = None, gone: DataFrame | None = None) -> None:
        """Put rows in place of those with their keys, and take those with the keys of ``gone`` away, in one moment.

        A row that stands there already as it is stays untouched, and whoever follows the table sees no change.
        """
        changes = self._changes(name, rows, gone)
        if not changes.isEmpty():
            self._apply(name, changes)

    def _changes(self, name: str, rows: DataFrame | None, gone: DataFrame | None) -> DataFrame:
        put = (self.empty(name) if rows is None else rows).withColumn(GONE, lit(False))  # noqa: FBT003
        away = (self.empty(name) if gone is None else gone).select(*SHAPES[name].key)
        taken = away.withColumn(GONE, lit(True))  # noqa: FBT003
        return put.unionByName(taken, allowMissingColumns=True).select(*SHAPES[name].columns, GONE)

    def empty(self, name: str) -> DataFrame:
        """A table's columns without a row."""
        return self._spark.createDataFrame([], SHAPES[name].ddl)


def same_row(shape: Shape) -> str:
    """The condition, in SQL, that a change is about a row that stands in the table."""
    return " AND ".join(f"target.{column} = source.{column}" for column in shape.key)


def other_content(shape: Shape) -> str:
    """The condition that such a change would leave the row another one."""
    rest = [column for column in shape.columns if column not in shape.key]
    return "(" + " OR ".join(f"(target.{column} IS DISTINCT FROM source.{column})" for column in rest) + ")"

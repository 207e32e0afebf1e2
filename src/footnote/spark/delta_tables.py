"""Delta tables that Spark writes: those of Unity Catalog, and of any other Spark that has Delta's extension."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from footnote.spark.columns import SHAPES, ddl
from footnote.spark.tables import FEED, GONE, Tables, other_content, same_row

_CHANGES = "footnote_changes"


class DeltaTables(Tables):
    """The tables of a schema, such as ``main.footnote``."""

    def __init__(self, spark: SparkSession, schema: str) -> None:
        super().__init__(spark)
        self._schema = schema
        self._staged: set[str] = set()
        for name in SHAPES:
            spark.sql(created(quoted(schema, name), name))

    def read(self, name: str) -> DataFrame:
        return self._spark.read.table(quoted(self._schema, name))

    def stage(self, name: str, frame: DataFrame) -> DataFrame:
        place = quoted(self._schema, f"staged_{name}")
        self._staged.add(place)
        frame.write.format("delta").mode("overwrite").option("overwriteSchema", "true").saveAsTable(place)
        return self._spark.read.table(place)

    def clear(self) -> None:
        while self._staged:
            self._spark.sql(f"DROP TABLE IF EXISTS {self._staged.pop()}")

    def _apply(self, name: str, changes: DataFrame) -> None:
        changes.createOrReplaceTempView(_CHANGES)
        self._spark.sql(merged(quoted(self._schema, name), name))


def quoted(schema: str, name: str) -> str:
    """A table's whole name, each part of it in backticks."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in [*schema.split("."), name])


def created(table: str, name: str) -> str:
    """The statement that makes a table with its change data feed, where there is none."""
    shape = SHAPES[name]
    properties = ", ".join(f"'{key}' = '{value}'" for key, value in FEED.items())
    return (
        f"CREATE TABLE IF NOT EXISTS {table} ({ddl(shape.columns)}) USING DELTA "
        f"CLUSTER BY ({shape.key[0]}) TBLPROPERTIES ({properties})"
    )


def merged(table: str, name: str) -> str:
    """The one statement, and so the one transaction, that makes a table's changes."""
    shape = SHAPES[name]
    columns = ", ".join(shape.columns)
    values = ", ".join(f"source.{column}" for column in shape.columns)
    setting = ", ".join(f"target.{column} = source.{column}" for column in shape.columns)
    return (
        f"MERGE INTO {table} AS target USING {_CHANGES} AS source ON {same_row(shape)} "
        f"WHEN MATCHED AND source.{GONE} THEN DELETE "
        f"WHEN MATCHED AND {other_content(shape)} THEN UPDATE SET {setting} "
        f"WHEN NOT MATCHED AND NOT source.{GONE} THEN INSERT ({columns}) VALUES ({values})"
    )

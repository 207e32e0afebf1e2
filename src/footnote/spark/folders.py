"""Tables as folders, where Spark has no Delta: Delta's own form by delta-rs, or plain Parquet."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from footnote.spark.columns import SHAPES
from footnote.spark.tables import FEED, GONE, Tables, other_content, same_row


class _FolderTables(Tables):
    """Tables that are folders below one which all machines see."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        super().__init__(spark)
        self._folder = folder

    def stage(self, name: str, frame: DataFrame) -> DataFrame:
        place = str(self._folder / "staged" / name)
        frame.write.mode("overwrite").parquet(place)
        return self._spark.read.schema(frame.schema).parquet(place)

    def clear(self) -> None:
        shutil.rmtree(self._folder / "staged", ignore_errors=True)

    def _files(self, name: str, paths: list[str]) -> DataFrame:
        return self._spark.read.schema(SHAPES[name].ddl).parquet(*paths) if paths else self.empty(name)


class ParquetTables(_FolderTables):
    """Each table a folder of versions, the newest whole one of which counts."""

    def read(self, name: str) -> DataFrame:
        return self._files(name, [str(path) for path in self._versions(name)[-1:]])

    def _apply(self, name: str, changes: DataFrame) -> None:
        versions = self._versions(name)
        kept = self.read(name).join(changes, [*SHAPES[name].key], "left_anti")
        number = int(versions[-1].name) + 1 if versions else 0
        rows = kept.unionByName(changes.where(f"NOT {GONE}").drop(GONE))
        rows.write.mode("overwrite").parquet(str(self._folder / name / f"{number:08}"))
        for path in versions[:-1]:  # the one before is kept: somebody may be reading it
            shutil.rmtree(path)

    def _versions(self, name: str) -> list[Path]:
        return sorted(path.parent for path in (self._folder / name).glob("*/_SUCCESS"))


class DeltaRsTables(_FolderTables):
    """Delta tables that delta-rs writes, on the job's driver."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        super().__init__(spark, folder)
        from deltalake import DeltaTable, Schema
        from pyspark.sql.pandas.types import to_arrow_schema

        for name in SHAPES:
            columns = Schema.from_arrow(to_arrow_schema(self.empty(name).schema))
            DeltaTable.create(str(folder / name), columns, mode="ignore", configuration=FEED)

    def read(self, name: str) -> DataFrame:
        from deltalake import DeltaTable

        return self._files(name, DeltaTable(str(self._folder / name)).file_uris())

    def _apply(self, name: str, changes: DataFrame) -> None:
        from deltalake import DeltaTable
        from pyarrow.dataset import dataset

        shape = SHAPES[name]
        self.stage("changes", changes)
        made = dataset(self._folder / "staged" / "changes", format="parquet").scanner().to_reader()
        merging = DeltaTable(str(self._folder / name)).merge(
            made, same_row(shape), source_alias="source", target_alias="target"
        )
        values = {column: f"source.{column}" for column in shape.columns}
        merging.when_matched_delete(f"source.{GONE}").when_matched_update(
            values, other_content(shape)
        ).when_not_matched_insert(values, f"NOT source.{GONE}").execute()

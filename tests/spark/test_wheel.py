"""What a cluster gets: the wheel holds all that the job needs, and its command line runs from it alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow.parquet
import pytest
import yaml

from conftest import FAST, FOR_SPARK

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging" / "spark"


def test_the_wheel_runs_the_job(tmp_path):
    """Built as the bundle builds it, with none of the source on its path, in a Spark that it starts itself."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, PACKAGING]
    subprocess.run([*pip, *build], check=True)
    (wheel,) = tmp_path.glob("footnote_spark-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", tmp_path / "installed", wheel], check=True)
    settings = FAST | {"spark.master": "local[1]"}
    (tmp_path / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    files, tables = tmp_path / "files", tmp_path / "tables"
    files.mkdir()
    (files / "pier.txt").write_text("Ada: It was decided to open the pier.", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "footnote.spark", "ingest", "--form=parquet", f"--folder={files}", f"--tables={tables}"],
        env=os.environ | FOR_SPARK | {"PYTHONPATH": str(tmp_path / "installed"), "SPARK_CONF_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert run.stdout == "0 unread, 0 same, 1 documents, 1 passages, 0 failures, 0 gone.\n", run.stderr
    rows = pyarrow.parquet.read_table(tables / "passages").to_pylist()
    assert [(row["id"], row["text"]) for row in rows] == [("pier#0", "Ada: It was decided to open the pier.")]


def test_what_it_requires_is_what_the_product_requires():
    """The same versions of the libraries that read files, so that both make the same passages of them."""
    job, product = (tomllib.loads(path.read_text()) for path in (PACKAGING / "pyproject.toml", ROOT / "pyproject.toml"))
    assert job["project"]["version"] == product["project"]["version"]
    ours = {named for named in job["project"]["dependencies"] if not named.startswith("databricks-sdk")}
    assert ours <= set(product["project"]["dependencies"])
    pinned, products = (
        (ROOT / name).read_text().splitlines() for name in ("requirements-spark.txt", "requirements.txt")
    )
    readers = ("beautifulsoup4", "lxml", "markdown-it-py", "pypdfium2", "python-docx", "srt", "webvtt-py")
    assert [line for line in pinned if line.split("==")[0] in readers] == [
        line for line in products if line.split("==")[0] in readers
    ]


def test_the_jobs_tasks_are_commands_that_it_knows(monkeypatch):
    """Each task of the bundle's job, with its variables' defaults, is a command line that is understood."""
    from footnote.spark import __main__ as command

    files = (ROOT / "databricks.yml", ROOT / "resources" / "ingest.job.yml")
    whole, bundle = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in files)
    variables = whole["variables"] | bundle["variables"]
    defaults = {f"${{var.{name}}}": str(variable["default"]) for name, variable in variables.items()}
    done = []
    monkeypatch.setattr(command, "_ingest", done.append)
    monkeypatch.setattr(command, "_index", done.append)
    (job,) = bundle["resources"]["jobs"].values()
    for task in job["tasks"]:
        wheel = task["python_wheel_task"]
        scripts = tomllib.loads((PACKAGING / "pyproject.toml").read_text())["project"]["scripts"]
        assert (wheel["package_name"], scripts[wheel["entry_point"]]) == (
            "footnote_spark",
            "footnote.spark.__main__:main",
        )
        argv = wheel["parameters"]
        for name, value in defaults.items():
            argv = [argument.replace(name, value) for argument in argv]
        assert not any("${" in argument for argument in argv)
        command.main(argv)
    assert [arguments.command for arguments in done] == ["ingest", "index"]


def test_a_folder_that_is_not_there_is_told_and_changes_nothing(tmp_path):
    from footnote.spark.__main__ import main

    with pytest.raises(SystemExit, match=r"There is no folder .*nowhere"):
        main(["ingest", "--form=parquet", f"--folder={tmp_path}/nowhere", f"--tables={tmp_path}/tables"])
    assert not (tmp_path / "tables").exists()

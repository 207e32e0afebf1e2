"""``footnote eval run``: the parts that the settings choose, asked a set, and what came of it told and kept."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from footnote import __version__
from footnote.errors import FootnoteError, SettingsError, StreamingError
from footnote.evaluation import cases, report, thresholds
from footnote.evaluation.cases import Case
from footnote.evaluation.run_file import RunFile, lines_of, run_file
from footnote.evaluation.running import Asked
from footnote.evaluation.summary import prices_of, summary
from footnote.parts import Parts, kept_runs, parts
from footnote.passages import EVERYTHING
from footnote.settings import Settings

INTERRUPTED = 130
_SETTINGS = ("retriever", "embeddings", "reranker", "passages", "max_tokens", "temperature", "answer_timeout_s")
"""Those that an answer depends on, beside the model."""
_PACKAGES = ("databricks-langchain", "langchain-core")


def run_set(settings: Settings, arguments: argparse.Namespace) -> int:
    """Ask a set, print its figures, and hand them to MLflow where that is set; the process's exit status."""
    asked = cases.read(lines_of(arguments.set), str(arguments.set))
    name, path = _model(settings, arguments.model), arguments.output or _place(settings, arguments.set)
    sys.path.insert(0, str(Path.cwd()))  # as gunicorn has it: a graph of one's own is found here too
    made = parts(settings)
    with closing(made.log), closing(made):
        asking = _ready(made, name, arguments.at_once)
        with run_file(path, _how(made, name, arguments, asked), resume=arguments.resume) as file:
            whole = _ask(asking, asked, file)
    if not whole:
        print(f"{len(file.run.results)} of {len(asked)} questions are in {path}: --resume -o {path} goes on.")
        return INTERRUPTED
    return _tell(settings, file, path, arguments)


def _ready(made: Parts, name: str, at_once: int) -> Asked:
    """What is asked, once it is there; raises ``FootnoteError``."""
    settings = made.settings
    asking = Asked(made.retriever, made.models[name], settings.passages, settings.answer_timeout_s, at_once)
    try:
        asking.make_ready()
    except StreamingError as error:
        raise FootnoteError(f"Nothing was asked, for what answers can't be made ready ({error.code}).") from error
    return asking


def _ask(asking: Asked, asked: list[Case], file: RunFile) -> bool:
    """Ask what is not answered in the file yet; whether all was asked."""
    answered = {result.id for result in file.run.results if not result.failed}
    left = [case for case in asked if case.id not in answered]
    try:
        with closing(asking.results(left)) as results:
            for result in tqdm(results, total=len(left), desc="Asking", unit="question", leave=False, disable=None):
                file.add(result)
                if result.failed:
                    tqdm.write(f"{result.id} failed: {result.error}", file=sys.stderr)
    except KeyboardInterrupt:
        return False
    return True


def _tell(settings: Settings, file: RunFile, path: Path, arguments: argparse.Namespace) -> int:
    figures = summary(file.run.results, prices_of(file.run.made))
    table = report.table(file.run, figures)
    print(*table, "", f"Kept in {path}.", sep="\n")
    if settings.mlflow:
        _log(settings, file, figures, table)
    missed = thresholds.failures([*arguments.at_least, *arguments.at_most], figures)
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def _log(settings: Settings, file: RunFile, figures: Any, table: list[str]) -> None:
    """Log the run to MLflow; where that fails, the figures are there all the same."""
    values = {name: figure.value for name, figure in figures.items()}
    try:
        with kept_runs(settings) as store:
            store.log_run(file.run, values, "\n".join(table))
    except FootnoteError as error:
        print(error.message, file=sys.stderr)
    else:
        print(f"Logged to {settings.mlflow} in MLflow.")


def _model(settings: Settings, wanted: str | None) -> str:
    names = list(settings.named_models)
    if wanted is not None and wanted not in names:
        raise SettingsError(f"--model {wanted!r} is none of FOOTNOTE_MODELS: {', '.join(names)}.")
    return wanted or names[0]


def _place(settings: Settings, asked: Path) -> Path:
    return settings.data / "evaluations" / f"{asked.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"


def _how(made: Parts, name: str, arguments: argparse.Namespace, asked: list[Case]) -> dict[str, Any]:
    """What tells how a run was made: all that another has to share with it to be compared."""
    settings = made.settings
    chosen = settings.model_dump(mode="json", include=set(_SETTINGS))
    prices = {"input": arguments.price_in or 0.0, "output": arguments.price_out or 0.0}
    return {
        "footnote_run": 1,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "set": {"name": arguments.set.name, "digest": cases.digest(asked), "questions": len(asked)},
        "settings": {"model": settings.named_models[name], **chosen, "at_once": arguments.at_once},
        "versions": {"footnote": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        | {package: version(package) for package in _PACKAGES},
        "library": _library(made),
    } | ({"prices": prices} if any(prices.values()) else {})


def _library(made: Parts) -> dict[str, Any]:
    """How many documents there are and, where they are this app's own, what tells them from others."""
    told: dict[str, Any] = {"documents": made.retriever.scope(EVERYTHING).total}
    if not made.fixed:
        digests = json.dumps(sorted(made.library.digests().items()))
        told["digest"] = hashlib.sha256(digests.encode()).hexdigest()[:16]
    return told

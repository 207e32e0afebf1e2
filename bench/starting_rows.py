"""How long it takes from the command to the first page, as nothing is set and with a Databricks model, by the clock.

The library was taken in by an earlier start. The floor is an interpreter that imports Dash and nothing else, begun
right after each start; of several starts the median counts. ``bench/starting.py`` tells more of the second: memory,
and how requests feel while the model's client is imported.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from row import Row, at_most, ratio_at_most
from servers import model_server
from serving_rows import answer
from starting import is_there, served, until

STARTS, QUICK_STARTS = 5, 1
WORKERS = 2
TIMES_DASH = 2.0
WITH_A_MODEL_S = 3.0
FLOOR = [sys.executable, "-c", "import dash"]


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the command to the first page, to the model of each worker, and of the floor right after."""

    page_s: float
    models_s: float
    floor_s: float


def rows(*, quick: bool) -> Iterator[Row]:
    """Without a model and with one, start by start."""
    starts = QUICK_STARTS if quick else STARTS
    page_s, _, floor_s = _medians(None, starts)
    yield ratio_at_most("start to first page, embedded", page_s, floor_s, "s", TIMES_DASH)
    with model_server(answer(40), 200) as model:
        page_s, models_s, floor_s = _medians(model.url, starts)
    yield at_most("start to first page, Databricks", page_s, "s", WITH_A_MODEL_S, floor_s)
    behind = page_s < models_s
    yield Row(
        "start to both workers' models, behind the page", "s", models_s, floor_s, models_s / floor_s, None, behind
    )


def _medians(model_url: str | None, starts: int) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        _start(model_url, Path(folder))  # takes the library in
        made = [_start(model_url, Path(folder)) for _ in range(starts)]
    return (
        statistics.median(start.page_s for start in made),
        statistics.median(start.models_s for start in made),
        statistics.median(start.floor_s for start in made),
    )


def _start(model_url: str | None, folder: Path) -> Start:
    began = time.monotonic()
    with served(model_url, folder, WORKERS, traced=False) as (process, url, log):
        until(lambda: is_there(url), process, log)
        page_s = time.monotonic() - began
        if model_url is not None:
            until(lambda: len(log.ready) == WORKERS, process, log)
        models_s = max(log.ready, default=began) - began
    return Start(page_s, models_s, _seconds(lambda: subprocess.run(FLOOR, check=True)))


def _seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began

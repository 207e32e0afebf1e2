"""What the soak takes for a loss or a leak: it has to be able to fail."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def soak():
    """Its modules, forgotten again."""
    known = set(sys.modules)
    sys.path.insert(0, str(BENCH))
    yield {name: importlib.import_module(name) for name in ("soak_watch", "soak_verdicts")}
    sys.path.remove(str(BENCH))
    for name in set(sys.modules) - known:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCH:
            del sys.modules[name]


@pytest.mark.parametrize(("a_minute", "holds"), [(0.0, True), (0.3, True), (1.0, False)])
def test_a_leak_of_a_megabyte_a_minute_shows_in_half_an_hour(soak, a_minute, holds):
    sample = soak["soak_watch"].Sample
    waves = (0.0, 6.0, -5.0, 3.0)  # what is just being asked
    samples = [sample(at, 600 + at / 60 * a_minute + waves[at // 3 % 4], 7, 60, 20, 2, 0) for at in range(0, 1800, 3)]
    memory = soak["soak_watch"].flatness(samples, 720, 1620)[0]
    assert (memory.name, memory.holds) == ("memory_mb", holds)


@pytest.mark.parametrize(
    ("kind", "end", "code", "stopped", "faults", "is_wrong"),
    [
        ("fast", "done", None, False, [], False),
        ("fast", "error", "INTERRUPTED", False, ["locked"], True),
        ("fast", "error", "INTERRUPTED", False, ["a worker killed"], False),
        ("fast", "error", "TRUNCATED", False, ["locked"], True),
        ("cut", "error", "TRUNCATED", False, [], False),
        ("cut", "done", None, False, [], True),
        ("fast", "cancelled", None, True, [], False),
        ("fast", "cancelled", None, False, [], True),
    ],
)
def test_an_answer_ends_as_its_model_has_it_unless_a_fault_or_somebody_ends_it(
    soak, kind, end, code, stopped, faults, is_wrong
):
    assert bool(soak["soak_verdicts"].wrong_end(kind, end, code, stopped=stopped, faults=faults)) is is_wrong


def test_only_a_fault_explains_a_refusal_and_only_a_dead_worker_a_broken_connection(soak):
    verdicts = soak["soak_verdicts"]
    faults = verdicts.Faults()
    began = time.monotonic()
    assert verdicts.unexplained(503, faults.since(began))
    faults.begins("locked")
    assert not verdicts.unexplained(503, faults.since(began))
    assert verdicts.unexplained(500, faults.since(began))
    assert verdicts.unexplained("ReadTimeout", faults.since(began))
    faults.begins(verdicts.KILLED)
    assert not verdicts.unexplained("ReadTimeout", faults.since(began))
    assert verdicts.unexplained(503, faults.since(time.monotonic() + 1))

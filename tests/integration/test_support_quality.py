"""How well the check of statements has to tell planted errors (`bench/support.py` measures all of it)."""

import importlib
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
EVERY = 15  # of one half of the questions: some seventy of them, and each error at least a hundred times


@pytest.fixture(scope="module")
def bench():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCH))
        yield importlib.import_module("support")


@pytest.mark.no_cover  # hundreds of statements go the same few ways, and slower where each is counted
def test_planted_errors_are_caught_and_correct_statements_left_alone(bench, tmp_path):
    """At the rates that the measurement promises, on the half that no setting was chosen on."""
    with bench.squad_library(tmp_path) as squad, bench.recordings_library(tmp_path) as recordings:
        made = bench.cases(squad, recordings, half=1, every=EVERY)
    measured = bench.measure(made)
    for error, target in bench.RECALL_TARGETS.items():
        caught = measured.recall(error)
        assert caught.of >= 100
        assert caught.share >= target, error
    assert measured.false_alarms().share <= bench.FALSE_ALARMS_TARGET

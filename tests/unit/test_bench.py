"""The benchmark's frame: its rows, its table and what it writes. What the sections measure is no test's business."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

BENCH = Path(__file__).parents[2] / "bench"
SECTION = """
from row import at_least, at_most, ratio_at_most

def rows(*, quick):
    yield at_most("a lag", 60 if quick else 90, "ms", 70)
    yield at_least("a rate", 4_000, "passages/s", 5_000)
    yield ratio_at_most("busy", 300, 100, "ms", 2)
"""


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """The benchmark's main function, with two sections of its own; its modules are forgotten again."""
    (tmp_path / "fake_rows.py").write_text(SECTION, "utf-8")
    (tmp_path / "broken_rows.py").write_text(SECTION + "    raise OSError('the model server is gone')\n", "utf-8")
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    import run

    monkeypatch.setattr(run, "committed", lambda: None)
    yield run
    for name in set(sys.modules) - known:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent in {BENCH, tmp_path}:
            del sys.modules[name]


def test_each_row_stands_in_table_results_and_plot(bench, tmp_path, capsys):
    assert bench.main(["fake", "--quick", "--results", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[1:4]] == ["holds", "NOT", "NOT"]
    assert printed[-1] == "1 of 3 rows hold."
    results = json.loads((tmp_path / "out" / "latest.json").read_text("utf-8"))
    assert results["machine"]["cores"]
    busy = results["rows"][2]
    assert {name: busy[name] for name in ("name", "value", "floor", "ratio", "target", "holds")} == {
        "name": "busy", "value": 300, "floor": 100, "ratio": 3, "target": 2, "holds": False,
    }  # fmt: skip
    drawn = ET.parse(tmp_path / "out" / "latest.svg")  # noqa: S314 - written a moment ago
    assert {"a lag", "a rate", "busy", "300 ms  (3.00 x floor)  not held"} <= {
        "".join(t.itertext()) for t in drawn.iter()
    }


def test_a_section_that_fails_is_a_row_not_held_and_the_rest_goes_on(bench, capsys):
    assert bench.main(["broken", "fake", "--strict"]) == 1
    printed = capsys.readouterr().out
    assert "NOT HELD  broken: not measured, OSError: the model server is gone" in printed
    assert printed.count("a lag") == 2


def test_what_differs_by_more_than_noise_is_told(bench, monkeypatch, capsys, tmp_path):
    bench.main(["fake", "--quick", "--results", str(tmp_path)])
    before = json.loads((tmp_path / "latest.json").read_text("utf-8"))
    lag, rate, busy = before["rows"]
    lag["value"], rate["value"], busy["ratio"] = 62, 8_000, 4
    monkeypatch.setattr(bench, "committed", lambda: before)
    capsys.readouterr()
    bench.main(["fake", "--quick"])
    told = capsys.readouterr().out.rpartition("Since ")[2].splitlines()[1:]
    assert [(line.split()[0], line.split()[-1]) for line in told] == [("worse", "rate"), ("better", "busy")]
    before["machine"]["processor"] = "another"
    bench.main(["fake", "--quick"])
    assert "a rate" not in capsys.readouterr().out.rpartition("Since ")[2]

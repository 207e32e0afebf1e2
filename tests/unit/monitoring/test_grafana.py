"""The dashboard for Grafana: it asks for figures that there are, for all of them, and is one that can be drawn."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from footnote.monitoring.measures import MEASURES, Kind
from footnote.monitoring.prometheus import NAMESPACE, Prometheus

DASHBOARD = json.loads((Path(__file__).parents[3] / "docs/grafana.json").read_text("utf-8"))
PANELS = DASHBOARD["panels"]
ASKING = [panel for panel in PANELS if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in ASKING for target in panel["targets"]]
VARIABLES = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
GRAFANAS_OWN = {"__rate_interval", "__range"}
COLUMNS = 24
NAME = re.compile(rf"\b{NAMESPACE}_\w+")
KINDS = {"_bucket": "histogram", "_total": "counter"}


def registered():
    """The names under which ``/metrics`` tells its figures, each with its kind."""
    text, _ = Prometheus().told("text/plain")
    return dict(line.split()[2:4] for line in text.decode().splitlines() if line.startswith("# TYPE"))


def measure(name):
    """The measure whose figures have that name, without what its kind puts behind it."""
    return next(m for m in MEASURES if name == "_".join(filter(None, (NAMESPACE, m.name, m.unit))))


@pytest.mark.parametrize("name", sorted({name for expr in EXPRESSIONS for name in NAME.findall(expr)}))
def test_every_figure_that_is_asked_for_is_one_of_metrics(name):
    kinds = registered()
    stem = re.sub(r"_bucket$", "", name)
    assert kinds.get(stem) == next((kind for end, kind in KINDS.items() if name.endswith(end)), "gauge")


def test_every_figure_of_metrics_is_shown():
    shown = {measure(re.sub(r"_(?:bucket|total)$", "", name)) for expr in EXPRESSIONS for name in NAME.findall(expr)}
    assert {m.name for m in MEASURES} - {m.name for m in shown} == set()


@pytest.mark.parametrize("expr", EXPRESSIONS)
def test_every_label_is_one_that_the_figure_has_and_rates_are_of_what_grows(expr):
    names = [measure(re.sub(r"_(?:bucket|total)$", "", name)) for name in NAME.findall(expr)]
    known = {"le", *(label for m in names for label in m.labels)}
    grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", expr) for label in group.split(",")}
    matched = set(re.findall(r"(\w+)=~?\"", expr))
    assert grouped | matched <= known
    assert all((m.kind is Kind.GAUGE) == ("rate(" not in expr and "increase(" not in expr) for m in names)
    assert expr.count("(") == expr.count(")")
    assert expr.count("{") == expr.count("}")


def test_every_name_in_a_legend_is_one_that_is_grouped_by():
    for panel in ASKING:
        for target in panel["targets"]:
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                assert re.search(rf"by \([^)]*\b{label}\b", target["expr"])


def test_every_variable_is_there():
    used = set(re.findall(r"\$\{?(\w+)", json.dumps([EXPRESSIONS, [panel["datasource"] for panel in ASKING]])))
    assert used <= {*VARIABLES, *GRAFANAS_OWN}
    assert set(VARIABLES) <= used
    assert VARIABLES["datasource"]["query"] == "prometheus"
    assert NAME.search(VARIABLES["model"]["definition"])


def test_each_panel_says_what_it_tells_and_stands_in_a_place_of_its_own():
    assert DASHBOARD["title"]
    assert DASHBOARD["uid"]
    assert isinstance(DASHBOARD["schemaVersion"], int)
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    for panel in ASKING:
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert panel["type"] in {"stat", "timeseries"}
        refs = [target["refId"] for target in panel["targets"]]
        assert refs
        assert len(set(refs)) == len(refs)
    for panel in PANELS:
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= COLUMNS
    for a, b in combinations([panel["gridPos"] for panel in PANELS], 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        assert beside or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]

"""Runs as files, their figures, thresholds, and two of them compared."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from footnote.evaluation import report, results, thresholds
from footnote.evaluation.cases import SetError
from footnote.evaluation.comparing import compare
from footnote.evaluation.results import Place, Result, Run
from footnote.evaluation.run_file import load, run_file
from footnote.evaluation.summary import Figure, Prices, summary

MADE = {"footnote_run": 1, "prices": {"input": 2.0, "output": 10.0}, "at": "2026-03-12T09:00:00+00:00"}
MADE |= {name: {} for name in ("set", "settings", "versions", "library")}
FIRST_LINE = json.dumps(MADE)


def result(id: str, /, *, error: str | None = None, missing: tuple[str, ...] = (), **figures: float) -> Result:
    named = {name.replace("_at_", "@"): value for name, value in figures.items()}
    status = "error" if error else "complete"
    places = (Place("a#1", "a"),)
    return Result(id, f"What of {id}?", status, "So.", named, places, (), {}, missing, error, 5, 10, 1000, 100)


def test_the_summary_is_of_the_questions_that_have_a_figure():
    run = [result("a", facts=1.0), result("b", facts=0.0, mrr=0.5), result("c", error="TIMEOUT")]
    made = summary(run, Prices(2.0, 10.0))
    assert made["facts"] == Figure(0.5, 2)
    assert made["mrr"] == Figure(0.5, 1)
    assert made["failed"] == Figure(pytest.approx(1 / 3), 3)
    assert made["total_p95_ms"] == Figure(10, 3)
    assert made["cost"] == Figure(pytest.approx(0.003), 3)
    assert "recall@5" not in made
    assert "cost" not in summary(run)


@pytest.mark.parametrize(
    ("threshold", "missed"),
    [
        (thresholds.at_least("facts=0.5"), None),
        (thresholds.at_least("facts=0.6"), "facts is 0.500, and should be at least 0.600."),
        (thresholds.at_most("total_p95_ms=10"), None),
        (thresholds.at_most("total_p95_ms=9"), "total_p95_ms is 10, and should be at most 9."),
        (thresholds.at_least("mrr=0"), "mrr should be at least 0.000, and no question has it."),
    ],
)
def test_a_threshold_names_what_misses_it(threshold, missed):
    reached = {"facts": Figure(0.5, 2), "total_p95_ms": Figure(10, 2)}
    assert thresholds.failures([threshold], reached) == ([missed] if missed else [])


def test_a_threshold_that_cannot_be_read_is_explained():
    with pytest.raises(ValueError, match="there is no figure 'recal@5'; is recall@5 meant"):
        thresholds.at_least("recal@5=1")
    with pytest.raises(ValueError, match="facts needs a number behind `=`, and has 'x'"):
        thresholds.at_most("facts=x")


def test_questions_are_paired_and_each_change_says_why():
    before = Run(
        MADE,
        (
            result("a", mrr=1.0, recall_at_10=1.0),
            result("b", missing=("4 doors",), facts=0.0),
            result("c"),
            result("gone"),
        ),
    )
    after = Run(
        MADE,
        (result("c", error="TIMEOUT"), result("b", facts=1.0), result("a", mrr=0.0, recall_at_10=0.0), result("new")),
    )
    compared = compare(before, after)
    (worse, failing), (better,) = compared.changed(-1), compared.changed(1)
    assert (worse.id, worse.why) == ("a", ("first expected source at 1 → not found",))
    assert (failing.id, failing.why) == ("c", ("answered → TIMEOUT", "failed 0.00 → 1.00"))
    assert (better.id, better.why) == ("b", ("told now: 4 doors", "facts 0.00 → 1.00"))
    assert (compared.same, compared.only_before, compared.only_after) == (0, ("gone",), ("new",))
    facts = next(one for one in compared.differences if one.figure == "facts")
    assert (facts.before, facts.after, facts.of) == (0, 1, 1)


def test_a_figure_is_better_or_worse_only_beyond_chance():
    def run(told: int, refused: float) -> Run:
        return Run(MADE, tuple(result(str(n), facts=float(n < told), wrongly_not_found=refused) for n in range(20)))

    verdicts = {one.figure: one.verdict for one in compare(run(8, 0.0), run(18, 1.0)).differences}
    assert (verdicts["facts"], verdicts["wrongly_not_found"], verdicts["total_ms"]) == ("better", "worse", "")
    assert {one.figure: one.verdict for one in compare(run(8, 0.0), run(9, 0.0)).differences}["facts"] == ""


def test_a_run_that_takes_longer_is_no_better():
    quick = Run(MADE, tuple(result(str(n)) for n in range(20)))
    slow = Run(MADE, tuple(replace(one, total_ms=20, first_token_ms=10, output_tokens=200) for one in quick.results))
    verdicts = {one.figure: one.verdict for one in compare(quick, slow).differences}
    slower = dict.fromkeys(("total_ms", "first_token_ms", "output_tokens", "cost"), "worse")
    assert verdicts == {"failed": "", "input_tokens": ""} | slower


def test_each_run_costs_what_its_own_prices_say():
    run, dearer = Run(MADE, (result("a"),)), Run({"prices": {"input": 4.0, "output": 20.0}}, (result("a"),))
    (cost,) = [one for one in compare(run, dearer).differences if one.figure == "cost"]
    assert (cost.before, cost.after) == (pytest.approx(0.003), pytest.approx(0.006))


def test_a_runs_file_is_read_as_it_was_written_and_a_cut_last_line_is_left_out():
    first, second = result("a", facts=0.5), result("b", error="TIMEOUT")
    lines = [FIRST_LINE, results.line_of(first), results.line_of(second)]
    assert results.read(lines, "run").results == (first, second)
    assert results.read([*lines[:2], lines[2][:40]], "run").results == (first,)
    again = results.line_of(result("b"))
    assert results.read([*lines, again], "run").results[1].failed is False


def test_a_runs_file_takes_whatever_a_model_says(tmp_path):
    said = replace(result("a"), text="A\u2028line\x85of\x0bits own, and half of \ud83d.")
    with run_file(tmp_path / "run.jsonl", MADE, resume=False) as file:
        file.add(said)
        file.add(result("b"))
    assert load(tmp_path / "run.jsonl").results == (said, result("b"))


def test_a_comparison_gives_a_terminal_no_orders():
    before, after = (replace(result("a", facts=f), question="What\x1b]0;x\x07 of it?") for f in (0.0, 1.0))
    made = MADE | {"set": {"name": "s", "digest": ""}, "settings": {"model": "m"}, "versions": {"footnote": "1"}}
    runs = Run(made, (before,)), Run(made, (after,))
    lines = report.comparison(*runs, compare(*runs), None)
    assert "  a  What ]0;x  of it?" in lines
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "run is no file of `footnote eval run`."),
        (['{"footnote_run": 1}'], "run is no file of `footnote eval run`."),
        (['{"question": "Q"}'], "run is no file of `footnote eval run`."),
        ([FIRST_LINE, "{", "{}"], "run, line 2: it can't be read."),
        ([FIRST_LINE, "{}"], "run, line 2: it is no result of `footnote eval run`."),
    ],
)
def test_what_is_no_run_is_said_to_be_none(lines, said):
    with pytest.raises(SetError) as raised:
        results.read(lines, "run")
    assert raised.value.message == said
